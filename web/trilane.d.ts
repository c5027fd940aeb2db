// The page's JavaScript API, `window.trilane`. Documents and errors are in English; numbers carry their unit in the name.

export {};

declare global {
  interface Window {
    trilane: Trilane;
  }
  interface HTMLElementTagNameMap {
    "trilane-lab": TrilaneLabElement;
  }
}

/**
 * The laboratory in a page of yours: `<script async src="…/embed.js"></script>` and
 * `<trilane-lab settings="workload=primes&tasks=16" lang="ru" lock></trilane-lab>`. A poster until it is started.
 *
 * Attributes: `experiment` (an experiment's id), `settings` (options as in the page's address), `lang` ("ru" | "en"),
 * `theme` ("dark" | "light"), `mode` ("plain": without threads), `lock` (settings cannot be changed), `title` (a question,
 * shown on the poster and above the laboratory), `result` (a result as the share dialog packs it). They may change until it
 * is started; a change after that does not apply until it is started anew (`close()`, `start()`). CSS: `--trilane-height`,
 * `--trilane-poster-height` (at least so high), `::part(box)`.
 *
 * Events (they bubble): `ready` (detail: Capabilities), `result` (RunDocument), `verdict` (ElementVerdict), `error`
 * ({message}: what is wrong and what to do, also when the frame stays silent, after `patience` of its class:
 * `customElements.get("trilane-lab").patience`, {silent_ms, loaded_ms}).
 */
export interface TrilaneLabElement extends HTMLElement {
  /** Loads the laboratory; without it a click does. */
  start(): void;
  /** Ends everything and shows the poster again. */
  close(): void;
  run(config?: RunConfig): Promise<RunDocument>;
  sweep(config: SweepConfig): Promise<SweepDocument>;
  stop(): Promise<void>;
  /**
   * Any command; each starts the laboratory when needed and rejects with an Error that says why it could not: also when the
   * frame is loaded again or cannot be loaded.
   */
  ask(command: {do: "run" | "sweep"; config: object} | {do: "lab"; experiment: string} | {do: "set"; settings: object} |
               {do: "race" | "stop" | "state"}): Promise<any>;
}

export interface Trilane {
  /** Resolves when the engine can take jobs. Rejects when the page cannot work at all (the overlay says why). */
  readonly ready: Promise<Capabilities>;

  /**
   * Measures one configuration. Jobs wait for each other: several calls run one after another.
   * Rejects with a TrilaneError: bad input names its `field`; a stopped run has the message "stopped"; an engine that
   * died names the cause.
   */
  run(config?: RunConfig): Promise<RunDocument>;

  /** Measures a configuration for every value of one option and every model. */
  sweep(config: SweepConfig): Promise<SweepDocument>;

  /**
   * Runs an experiment (`trilane list experiments` names them) and gives its verdict. `options`: what is to be changed of
   * its plan, such as `size` or `repeat`. Rejects with the reason where the experiment cannot run here.
   */
  lab(id: string, options?: RunConfig): Promise<LabDocument>;

  /** Stops the current job and drops those that wait; each rejects with "stopped". */
  stop(): Promise<void>;

  /**
   * Where the race is looked at and what is selected on it; what is given is set first. The answer also has the `story` of
   * the selected task (its spans, by run) and the `statistics` of the selected range (by run).
   */
  timeline(view?: TimelineView): Promise<TimelineView & {spans: number; story?: object[]; statistics?: object[]}>;

  /**
   * Keeps what is finished (all current runs and the sweep, or one racer's run) beside what is measured next; gives the
   * pin's number. Rejects when nothing is finished, or 8 are pinned.
   */
  pin(options?: {name?: string; racer?: Racer}): Promise<number>;
  /** What is pinned, with each pin's comparison with the current results. */
  pins(): Promise<Pin[]>;
  changePin(id: number, change: {name?: string; shown?: boolean; mark?: number}): Promise<void>;
  unpin(id: number): Promise<void>;
  /**
   * Shows what was measured elsewhere as a pin: a document of schema trilane.run/1, .sweep/1, .lab/2 (or the older /1) or .race/1, or a trace
   * in Chrome's trace event format; as an object or as its text. Rejects with what is wrong with it; then nothing changes.
   */
  import(document: object | string, name?: string): Promise<number>;

  /** Calls `listener` at each event until the returned function is called. */
  on(kind: "progress", listener: (event: ProgressEvent) => void): () => void;
  on(kind: "result", listener: (event: ResultEvent) => void): () => void;
  on(kind: "state", listener: (event: object) => void): () => void;
  on(kind: "verdict", listener: (event: VerdictEvent) => void): () => void;
}

export type Racer = "sync" | "threads" | "threads_gil" | "processes" | "async";

