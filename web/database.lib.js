// The browser's half of database.cpp. Module.database is a DatabaseLink, in a child a ChildLink with `post`
// (database_link.js); Module.openDatabase makes it.
addToLibrary({
  $trilaneNoDatabase: (error) => `cannot open the database: ${error && error.message || error}`,

  // Opens the database when need be, and makes a table.
  trilane_js_db_create__deps: ["$stringToNewUTF8", "$trilaneNoDatabase"],
  trilane_js_db_create: (request, table) => {
    const answered = (problem) => _trilane_db_answered(request, problem ? stringToNewUTF8(problem) : 0);
    Module["openDatabase"]().then(
        () => Module["database"].ask({do: "create", table}, answered),
        (error) => answered(trilaneNoDatabase(error)));
  },
  trilane_js_db_drop: (table) => Module["database"]?.post({do: "drop", table}),

  // Does a blocking writer wait for its commit?
  trilane_js_db_waits: () => (Module["database"]?.way === "sent" ? 0 : 1),

  trilane_js_db_read__deps: ["$stringToNewUTF8", "malloc", "free"],
  trilane_js_db_read: (request, table, rows) => {
    Module["database"].ask({do: "read", table, rows}, (problem, piece) => {
      if (!piece) return _trilane_db_answered(request, problem ? stringToNewUTF8(problem) : 0);
      const at = _malloc(Math.max(piece.byteLength, 1));
      HEAPU8.set(new Uint8Array(piece), at);
      _trilane_db_rows(request, at, piece.byteLength);
      _free(at);
    });
  },

  trilane_js_db_save__deps: ["$stringToNewUTF8"],
  trilane_js_db_save: (request, table, at, size) => {
    // Not slice(): of shared memory that would be shared.
    const rows = new Uint8Array(HEAPU8.subarray(at, at + size)).buffer;
    Module["database"].ask({do: "save", table, rows},
                           (problem) => _trilane_db_answered(request, problem ? stringToNewUTF8(problem) : 0));
  },

  // Called on any thread, run on the engine's own; the answer comes to `reply` in this instance's shared memory.
  trilane_js_db_post__proxy: "async",
  trilane_js_db_post: (table, at, size, reply) => {
    const rows = new Uint8Array(HEAPU8.subarray(at, at + size)).buffer;
    Module["database"].post({do: "save", table, rows, reply: {memory: HEAPU8.buffer, at: reply}}, [rows]);
  },

  // Blocks as well as it can be done without a shared instance memory. Returns why the rows were not saved, or null.
  trilane_js_db_block__deps: ["$stringToNewUTF8"],
  trilane_js_db_block: (table, at, size, timeout_ms) => {
    const {way, url, replies, post} = Module["database"];
    const rows = HEAPU8.slice(at, at + size).buffer;
    const late = `cannot save to the database: it has not answered for ${timeout_ms / 1000} s`;
    if (way === "shared") {
      // Numbered: one that comes too late is not the next one's.
      const state = new Int32Array(replies);
      const ticket = Module["database"].ticket = (Module["database"].ticket || 0) % 0xffffff + 1;
      const deadline = performance.now() + timeout_ms;
      post({do: "save", table, rows, ticket}, [rows]);
      for (let now; (now = Atomics.load(state, 0)) >> 2 !== ticket;) {
        const left = deadline - performance.now();
        if (left <= 0 || Atomics.wait(state, 0, now, left) === "timed-out") return stringToNewUTF8(late);
      }
      if ((Atomics.load(state, 0) & 3) === 1) return 0;
      return stringToNewUTF8(new TextDecoder().decode(new Uint8Array(replies).slice(8, 8 + state[1])));
    }
    if (way === "service-worker") {
      const xhr = new XMLHttpRequest();
      try {
        xhr.open("POST", `${url}?table=${table}`, false);
        xhr.timeout = timeout_ms;
        xhr.send(rows);
      } catch (error) {
        return stringToNewUTF8(error.name === "TimeoutError" ? late : `cannot save to the database: ${error.message}`);
      }
      if (xhr.status === 200) return xhr.responseText ? stringToNewUTF8(xhr.responseText) : 0;
      return stringToNewUTF8(`cannot save to the database: the service worker answered ${xhr.status}`);
    }
    post({do: "save", table, rows}, [rows]);
    return 0;
  },
});
