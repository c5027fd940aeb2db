// The parent's ends of Workers: starts them, carries bytes, supervises. Used by the page (its engine) and by an engine
// (its children); child_process.cpp stands on it. The Worker's end is worker_end.js.
//
// What travels:
//   parent -> Worker   first a StartMessage, then ArrayBuffers (bytes, in order), then {close: true}; {question, answer}
//   Worker -> parent   {started: true, cancelFlag?: {memory, at}}, then ArrayBuffers; numbers (bytes it has taken in so far);
//                      {ask, question}; last {exit: {code, reason}}
// A Worker's end is reported once, whatever happens to it: it says so itself, its script fails to load, it throws, a
// message cannot be read, it never starts, or it is killed. terminate() is not acknowledged by browsers and posting to a
// dead Worker is silent, so what is known of a Worker is kept here and not asked of it.

/**
 * @typedef {object} WorkerPlan What to start.
 * @property {string} url
 * @property {string} name Shown in the browser's developer tools.
 * @property {Promise<{transfer?: Transferable[]}>} message The start message; it may take its time (a module that is still compiled).
 */
/** `late`: it never said that it runs. @typedef {{clean: boolean, code: number, reason: string, late?: boolean}} WorkerExit */
/**
 * @typedef {object} Link
 * @property {Worker} worker
 * @property {string} name
 * @property {(bytes: Uint8Array) => void} onBytes
 * @property {(exit: WorkerExit) => void} onExit
 * @property {(ArrayBuffer | {close: true})[] | null} early Waits for the start message; null once that is sent.
 * @property {number} sent Bytes, ever.
 * @property {number} taken Bytes that the Worker says it has taken in.
 * @property {boolean} started
 * @property {Uint8Array | null} cancelFlag One byte of the Worker's shared memory: 1 stops what it is doing.
 * @property {ReturnType<typeof setTimeout>} deadline
 */

/** A Worker that has not said within this time that it runs will not do so any more. */
const START_DEADLINE_MS = 15000;

export class WorkerLinks {
  /**
   * @param {(role: string, pid: number) => WorkerPlan} plan
   * @param {(exit: WorkerExit) => void} [neverStarted] Told, before onExit, of a Worker that ended without having started.
   * @param {(what: string) => Promise<any>} [asked] Answers what a Worker asks (askParent).
   */
  constructor(plan, neverStarted = () => {}, asked = () => Promise.resolve(null)) {
    this.plan = plan;
    this.neverStarted = neverStarted;
    this.asked = asked;
    /** @type {Map<number, Link>} */
    this.links = new Map();
    /** A Worker that loads its script before it is wanted (an engine). @type {{url: string, worker: Worker, failed: boolean} | null} */
    this.prepared = null;
  }

  /**
   * Begins to load the script of a Worker that spawn() will ask for: its start is then over sooner.
   * @param {string} url
   */
  prepare(url) {
    try {
      const prepared = {url, worker: newModuleWorker(url, "engine"), failed: false};
      prepared.worker.onerror = (event) => {
        event.preventDefault();
        prepared.failed = true;
      };
      this.prepared = prepared;
    } catch {
      // spawn() will find out, and say so.
    }
  }

  /** @param {string} url @param {string} name @returns {Worker} */
  newWorker(url, name) {
    const prepared = this.prepared;
    this.prepared = null;
    if (prepared && prepared.url === url && !prepared.failed) return prepared.worker;
    prepared?.worker.terminate();
    return newModuleWorker(url, name);
  }

  /**
   * Starts a Worker. Returns why it could not, or an empty string; what fails later comes through onExit.
   * @param {string} role
   * @param {number} pid
   * @param {(bytes: Uint8Array) => void} onBytes
   * @param {(exit: WorkerExit) => void} onExit
   * @returns {string}
   */
  spawn(role, pid, onBytes, onExit) {
    const {url, name, message} = this.plan(role, pid);
    let worker;
    try {
      worker = this.newWorker(url, name);
    } catch (error) {
      return `the browser would not start a Worker (${error})`;
    }
    /** @type {Link} */
    const link = {worker, name, onBytes, onExit, early: [], sent: 0, taken: 0, started: false, cancelFlag: null, deadline: setTimeout(() => {
      this.end(pid, {clean: false, code: 1, late: true, reason: `${name} did not start within ${START_DEADLINE_MS / 1000} s`});
    }, START_DEADLINE_MS)};
    this.links.set(pid, link);
    worker.onmessage = (event) => this.hear(pid, link, event.data);
    // Not onmessageerror: Chromium's Worker has no such handler.
    worker.addEventListener("messageerror", () => {
      this.end(pid, {clean: false, code: 1, reason: `a message from ${name} could not be read`});
    });
    worker.onerror = (event) => {
      event.preventDefault();
      const what = event.message || `${url} could not be loaded, or is forbidden by the page's security policy`;
      this.end(pid, {clean: false, code: 1, reason: `${name}: ${what}`});
    };
    message.then((start) => {
      if (link.early === null || this.links.get(pid) !== link) return;
      worker.postMessage(start, start.transfer || []);
      for (const item of link.early) post(worker, item);
      link.early = null;
    }).catch((error) => {
      this.end(pid, {clean: false, code: 1, reason: `${name} could not be started: ${error.message || error}`});
    });
    return "";
  }