export interface Pin {
  id: number;
  name: string;
  /** 0 to 7: its colour and letter. */
  mark: number;
  /** Is it drawn on the timeline and in the plots? */
  shown: boolean;
  /** It came as a file or in a link. */
  imported: boolean;
  /** Where it was measured; null when the file does not tell. */
  host: RunDocument["host"] | null;
  /** Of a lab document. */
  verdicts: {id: string; verdict: Verdict}[];
  /** The same with all that was found, as texts in the page's language. */
  found: object[];
  runs: {racer: Racer; title: string; spans: number; result?: RunDocument}[];
  sweeps: SweepDocument[];
  comparison: {
    racer: Racer;
    /** Options that differ: then it is another measurement. */
    other_options: string[];
    /** The same work with another answer: one of the two is wrong. */
    answers_differ: boolean;
    measures: Record<"wall_ms" | "throughput_per_s" | "latency_p50_ms" | "latency_p99_ms" | "cpu_ms" | "peak_rss_bytes" | "startup_ms", {
      pinned: number | null;
      current: number | null;
      /** current / pinned, and what it may be when each median is anywhere in its interval. */
      ratio: number | null;
      ratio_low: number | null;
      ratio_high: number | null;
      /** same: not distinguished, the intervals overlap (that does not mean they are equal). unspread: single values without an interval, not judged. */
      outcome: "missing" | "unspread" | "same" | "less" | "more";
    }>;
  }[];
}

export type Verdict = "confirmed" | "refuted" | "undecided";
export interface Texts {
  en: string;
  ru: string;
}

/**
 * Schema trilane.lab/2. A claim is a list of tested predicates: all of them hold = confirmed, any does not = refuted,
 * otherwise undecided. (In trilane.lab/1 `numbers` was a flat object, and `why` a text that nothing tested.)
 */
export interface LabDocument {
  schema: "trilane.lab/2";
  host: object;
  experiments: {
    id: string;
    section: string;
    title: Texts;
    claim: Texts;
    verdict: Verdict;
    predicates: LabPredicate[];
    numbers: LabNumber[];
    /** The predicates' sentences, and what to change where it is undecided: nothing in it was not tested. */
    finding: Texts;
    /** Undecided: what to change. */
    advice: Texts | null;
    /** Why it is so: known, and not tested here. */
    background: Texts;
    /** On what terms each case was measured: equal, but for what is the claim's subject. */
    fairness: {
      case: string;
      label: Texts | null;
      workers: number | null;
      in_flight: number | null;
      creation: "inside" | "outside" | "none";
      start: "warm" | "cold";
    }[];
    subject: ("workers" | "in_flight" | "creation" | "start")[];
    /** What options were, or the machine is. With `plan` and `samples` all that the verdict follows from. */
    settings: Record<string, number>;
    /** Rounds that were measured, the error of each interval, and whether their number was chosen beforehand. */
    plan: {rounds: number; error: number; chosen: boolean};
    /** One value a round, null where it was not measured: case, then metric. `trilane judge` judges them anew. */
    samples: Record<string, Record<string, (number | null)[]>>;
    runs: RunDocument[];
    figures: object[];
    /** The right answer to the experiment's question; null where it could not be decided. */
    truth: unknown;
    details: object;
    /** What the person at the page had predicted, 0..1 for how close it came; null without an answer. */
    prediction: {answer: unknown; score: number | null; right: boolean | null} | null;
  }[];
}

export interface LabPredicate {
  id: string;
  /** What the value is. */
  label: Texts;
  holds: "yes" | "no" | "unclear";
  kind: "at_least" | "at_most" | "within";
  /** In every round, not in the median: the value lies between the extremes. */
  every: boolean;
  /** Null where it was not measured. */
  value: {median: number; low: number; high: number; unit: string} | null;
  unit: string;
  /** It holds from here on (within: this near to `target`), and does not beyond `no`; between them nothing is said. */
  yes: number;
  no: number;
  target?: number;
  /** The sentence that this outcome allows. */
  text: Texts;
}

export interface LabNumber {
  id: string;
  label: Texts;
  /** Null: not available. */
  value: number | null;
  low: number | null;
  high: number | null;
  unit: string;
  /** decisive: a predicate's value; supporting: measured, and decides nothing; setting: known beforehand. */
  role: "decisive" | "supporting" | "setting";
  /** The model whose colour it has: "sync", "threads", "gil", "processes", "async"; or empty. */
  hue: string;
}

export interface Capabilities {
  /** Which engine runs: with real threads, or without. */
  mode: "web-threads" | "web-plain";
  /** Is the page cross-origin isolated? */
  isolated: boolean;
  /** Why this mode. */
  reason: string;
  cores: number;
  /** The smallest step that the browser's clock was seen to make. */
  clock_resolution_us: number;
}

/** What a reader of figures must know, or what went wrong. */
export interface Note {
  /** For programs: "few_repeats", "simulated_wait", "stood_still"... */
  code: string;
  text: {en: string; ru: string};
}

