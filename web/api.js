// window.trilane: the lab for scripts. Contract: trilane.d.ts. Goes through the front end's JSON door, so that options are
// checked by the same code as the command line's.

/**
 * @typedef {object} Job
 * @property {(document: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

const HIDDEN_NOTE = "The page was hidden during this run: browsers slow hidden pages down, so the times say nothing.";
const KINDS = ["progress", "result", "state"];

export class TrilaneApi {
  constructor() {
    /** @type {import("./front_link.js").Front | null} */
    this.front = null;
    /** @type {Map<number, Job>} */
    this.jobs = new Map();
    /** Jobs that ran while the page could not be seen, and which of their runs did. @type {Map<number, Set<number>>} */
    this.hiddenRuns = new Map();
    /** How many runs of a job are done. @type {Map<number, number>} */
    this.runsDone = new Map();
    /** @type {Map<string, Set<(event: any) => void>>} */
    this.listeners = new Map(KINDS.map((kind) => [kind, new Set()]));
    /** The job whose run is under way; 0: none. */
    this.running = 0;
    this.isReady = false;
    /** @type {(capabilities: any) => void} */
    this.resolveReady = () => {};
    /** @type {(error: Error) => void} */
    this.rejectReady = () => {};
    this.ready = new Promise((resolve, reject) => {
      this.resolveReady = resolve;
      this.rejectReady = reject;
    });
    this.ready.catch(() => {});  // the overlay says it too: no "unhandled" in the console
    document.addEventListener("visibilitychange", () => this.noteHidden());
  }

  /** What scripts get. */
  surface() {
    return Object.freeze({
      ready: this.ready,
      run: (/** @type {any} */ config) => this.submit("run", config),
      sweep: (/** @type {any} */ config) => this.submit("sweep", config),
      lab: (/** @type {any} */ id) => Promise.reject(withField(
          `lab ${JSON.stringify(String(id))} is not available in this version: experiments come later`, "id")),
      stop: () => this.ready.then(() => { this.front?.command({do: "stop"}); }),
      on: (/** @type {any} */ kind, /** @type {any} */ listener) => this.on(kind, listener),
    });
  }

  /**
   * @param {any} event The engine's `ready`.
   * @param {import("./mode.js").Mode} mode
   * @param {string} reason In English, like every text of this API.
   */
  engineReady(event, mode, reason) {
    this.isReady = true;
    this.resolveReady(Object.freeze({
      mode: event.host.platform,
      isolated: globalThis.crossOriginIsolated === true,
      // Without threads for another reason than the page's isolation: that reason.
      reason: event.host.platform === mode.name ? reason : event.capabilities.threads_missing_because,
      cores: event.host.cores,
      clock_resolution_us: event.host.clock_resolution_ns / 1000,
    }));
  }

  /** @param {"run" | "sweep"} kind @param {any} config */
  async submit(kind, config) {
    await this.ready;
    const front = /** @type {import("./front_link.js").Front} */ (this.front);
    const answer = front.command({do: "submit", kind, config: config === undefined ? {} : config});
    if (answer.error) throw withField(answer.error.message, answer.error.field);
    return new Promise((resolve, reject) => this.jobs.set(answer.job, {resolve, reject}));
  }

  /** @param {string} kind @param {(event: any) => void} listener */
  on(kind, listener) {
    const set = this.listeners.get(kind);
    if (!set) throw withField(`there is no event ${JSON.stringify(String(kind))}: known are ${KINDS.join(", ")}`, "event");
    if (typeof listener !== "function") throw withField("the listener must be a function", "listener");
    set.add(listener);
    return () => { set.delete(listener); };
  }

  /** An event of the front end; never inside a call into it. @param {any} event */
  hear(event) {
    const job = event.job;
    switch (event.event) {
      case "started":
        this.noteHidden(job);
        break;
      case "progress":
        this.tell("progress", event);
        break;
      case "state":
        this.tell("state", event);
        break;
      case "result": {
        const index = this.runsDone.get(job) || 0;
        this.runsDone.set(job, index + 1);
        if (this.hiddenRuns.get(job)?.has(index)) spoil(event.document);
        this.tell("result", event);
        this.noteHidden(job);  // a sweep's next run begins
        break;
      }
      case "done": {
        const hidden = this.hiddenRuns.get(job);
        if (hidden) {
          const runs = Array.isArray(event.document.runs) ? event.document.runs : [event.document];
          hidden.forEach((index) => { if (runs[index]) spoil(runs[index]); });
        }
        this.jobs.get(job)?.resolve(event.document);
        this.forget(job);
        break;
      }
      case "failed":
        this.jobs.get(job)?.reject(withField(event.error.message, event.error.field));
        this.forget(job);
        break;
    }
  }

  /** @param {number} job */
  forget(job) {
    this.jobs.delete(job);
    this.hiddenRuns.delete(job);
    this.runsDone.delete(job);
    if (this.running === job) this.running = 0;
  }

  /**
   * When the page is hidden, the run that is under way is not to be trusted.
   * @param {number} [job] The job that runs from now on.
   */
  noteHidden(job) {
    if (job) this.running = job;
    if (!document.hidden || !this.running) return;
    if (!this.hiddenRuns.has(this.running)) this.hiddenRuns.set(this.running, new Set());
    this.hiddenRuns.get(this.running)?.add(this.runsDone.get(this.running) || 0);
    this.front?.command({do: "hidden"});
  }

  /** @param {string} kind @param {any} event */
  tell(kind, event) {
    for (const listener of this.listeners.get(kind) || []) {
      try {
        listener(event);
      } catch (error) {
        console.error(error);  // theirs; ours goes on
      }
    }
  }
}

/** @param {any} run A trilane.run/1 document. */
function spoil(run) {
  run.valid = false;
  run.notes = [...(run.notes || []).filter((/** @type {string} */ note) => note !== HIDDEN_NOTE), HIDDEN_NOTE];
}

/** @param {string} message @param {string} [field] */
function withField(message, field) {
  return Object.assign(new Error(message), field ? {field} : {});
}