  /**
   * Copies and sends. False when the Worker has ended.
   * @param {number} pid
   * @param {Uint8Array} bytes
   */
  send(pid, bytes) {
    const link = this.links.get(pid);
    if (!link) return false;
    const copy = new Uint8Array(bytes);  // not slice(): of shared memory that would be shared
    link.sent += copy.length;
    if (link.early) {
      link.early.push(copy.buffer);
    } else {
      post(link.worker, copy.buffer);
    }
    return true;
  }

  /**
   * Stops what the Worker is doing at its next checkpoint, even while it cannot take a message; where it shares its
   * memory. To be called before the message that says the same is sent: a flag set later could stop what comes after it.
   * @param {number} pid
   */
  interrupt(pid) {
    const flag = this.links.get(pid)?.cancelFlag;
    if (flag) Atomics.store(flag, 0, 1);
  }

  /**
   * Bytes sent that the Worker has not taken in.
   * @param {number} pid
   */
  queuedBytes(pid) {
    const link = this.links.get(pid);
    return link ? link.sent - link.taken : 0;
  }

  /** @param {number} pid */
  closeInput(pid) {
    const link = this.links.get(pid);
    if (!link) return;
    if (link.early) {
      link.early.push({close: true});
    } else {
      post(link.worker, {close: true});
    }
  }

  /**
   * Ends the Worker at once; onExit follows, not from inside this call.
   * @param {number} pid
   */
  kill(pid) {
    const link = this.links.get(pid);
    if (!link) return;
    silence(link);
    setTimeout(() => this.end(pid, {clean: false, code: 1, reason: `${link.name} was stopped`}));
  }

  /**
   * As kill(), but nothing is reported any more. Nothing happens for one that has ended.
   * @param {number} pid
   */
  forget(pid) {
    const link = this.links.get(pid);
    if (!link) return;
    silence(link);
    this.links.delete(pid);
  }

  /**
   * @param {number} pid
   * @param {Link} link
   * @param {any} data
   */
  hear(pid, link, data) {
    if (data instanceof ArrayBuffer) {
      link.onBytes(new Uint8Array(data));
    } else if (typeof data === "number") {
      link.taken = data;
    } else if (data && data.started) {
      link.started = true;
      if (data.cancelFlag) link.cancelFlag = new Uint8Array(data.cancelFlag.memory, data.cancelFlag.at, 1);
      clearTimeout(link.deadline);
    } else if (data && data.ask) {
      this.asked(data.ask).then((answer) => link.worker.postMessage({question: data.question, answer}));
    } else if (data && data.exit) {
      const {code, reason} = data.exit;
      const clean = code === 0;
      this.end(pid, {clean, code, reason: clean ? `${link.name} ended` : `${link.name}: ${reason}`});
    }
  }

  /**
   * @param {number} pid
   * @param {WorkerExit} exit
   */
  end(pid, exit) {
    const link = this.links.get(pid);
    if (!link) return;
    silence(link);
    this.links.delete(pid);
    if (!link.started) this.neverStarted(exit);
    link.onExit(exit);
  }
}

/**
 * (Not startWorker: Emscripten's pthreads have a global of that name, which this file, appended to theirs, would hide.)
 * @param {string} url @param {string} name @returns {Worker}
 */
function newModuleWorker(url, name) {
  // A sandboxed frame has no origin, so no host's script is its own: Chromium throws, Firefox tells it later. A script of
  // its own may import one, where the host lets every origin read it; the frame's modules could not have been loaded
  // otherwise. (Chromium refuses blob: here.)
  const own = self.origin === "null" ? `data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(url)};`)}` : url;
  return new Worker(own, {type: "module", name});
}

/**
 * @param {Worker} worker
 * @param {ArrayBuffer | {close: true}} item
 */
function post(worker, item) {
  worker.postMessage(item, item instanceof ArrayBuffer ? [item] : []);
}

/** @param {Link} link */
function silence(link) {
  clearTimeout(link.deadline);
  link.worker.onmessage = link.worker.onerror = null;
  link.worker.terminate();
}
