// A child Worker's entry, appended to child.js after worker_end.js.
/* global createChild, serveParent, instantiateFrom, intoModule, printErr, toParent, endWorker */

/**
 * @typedef {object} ChildStart The start message.
 * @property {WebAssembly.Module} module
 * @property {number} processId
 * @property {WebAssembly.Module} [html] The HTML parser, where something is parsed.
 * @property {import("./database_link.js").ChildLink} [database] Where something is saved (database_link.js).
 */

serveParent(async (/** @type {ChildStart} */ start) => {
  const {database} = start;
  const child = await createChild({
    instantiateWasm: instantiateFrom(start.module),
    printErr,
    toParent,
    processId: start.processId,
    html: start.html,
    database: database && {...database, post: (/** @type {any} */ message, /** @type {any} */ transfer) => {
      database.port.postMessage(message, transfer);
    }},
  });
  child._trilane_child_start();
  const take = intoModule(child, (at, size) => child._trilane_child_bytes(at, size));
  return {
    onBytes: (bytes) => {
      if (!take(bytes)) endWorker(0, "");
    },
    onClose: () => endWorker(0, ""),
  };
});
