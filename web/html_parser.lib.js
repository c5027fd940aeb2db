// The browser's half of html_parser.cpp: this thread's instance of html.wasm. Module.html is the compiled module, where
// the engine's own thread or a child was given it; a pthread gets nothing but shared memory and loads it for itself.
addToLibrary({
  $trilaneHtml: "{exports: null}",

  $trilaneLoadHtml: () => {
    const xhr = new XMLHttpRequest();
    xhr.open("GET", new URL("html.wasm", _scriptName).href, false);
    xhr.responseType = "arraybuffer";
    xhr.send();
    if (xhr.status !== 200) throw new Error(`the server answered ${xhr.status}`);
    return new WebAssembly.Module(xhr.response);
  },

  // Returns why it cannot be, or null.
  trilane_js_html_prepare__deps: ["$trilaneHtml", "$trilaneLoadHtml", "$stringToNewUTF8"],
  trilane_js_html_prepare: () => {
    if (trilaneHtml.exports) return 0;
    try {
      const module = Module["html"] || trilaneLoadHtml();
      // What a C library may ask of its host and this one has no use for.
      const imports = {};
      for (const {module: from, name} of WebAssembly.Module.imports(module)) {
        (imports[from] ??= {})[name] = () => {
          if (name !== "emscripten_notify_memory_growth") throw new Error(`html.wasm called ${name}`);
        };
      }
      const {exports} = new WebAssembly.Instance(module, imports);
      exports["_initialize"]();
      trilaneHtml.exports = exports;
      return 0;
    } catch (error) {
      return stringToNewUTF8(`the HTML parser (html.wasm) could not be loaded: ${error.message}`);
    }
  },

  trilane_js_html_parse__deps: ["$trilaneHtml"],
  trilane_js_html_parse: (at, size, answer, answer_size) => {
    const exports = trilaneHtml.exports;
    const memory = exports["memory"];
    const room = exports["trilane_html_room"](size);
    new Uint8Array(memory.buffer, room, size).set(HEAPU8.subarray(at, at + size));
    const parsed = exports["trilane_html_parse"]();
    // Looked at again: the memory may have grown.
    HEAPU8.set(new Uint8Array(memory.buffer, parsed, answer_size), answer);
  },
});
