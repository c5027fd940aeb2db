// The browser's half of child_process.cpp: between it and Module.workers, a WorkerLinks (worker_links.js).
addToLibrary({
  // Returns why it could not, or null.
  trilane_js_worker_spawn__deps: ["$stringToNewUTF8", "$UTF8ToString", "malloc", "free"],
  trilane_js_worker_spawn: (role, pid) => {
    const onBytes = (bytes) => {
      const at = _malloc(bytes.length);
      HEAPU8.set(bytes, at);
      _trilane_worker_bytes(pid, at, bytes.length);
      _free(at);
    };
    const onExit = (exit) => {
      const reason = stringToNewUTF8(exit.reason);
      _trilane_worker_exit(pid, exit.clean ? 1 : 0, exit.code, reason);
      _free(reason);
    };
    const problem = Module["workers"].spawn(UTF8ToString(role), pid, onBytes, onExit);
    return problem ? stringToNewUTF8(problem) : 0;
  },
  trilane_js_worker_send: (pid, bytes, size) =>
      Module["workers"].send(pid, HEAPU8.subarray(bytes, bytes + size)) ? 1 : 0,
  trilane_js_worker_queued: (pid) => Module["workers"].queuedBytes(pid),
  trilane_js_worker_close_input: (pid) => Module["workers"].closeInput(pid),
  trilane_js_worker_interrupt: (pid) => Module["workers"].interrupt(pid),
  trilane_js_worker_kill: (pid) => Module["workers"].kill(pid),
  trilane_js_worker_forget: (pid) => Module["workers"].forget(pid),
});