export type ModelName = "sync" | "threads" | "processes" | "async";
export type WorkloadName = "sum" | "primes" | "mandelbrot" | "sort" | "sleep" | "mixed" | "fetch" | "parse-and-save" | "counter" | "empty";

/** What is absent gets the workload's default. The limits are those of the command line (`trilane help run`). */
export interface RunConfig {
  model?: ModelName;
  workload?: WorkloadName;
  tasks?: number;
  /** In the workload's own unit. */
  size?: number;
  wait_ms?: number;
  /** Threads or processes: at most 16 on the page. */
  workers?: number;
  /** Most tasks in flight in async; 0: all. */
  concurrency?: number;
  /** threads: one real lock that models CPython's GIL. */
  gil?: boolean;
  switch_interval_ms?: number;
  repeat?: number;
  warmup?: number;
  seed?: number;
  /** fetch: most that the server waits beyond wait_ms. */
  jitter_ms?: number;
  /** fetch: of one request. */
  timeout_ms?: number;
  /** fetch: a latency server elsewhere, which must allow this page to ask it; otherwise the page's own is found. */
  server?: string;
  /** mixed, 0 to 1: a task computes this part of its share of `size` and waits the rest of `wait_ms`. */
  cpu_share?: number;
  /** parse-and-save: how many times each page is parsed. */
  parse_factor?: number;
  /** parse-and-save: rows in one commit. */
  commit_batch?: number;
  /** parse-and-save: every commit waits for the disk; on the page it changes nothing. */
  durable?: boolean;
  /** parse-and-save in async: commit on the event loop, the common mistake, instead of on a thread. */
  save_on_loop?: boolean;
  counter_mode?: "split" | "mutex" | "atomic" | "local" | "call";
  /** threads, processes: a new worker for every task. */
  spawn_per_task?: boolean;
  trace?: boolean;
}

export interface SweepConfig extends Omit<RunConfig, "model"> {
  over: "workers" | "size" | "tasks" | "wait_ms" | "concurrency";
  values: number[];
  models: ModelName[];
}

/** A figure that the browser does not give is null, never 0. */
export interface Summary {
  median: number | null;
  low: number | null;
  high: number | null;
  samples: number[];
}
export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
}

/** Schema trilane.run/1, the same as `trilane run --json` prints; the main members. */
export interface RunDocument extends Required<Pick<RunConfig, "model" | "workload" | "tasks" | "size" | "workers" | "repeat" | "seed">> {
  schema: "trilane.run/1";
  wall_ms: Summary;
  throughput_per_s: Summary;
  /** Equal for every model that did the same work. */
  checksum: string;
  /** Service time: from a task's first instruction to its last. */
  latency_ms: Percentiles;
  /** From the beginning of the run to a task's end: what a client sees. */
  since_start_ms: Percentiles;
  /** CPU of what records and tells, which is in no other figure; null where it cannot be told (on pages). */
  instrument_ms: number | null;
  /** What else the processors did meanwhile, as shares of their time; null where it cannot be told (on pages). */
  machine: {others_share: number; idle_share: number} | null;
  memory: {peak_rss_bytes: number | null; per_worker_bytes: number | null};
  startup_ms: number | null;
  lock_wait_ms: number | null;
  loop_lag_ms: Percentiles;
  host: {
    platform: "web-threads" | "web-plain";
    os: string;
    cpu: string;
    cores: number;
    clock_resolution_ns: number;
    version: string;
  };
  /** False when the figures must not be used, for example because the page was hidden during the run; `errors` say why. */
  valid: boolean;
  notes: Note[];
  /** Why `valid` is false. */
  errors: Note[];
}

export interface SweepDocument {
  schema: "trilane.sweep/1";
  over: SweepConfig["over"];
  values: number[];
  models: ModelName[];
  runs: RunDocument[];
}

export interface ProgressEvent {
  event: "progress";
  job: number;
  done: number;
  total: number;
  elapsed_ms: number;
}
/** An experiment has come to its end. */
export interface VerdictEvent {
  event: "verdict";
  id: string;
  verdict: Verdict;
}
/** A race has come to its end: what it shows, in the page's language. */
export interface RaceVerdict {
  question: string;
  /** What was measured, in a line. */
  setup: string;
  headline: string;
  lines: string[];
}
/** What the element's `verdict` event tells: of an experiment (it has an `id`), or of a race (it has a `headline`). */
export type ElementVerdict = VerdictEvent | RaceVerdict;
/** One run of a job (of a sweep, for example) is done. */
export interface ResultEvent {
  event: "result";
  job: number;
  document: RunDocument;
}
export interface TrilaneError extends Error {
  /** The option at fault, when it is one. */
  field?: string;
}

/** Times in milliseconds since the start of each run. */
export interface TimelineView {
  begin_ms?: number;
  end_ms?: number;
  follow?: boolean;
  task?: number | null;
  range?: [number, number] | null;
}
