// window.trilane: the lab for scripts. Contract: trilane.d.ts. Goes through the front end's JSON door, so that options are
// checked by the same code as the command line's.

/**
 * @typedef {object} Job
 * @property {(document: any) => void} resolve
 * @property {(error: Error) => void} reject
 */

const KINDS = ["progress", "result", "state", "verdict"];

export class TrilaneApi {
  constructor() {
    /** @type {import("./front_link.js").Front | null} */
    this.front = null;
    /** @type {Map<number, Job>} */
    this.jobs = new Map();
    /** @type {Map<string, Set<(event: any) => void>>} */
    this.listeners = new Map(KINDS.map((kind) => [kind, new Set()]));
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
  }

  /** What scripts get. */
  surface() {
    return Object.freeze({
      ready: this.ready,
      run: (/** @type {any} */ config) => this.submit("run", config),
      sweep: (/** @type {any} */ config) => this.submit("sweep", config),
      lab: (/** @type {any} */ id, /** @type {any} */ options) => this.submit("lab", {id, options: options ?? {}}),
      stop: () => this.ready.then(() => { this.front?.command({do: "stop"}); }),
      timeline: (/** @type {any} */ view) => this.timeline(view),
      pin: (/** @type {any} */ options) => this.ask({do: "pin", ...options}).then((answer) => answer.id),
      pins: () => this.ask({do: "pins"}).then((answer) => answer.pins),
      changePin: (/** @type {any} */ id, /** @type {any} */ change) => this.ask({...change, do: "change_pin", id}).then(() => {}),
      unpin: (/** @type {any} */ id) => this.ask({do: "unpin", id}).then(() => {}),
      import: (/** @type {any} */ document, /** @type {any} */ name) =>
        this.ask({do: "import", text: typeof document === "string" ? document : JSON.stringify(document) ?? "", name: name ?? ""}).then((answer) => answer.id),
      on: (/** @type {any} */ kind, /** @type {any} */ listener) => this.on(kind, listener),
    });
  }

  /**
   * @param {any} event The engine's `ready`.
   * @param {import("./main.js").Mode} mode
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

  /** @param {"run" | "sweep" | "lab"} kind @param {any} config lab: {id, options} */
  async submit(kind, config) {
    await this.ready;
    const front = /** @type {import("./front_link.js").Front} */ (this.front);
    const answer = front.command({do: "submit", kind, ...(kind === "lab" ? config : {config: config === undefined ? {} : config})});
    if (answer.error) throw withField(answer.error.message, answer.error.field);
    return new Promise((resolve, reject) => this.jobs.set(answer.job, {resolve, reject}));
  }

  /** Where the race is looked at and what is selected on it; set first, when given. @param {any} view */
  timeline(view) {
    return this.ask({...view, do: "timeline"});
  }

  /** The answer of the front end; rejects with its error. @param {object} request */
  async ask(request) {
    await this.ready;
    const front = /** @type {import("./front_link.js").Front} */ (this.front);
    const answer = front.command(request);
    if (answer.error) throw withField(answer.error.message, answer.error.field);
    return answer;
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
      case "progress":
        this.tell("progress", event);
        break;
      case "state":
        this.tell("state", event);
        break;
      case "result":
        this.tell("result", event);
        break;
      case "verdict":
        this.tell("verdict", event);
        break;
      case "done":
        this.jobs.get(job)?.resolve(event.document);
        this.jobs.delete(job);
        break;
      case "failed":
        this.jobs.get(job)?.reject(withField(event.error.message, event.error.field));
        this.jobs.delete(job);
        break;
    }
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

/** @param {string} message @param {string} [field] */
function withField(message, field) {
  return Object.assign(new Error(message), field ? {field} : {});
}
