// The browser's half of engine_main.cpp and child_main.cpp: to the parent of this Worker (worker_end.js).
addToLibrary({
  trilane_js_write: (bytes, size) => Module["toParent"](HEAPU8.subarray(bytes, bytes + size)),
  trilane_js_quit__deps: ["$UTF8ToString"],
  trilane_js_quit: (why) => Module["quit"](UTF8ToString(why)),
});
