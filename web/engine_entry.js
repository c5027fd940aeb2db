// The engine Worker's entry, appended to engine-threads.js and engine-plain.js after worker_end.js and worker_links.js.
/* global createEngine, WorkerLinks, serveParent, instantiateFrom, intoModule, printErr, toParent, endWorker, askParent */

/**
 * @typedef {object} EngineStart The start message.
 * @property {WebAssembly.Module} module
 * @property {Promise<WebAssembly.Module> | WebAssembly.Module | null} child child.wasm, or null where it could not be had.
 * @property {string} childProblem Then: why.
 * @property {number} processId
 * @property {string} plainReason Plain engine: why it and not the one with threads.
 */

/** Children of an engine: child.js beside this file. @param {EngineStart} start */
function childLinks(start) {
  return new WorkerLinks((_role, pid) => ({
    url: new URL("child.js", import.meta.url).href,
    name: `worker ${pid}`,
    message: start.child ? Promise.resolve({module: start.child, processId: pid})
                         : Promise.reject(new Error(start.childProblem)),
  }));
}

/**
 * Where the lab's web answers: the page finds out (lab_web.js). A Worker may have started before the service worker took
 * the page over, so what this one gets is looked at here.
 * @returns {Promise<import("./lab_web.js").LabWebPlace>}
 */
async function labWeb() {
  const place = await askParent("lab_web");
  if (!place.by_service_worker || await fetch(place.probe).then((answer) => answer.ok, () => false)) return place;
  return {...place, simulated_because: "the engine started before the service worker: reload the page"};
}

/** @param {EngineStart} start */
async function bootEngine(start) {
  const engine = await createEngine({
    instantiateWasm: instantiateFrom(start.module),
    printErr,
    toParent,
    quit: (/** @type {string} */ why) => endWorker(why ? 1 : 0, why),
    workers: childLinks(start),
    labWeb,
    processId: start.processId,
    plainReason: start.plainReason,
  });
  engine._trilane_engine_start();
  const memory = engine.HEAPU8.buffer;
  return {
    // Shared memory only: the page can then stop a job while this thread is busy with it.
    started: memory instanceof ArrayBuffer ? {} : {cancelFlag: {memory, at: engine._trilane_engine_cancel_flag()}},
    onBytes: intoModule(engine, (at, size) => engine._trilane_engine_bytes(at, size)),
    onClose: () => endWorker(0, ""),
  };
}

// The same file is loaded by the engine's pthreads, which Emscripten names so and serves itself.
if (!self.name.startsWith("em-pthread")) serveParent(bootEngine);
