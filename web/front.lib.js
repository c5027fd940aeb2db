// The browser's half of front.cpp and front_canvas.cpp: Module.page is the object that main.js makes. None of these calls
// back into the module before it returns.
addToLibrary({
  trilane_js_emit__deps: ["$UTF8ToString"],
  trilane_js_emit: (json) => Module["page"].emit(UTF8ToString(json)),
  trilane_js_request_frame: () => Module["page"].requestFrame(),
  trilane_js_save_settings__deps: ["$UTF8ToString"],
  trilane_js_save_settings: (json) => Module["page"].saveSettings(UTF8ToString(json)),
  trilane_js_load_settings__deps: ["$stringToNewUTF8"],
  trilane_js_load_settings: () => stringToNewUTF8(Module["page"].loadSettings()),
  trilane_js_open_url__deps: ["$UTF8ToString"],
  trilane_js_open_url: (url) => Module["page"].openUrl(UTF8ToString(url)),
  trilane_js_copy__deps: ["$UTF8ToString"],
  trilane_js_copy: (text) => Module["page"].copyText(UTF8ToString(text)),
  trilane_js_copy_picture: (data, size) => Module["page"].copyPicture(HEAPU8.slice(data, data + size)),
  trilane_js_today__deps: ["$stringToNewUTF8"],
  trilane_js_today: () => stringToNewUTF8(Module["page"].today()),
  trilane_js_save_file__deps: ["$UTF8ToString"],
  trilane_js_save_file: (name, mime, data, size) =>
      Module["page"].saveFile(UTF8ToString(name), UTF8ToString(mime), HEAPU8.slice(data, data + size)),
});
