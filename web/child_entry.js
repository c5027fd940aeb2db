// A child Worker's entry, appended to child.js after worker_end.js.
/* global createChild, serveParent, instantiateFrom, intoModule, printErr, toParent, endWorker */

serveParent(async (/** @type {{module: WebAssembly.Module, processId: number}} */ start) => {
  const child = await createChild({
    instantiateWasm: instantiateFrom(start.module),
    printErr,
    toParent,
    processId: start.processId,
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
