// The engine Worker's entry, appended to engine-threads.js and engine-plain.js after worker_end.js and worker_links.js.
/* global createEngine, WorkerLinks, newModuleWorker, serveParent, instantiateFrom, intoModule, printErr, toParent, endWorker,
   askParent */

/**
 * @typedef {object} EngineStart The start message.
 * @property {WebAssembly.Module} module
 * @property {number} processId
 * @property {string} plainReason Plain engine: why it and not the one with threads.
 */

/** child.wasm, once asked for: the page loads it when it is itself ready. @type {Promise<{module: any, problem: string}> | null} */
let childModule = null;

/** Children of an engine: child.js beside this file. */
function childLinks() {
  return new WorkerLinks((_role, pid) => ({
    url: new URL("child.js", import.meta.url).href,
    name: `worker ${pid}`,
    message: (childModule ??= askParent("child")).then(async ({module, problem}) => {
      if (!module) throw new Error(problem);
      // Whoever parses and saves has opened it before there are children.
      const opened = await database?.catch(() => null);
      if (!opened) return {module, processId: pid};
      const link = opened.childLink();
      return {module, processId: pid, html: opened.html, database: link, transfer: [link.port]};
    }),
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
  return {...place, simulated_because: {
    en: "the engine started before the service worker: reload the page",
    ru: "движок запустился раньше service worker: перезагрузите страницу",
  }};
}

/** The database, once a run has saved (database_link.js). @type {Promise<any> | null} */
let database = null;

/**
 * Opens it, once; again when it has failed or its Worker has died. Rejects with why not.
 * @param {any} options Of the engine: it is given `database` and `html`.
 */
function openDatabase(options) {
  database ??= (async () => {
    const {openDatabase: open} = await import("./database_link.js");
    const opened = await open(newModuleWorker, askParent, () => {
      database = null;
    });
    options.database = opened.link;
    options.html = opened.html;
    return opened;
  })();
  database.catch(() => {
    database = null;
  });
  return database;
}

/**
 * The experiments and more (split.mjs), when the page has them. Without: who calls it fetches it (first_part.js).
 * @param {WebAssembly.Exports} primary
 */
function haveSecondPart(primary) {
  const name = import.meta.url.replace(/.*\/|\.js$/g, "");
  askParent(`${name}.deferred`).then(({module}) => module && WebAssembly.instantiate(module, {primary}))
      .catch((error) => console.warn("Trilane: the engine's second part is not there yet:", error));
}

/** @param {EngineStart} start */
async function bootEngine(start) {
  /** @type {any} */
  const options = {
    instantiateWasm: instantiateFrom(start.module, haveSecondPart),
    printErr,
    toParent,
    quit: (/** @type {string} */ why) => endWorker(why ? 1 : 0, why),
    workers: childLinks(),
    labWeb,
    openDatabase: () => openDatabase(options),
    processId: start.processId,
    plainReason: start.plainReason,
  };
  const engine = await createEngine(options);
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
