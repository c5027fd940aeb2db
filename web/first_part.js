// Put before the code of a module that was parted in two (split.mjs): what happens when the second part is called before
// the page has brought it (complete() in front_link.js, haveSecondPart() in engine_entry.js). Rare, so it may hold up the
// thread; on a pthread, which is brought nothing, it is the only way.
/* global Module, wasmTable, wasmExports, wasmBinaryFile */

/** @param {WebAssembly.Imports} imports */
function loadSecondPart(imports) {
  const url = import.meta.url.replace(/js$/, "deferred.wasm");
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  // A window is given no bytes by a request that blocks: a character for each byte.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`${url} could not be fetched: status ${request.status}`);
  const bytes = Uint8Array.from(request.responseText, (character) => character.charCodeAt(0));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
}

// Pthreads are instantiated by Emscripten, with imports of its own, which want a file's name there.
wasmBinaryFile = import.meta.url;
Module["loadSplitModule"] = (/** @type {string} */ _file, /** @type {WebAssembly.Imports} */ imports) => loadSecondPart(imports);

const instantiateFirst = Module["instantiateWasm"];
if (instantiateFirst) {
  const placeholder = new Proxy({}, {
    get: (_target, index) => (/** @type {any[]} */ ...values) => {
      loadSecondPart({primary: wasmExports});  // puts its functions into the table
      return wasmTable.get(Number(index))(...values);
    },
  });
  Module["instantiateWasm"] = (/** @type {WebAssembly.Imports} */ imports, /** @type {Function} */ receive) =>
    instantiateFirst({...imports, placeholder}, receive);
}
