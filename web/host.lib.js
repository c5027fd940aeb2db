// The browser's half of host.cpp and host_plain.cpp.
addToLibrary({
  trilane_js_set_interval: (ticker, interval_ms) => setInterval(() => _trilane_tick(ticker), interval_ms),
  trilane_js_clear_interval: (id) => clearInterval(id),

  // Why this build and not the one with threads was chosen; the page knows (start message, mode.js).
  trilane_js_plain_reason__deps: ["$stringToNewUTF8"],
  trilane_js_plain_reason: () => stringToNewUTF8(Module["plainReason"] || ""),
  trilane_js_has_workers: () => typeof Worker === "function" ? 1 : 0,
});
