// The Worker's end of a link (worker_links.js): waits for the start message, boots the wasm instance, hands it bytes in
// order, says how much it has taken in, and reports how it ended. The build appends this file to each engine and to the
// child, so that starting a Worker costs one request.

/**
 * @typedef {object} Running What a boot function returns.
 * @property {object} [started] What the parent is told besides that it has started.
 * @property {(bytes: Uint8Array) => void} onBytes
 * @property {() => void} onClose The parent sends nothing more.
 */

/** Taken-in bytes are reported in steps of this many: often enough for a queue of 8 MiB, seldom enough to cost nothing. */
const REPORT_BYTES = 1 << 20;

/** The last lines that the module wrote to stderr: a crash is explained there. @type {string[]} */
const lastWords = [];

/** @param {string} line */
function printErr(line) {
  console.error(line);
  lastWords.push(line);
  if (lastWords.length > 3) lastWords.shift();
}

/** Ends this Worker. @param {number} code @param {string} reason */
function endWorker(code, reason) {
  postMessage({exit: {code, reason}});
  self.onmessage = null;
  self.close();
}

/** @param {any} error */
function dieOf(error) {
  const what = error && (error.message || String(error)) || "an error without a description";
  endWorker(1, [what, ...lastWords].join("; "));
}

/** Copies and sends, also from shared memory. @param {Uint8Array} bytes */
function toParent(bytes) {
  const copy = new Uint8Array(bytes);
  postMessage(copy.buffer, [copy.buffer]);
}

/**
 * Instantiates a module that another thread has compiled. For Emscripten's `instantiateWasm`.
 * @param {WebAssembly.Module} module
 * @param {(exports: WebAssembly.Exports) => void} [made] Told what a module's second part is instantiated with.
 */
function instantiateFrom(module, made) {
  return (/** @type {WebAssembly.Imports} */ imports, /** @type {Function} */ receive) => {
    const instance = new WebAssembly.Instance(module, imports);
    made?.(instance.exports);
    receive(instance, module);
    return instance.exports;
  };
}

/**
 * Puts bytes into a wasm instance and calls `take` with them.
 * @param {any} module An Emscripten module.
 * @param {(at: number, size: number) => any} take
 * @returns {(bytes: Uint8Array) => any}
 */
function intoModule(module, take) {
  return (bytes) => {
    const at = module._malloc(bytes.length);
    module.HEAPU8.set(bytes, at);
    const result = take(at, bytes.length);
    module._free(at);
    return result;
  };
}

/** Questions that the parent has not answered yet. @type {Map<number, (answer: any) => void>} */
const questions = new Map();
let lastQuestion = 0;

/**
 * Asks the parent something that only a page can find out (WorkerLinks, `asked`).
 * @param {string} what
 * @returns {Promise<any>}
 */
function askParent(what) {
  return new Promise((resolve) => {
    questions.set(++lastQuestion, resolve);
    postMessage({ask: what, question: lastQuestion});
  });
}

/** @param {(start: any) => Promise<Running>} boot */
function serveParent(boot) {
  /** @type {any[]} */
  const early = [];
  /** @type {Running | null} */
  let running = null;
  let starting = false;
  let taken = 0;
  let reported = 0;

  /** @param {any} data */
  const take = (data) => {
    if (data instanceof ArrayBuffer) {
      taken += data.byteLength;
      running?.onBytes(new Uint8Array(data));
      if (taken - reported >= REPORT_BYTES) postMessage(reported = taken);
    } else if (data && data.close) {
      running?.onClose();
    } else if (data && data.question) {
      questions.get(data.question)?.(data.answer);
      questions.delete(data.question);
    }
  };
  const start = async (/** @type {any} */ message) => {
    starting = true;
    running = await boot(message);
    postMessage({...running.started, started: true});
    for (const data of early) take(data);
  };
  self.onmessage = ({data}) => {
    if (!starting) {
      start(data).catch(dieOf);
    } else if (!running) {
      early.push(data);
    } else {
      take(data);
    }
  };
  self.addEventListener("messageerror", () => endWorker(1, "a message from the page could not be read"));
  // Whatever is thrown in a timer, a pthread or a message: this instance is not to be trusted any more.
  self.addEventListener("error", (event) => {
    event.preventDefault();
    dieOf(event.error || event);
  });
  self.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    dieOf(event.reason);
  });
}
