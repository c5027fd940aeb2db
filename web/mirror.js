// The same lab in HTML: every setting as a labelled input, the buttons, a table of results and a status line. It is what
// screen readers use, what shows where there is no WebGL (or with ?dom=1), and what browser tests drive. Bound both ways:
// an input becomes {"do":"set"}, the front end's "state" events become values. Elements carry data-field, data-action,
// data-run and data-col, which are stable names.

import {MirrorLab} from "./mirror_lab.js";
import {fill, make, setText, text} from "./mirror_parts.js";
import {MirrorPins} from "./mirror_pins.js";
import {MirrorPlots} from "./mirror_plots.js";

/** Settings with a number, and the key of each one's label. @type {Record<string, string>} */
const NUMBERS = {
  tasks: "field_tasks", size: "field_size", workers: "field_workers", wait_ms: "field_wait", jitter_ms: "field_jitter",
  cpu_share: "field_cpu_share", parse_factor: "field_parse", commit_batch: "field_batch", concurrency: "field_concurrency",
  timeout_ms: "field_timeout", switch_interval_ms: "field_switch", repeat: "field_repeat", seed: "field_seed",
};
/** Settings that are on or off. @type {Record<string, string>} */
const FLAGS = {spawn_per_task: "field_spawn", durable: "field_durable", save_on_loop: "field_on_loop"};
/** @type {Record<string, string>} */
const RACERS = {sync: "model_sync", threads: "model_threads", threads_gil: "model_gil", processes: "model_processes",
                async: "model_async"};
/** How it is shown: always offered. */
const VIEW = ["lang", "theme"];
const ACTIONS = {race: "run", sweep: "sweep", stop: "stop", undo: "undo"};
const COLUMNS = {
  wall_ms: ["makespan", "ms"], throughput_per_s: ["throughput", "1/s"], p50: ["latency", "p50, ms"],
  p99: ["latency", "p99, ms"], startup_ms: ["startup", "ms"], checksum: ["", "checksum"], phase: ["", ""],
};
/** @type {Record<string, string>} */
const PHASES = {queued: "queued", stopped: "run_stopped"};
/** @type {Record<string, string>} */
const SWEEP_OVER = {workers: "by_workers", size: "by_size", tasks: "by_tasks", wait_ms: "by_wait",
                    concurrency: "by_concurrency"};
/** @type {Record<string, string>} */
const COUNTER_MODES = {split: "mode_split", mutex: "mode_mutex", atomic: "mode_atomic", local: "mode_local",
                       call: "mode_call"};

export class Mirror {
  /**
   * @param {HTMLElement} root
   * @param {import("./front_link.js").Front} front
   * @param {string} reasonKey Why the page is (not) isolated.
   * @param {() => void} share Opens the share dialog.
   */
  constructor(root, front, reasonKey, share) {
    this.root = root;
    this.front = front;
    this.reasonKey = reasonKey;
    this.share = share;
    this.lang = "";
    /** @type {Record<string, string>} */
    this.texts = {};
    /** What depends on the language: called when it changes. @type {(() => void)[]} */
    this.labels = [];
    /** @type {Record<string, HTMLInputElement | HTMLSelectElement>} */
    this.inputs = {};
    /** What holds a setting and its label: hidden while an experiment does not read it. @type {Record<string, HTMLElement>} */
    this.fields = {};
    /** @type {Record<string, HTMLInputElement>} */
    this.racers = {};
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = {};
    /** What the shown verdict is about. */
    this.explained = "";
    this.lockNote = /** @type {HTMLElement} */ (document.createElement("p"));
    /** Workloads that fetch. @type {string[]} */
    this.fetching = [];
    this.build(front.catalog());
    this.pins = new MirrorPins(root, front, () => this.texts);
    this.lab = new MirrorLab(root, front, () => this.texts, () => this.update(front.command({do: "state"})));
    this.plots = new MirrorPlots(root, front, () => this.texts, (message) => this.say(message));
    this.update(front.command({do: "state"}));
  }

  /** @param {any} catalog */
  build(catalog) {
    const form = make("form", this.root);
    form.addEventListener("submit", (event) => event.preventDefault());
    this.status = make("p", form, {role: "status", "aria-live": "polite", "data-status": ""});
    // Apart from the status, which changes by itself: what a button answered stays until the next is pressed.
    this.answer = make("p", form, {role: "status", "aria-live": "polite", "data-answer": ""});
    this.mode = make("p", form, {"data-mode": ""});
    this.bar = /** @type {HTMLProgressElement} */ (make("progress", form, {max: "1", value: "0", "data-progress": ""}));
    this.label(this.bar, "race");
    const buttons = make("p", form);
    for (const [verb, key] of Object.entries(ACTIONS)) {
      const button = /** @type {HTMLButtonElement} */ (make("button", buttons, {type: "button", "data-action": key}));
      this.labels.push(() => { button.textContent = this.texts[key] || key; });
      button.addEventListener("click", () => this.act(verb));
      this.buttons[key] = button;
    }
    this.lockNote.dataset.locked = "";
    form.append(this.lockNote);
    const share = make("button", buttons, {type: "button", "data-action": "share", "aria-haspopup": "dialog"});
    this.labels.push(() => { share.textContent = this.texts.share || "share"; });
    share.addEventListener("click", () => this.share());
    this.select(form, "workload", "section_workload", catalog.workloads.map((/** @type {any} */ one) => one.name),
                (name) => `workload_${name.replaceAll("-", "_")}`);
    this.workloadNote = make("p", form, {"data-workload-note": "", role: "status"});
    this.fetching = catalog.workloads.filter((/** @type {any} */ one) => one.fetches).map((/** @type {any} */ one) => one.name);
    const models = make("fieldset", form);
    this.fields.racers = models;
    const legend = make("legend", models);
    this.labels.push(() => { legend.textContent = this.texts.section_models || "models"; });
    for (const [racer, key] of Object.entries(RACERS)) {
      this.racers[racer] = this.checkbox(models, "racers", key, () => this.set({racers: this.chosenRacers()}));
      this.racers[racer].value = racer;
    }
    for (const [field, key] of Object.entries(NUMBERS)) {
      const limits = catalog.fields.find((/** @type {any} */ one) => one.name === field) || {min: 0, max: "", integer: false};
      this.number(form, field, key, limits);
    }
    this.select(form, "counter_mode", "field_counter_mode", Object.keys(COUNTER_MODES),
                (name) => COUNTER_MODES[name]);
    for (const [field, key] of Object.entries(FLAGS)) {
      const box = this.checkbox(form, field, key, () => this.set({[field]: box.checked}));
      this.inputs[field] = box;
      this.fields[field] = /** @type {HTMLElement} */ (box.parentElement);
    }
    this.select(form, "sweep_over", "section_sweep", Object.keys(SWEEP_OVER),
                (name) => SWEEP_OVER[name]);
    this.select(form, "lang", "", ["en", "ru"], (name) => ({en: "English", ru: "Русский"})[name] || name, "Language / Язык");
    this.select(form, "theme", "theme_tip", ["dark", "light"], (name) => name);
    this.buildTable();
    this.verdict = make("div", this.root, {"data-verdict": ""});
  }

  buildTable() {
    const table = make("table", this.root, {"data-results": ""});
    const caption = make("caption", table);
    const head = make("tr", make("thead", table));
    const first = make("th", head, {scope: "col"});
    this.labels.push(() => {
      caption.textContent = this.texts.why_result || "results";
      first.textContent = this.texts.section_models || "model";
    });
    for (const [key, unit] of Object.values(COLUMNS)) {
      const cell = make("th", head, {scope: "col"});
      this.labels.push(() => { cell.textContent = [this.texts[key], unit].filter(Boolean).join(", "); });
    }
    this.rows = make("tbody", table);
  }

  /** @param {HTMLElement} element @param {string} key */
  label(element, key) {
    this.labels.push(() => element.setAttribute("aria-label", this.texts[key] || key));
  }

  /**
   * @param {HTMLElement} parent @param {string} key @param {HTMLElement} input @param {string} [fixed]
   * A label around its input, so that a click on either works.
   */
  labelled(parent, key, input, fixed) {
    const label = make("label", parent);
    const text = make("span", label);
    this.labels.push(() => { text.textContent = fixed || this.texts[key] || key; });
    label.append(input);
    return label;
  }

  /**
   * @param {HTMLElement} parent @param {string} field @param {string} key @param {string[]} values
   * @param {(value: string) => string} textOf A text key, or the text itself. @param {string} [fixed]
   */
  select(parent, field, key, values, textOf, fixed) {
    const input = /** @type {HTMLSelectElement} */ (make("select", null, {"data-field": field}));
    for (const value of values) {
      const option = /** @type {HTMLOptionElement} */ (make("option", input));
      option.value = value;
      this.labels.push(() => { option.textContent = this.texts[textOf(value)] || textOf(value); });
    }
    input.addEventListener("change", () => this.set({[field]: input.value}));
    this.fields[field] = this.labelled(parent, key, input, fixed);
    this.inputs[field] = input;
  }

  /** @param {HTMLElement} parent @param {string} field @param {string} key @param {() => void} onChange */
  checkbox(parent, field, key, onChange) {
    const input = /** @type {HTMLInputElement} */ (make("input", null, {type: "checkbox", "data-field": field}));
    input.addEventListener("change", onChange);
    const label = make("label", parent);
    label.append(input);
    const text = make("span", label);
    this.labels.push(() => { text.textContent = this.texts[key] || key; });
    return input;
  }

  /** @param {HTMLElement} parent @param {string} field @param {string} key @param {any} limits */
  number(parent, field, key, limits) {
    const input = /** @type {HTMLInputElement} */ (make("input", null, {
      type: "number", "data-field": field, min: String(limits.min), max: String(limits.max),
      step: limits.integer ? "1" : "any", inputmode: limits.integer ? "numeric" : "decimal",
    }));
    // What is typed goes as it is: the front end says what it makes of it.
    input.addEventListener("change", () => this.set({[field]: input.validity.badInput ? "NaN" : input.value}));
    const label = this.labelled(parent, key, input);
    this.fields[field] = label;
    const mark = make("span", label, {"data-clamped": field, role: "alert"});
    mark.hidden = true;
    this.inputs[field] = input;
  }

  chosenRacers() {
    return Object.values(this.racers).filter((input) => input.checked).map((input) => input.value);
  }

  /** @param {Record<string, unknown>} settings */
  set(settings) {
    this.front.command({do: "set", settings});
    this.update(this.front.command({do: "state"}));
  }

  /** What was done, or why not. @param {string} message */
  say(message) {
    setText(this.answer, message);
  }

  /** @param {string} verb */
  act(verb) {
    const answer = this.front.command({do: verb});
    this.say(answer.error ? answer.error.message : "");
    if (verb === "undo") this.update(this.front.command({do: "state"}));
  }

  /** @param {any} state */
  update(state) {
    const {settings, view} = state;
    if (view.lang !== this.lang) {
      this.lang = view.lang;
      this.texts = this.front.command({do: "texts", lang: view.lang});
      this.root.lang = view.lang;
      for (const relabel of this.labels) relabel();
    }
    for (const [field, input] of Object.entries(this.inputs)) {
      const value = field in settings ? settings[field] : view[field];
      if (input instanceof HTMLInputElement && input.type === "checkbox") {
        input.checked = Boolean(value);
      } else if (document.activeElement !== input || input instanceof HTMLSelectElement || !state.event) {
        // Not under the fingers of who is typing.
        const asNeeded = field === "repeat" && state.rounds_as_needed;
        input.value = asNeeded ? "" : String(value);
        if (field === "repeat") input.setAttribute("placeholder", asNeeded ? this.texts.as_needed : "");
      }
    }
    for (const [racer, input] of Object.entries(this.racers)) input.checked = settings.racers.includes(racer);
    // An author's choice, known from the start; events do not repeat it.
    if ("locked" in state) this.lock(state.locked);
    this.offer(state.offered);
    this.showWorkloads(state);
    this.showClamped(state.clamped || []);
    this.showStatus(state);
    this.showRuns(state.runs || []);
    // Not "was busy, and is not any more": a short race may be over between two events.
    const measured = JSON.stringify([this.lang, (state.runs || []).map((/** @type {any} */ run) => [run.racer, run.phase, run.result?.wall_ms])]);
    if (!state.busy && measured !== this.explained) {
      this.explained = measured;
      this.showVerdict();
    }
    this.pins.update(state);
    this.lab.update();
    this.plots.update();
  }

  /** Only the settings that the open experiment reads; all of them in the free race. @param {string[] | null | undefined} offered */
  offer(offered) {
    for (const [field, row] of Object.entries(this.fields)) {
      row.hidden = Boolean(offered) && !VIEW.includes(field) && !offered?.includes(field);
    }
  }

  /** @param {boolean} on */
  lock(on) {
    for (const [field, input] of Object.entries(this.inputs)) input.disabled = on && field !== "lang" && field !== "theme";
    for (const input of Object.values(this.racers)) input.disabled = on;
    this.buttons.undo.disabled = on;
    this.lockNote.hidden = !on;
    setText(this.lockNote, this.texts.locked_note);
  }

  /** Which workloads cannot run here, and whose waits are only simulated. @param {any} state */
  showWorkloads(state) {
    const missing = state.missing_workloads || {};
    const reason = state.simulated_reason || "";
    const {texts} = this;
    const unavailable = (/** @type {string} */ name) => fill(texts.model_missing || "{}", [texts[missing[name]] || ""]);
    for (const option of /** @type {HTMLSelectElement} */ (this.inputs.workload).options) {
      const name = option.value;
      const title = texts[`workload_${name.replaceAll("-", "_")}`] || name;
      option.disabled = name in missing;
      const aside = option.disabled ? unavailable(name) : reason && this.fetching.includes(name) ? texts.simulated_wait : "";
      const label = aside ? `${title} — ${aside}` : title;
      if (option.textContent !== label) option.textContent = label;
    }
    const chosen = state.settings.workload;
    const simulated = Boolean(reason) && this.fetching.includes(chosen);
    setText(this.workloadNote, chosen in missing ? unavailable(chosen)
                               : simulated ? `${texts.simulated_wait}: ${texts[reason] || reason}` : "");
  }

  /** @param {{field: string, value: unknown, used: unknown}[]} clamped */
  showClamped(clamped) {
    for (const field of Object.keys(NUMBERS)) {
      const one = clamped.find((entry) => entry.field === field);
      const mark = /** @type {HTMLElement} */ (this.root.querySelector(`[data-clamped="${field}"]`));
      this.inputs[field].setAttribute("aria-invalid", one ? "true" : "false");
      mark.hidden = !one;
      setText(mark, one ? fill(this.texts.clamped || "{} → {}", [text(one.value), text(one.used)]) : "");
    }
  }

  /** @param {any} state */
  showStatus(state) {
    const {engine, busy, progress} = state;
    const host = engine.host;
    const threads = engine.capabilities?.threads;
    const isolation = host ? this.texts[threads ? "status_isolated" : "status_not_isolated"] : this.texts.status_starting;
    const facts = host ? [host.platform, `${host.cores}`, `${Math.round(host.clock_resolution_ns / 1000)} µs`, host.cpu] : [];
    setText(this.mode, [`${isolation} — ${this.texts[this.reasonKey] || this.reasonKey}`, ...facts].join(" · "));
    // In steps of ten: every change is read aloud.
    const percent = busy ? ` ${Math.floor(progress * 10) * 10} %` : "";
    const reason = engine.state === "broken" ? engine.reason : engine.last_loss;
    const key = engine.state !== "broken" && engine.last_loss && !busy ? "status_restarted" : `status_${engine.state}`;
    setText(this.status, fill(this.texts[key] || engine.state, [reason]) + percent);
    if (this.bar) this.bar.value = busy ? progress : 0;
    this.buttons.run.disabled = busy;
    this.buttons.sweep.disabled = busy;
    this.buttons.stop.disabled = !busy;
  }

  /** @param {any[]} runs */
  showRuns(runs) {
    const body = /** @type {HTMLElement} */ (this.rows);
    while (body.children.length > runs.length) body.lastElementChild?.remove();
    while (body.children.length < runs.length) {
      const row = make("tr", body);
      make("th", row, {scope: "row"});
      for (const column of Object.keys(COLUMNS)) make("td", row, {"data-col": column});
    }
    runs.forEach((run, index) => {
      const row = /** @type {HTMLElement} */ (body.children[index]);
      row.dataset.run = run.racer;
      row.dataset.phase = run.phase;
      setText(/** @type {HTMLElement} */ (row.children[0]), this.texts[RACERS[run.racer]] || run.racer);
      const cells = this.cells(run);
      Object.keys(COLUMNS).forEach((column, at) => setText(/** @type {HTMLElement} */ (row.children[at + 1]), cells[column]));
    });
  }

  /** @param {any} run @returns {Record<string, string>} */
  cells(run) {
    const result = run.result || {};
    const phase = run.error ? fill(this.texts.run_failed || "{}", [run.error])
                : run.phase === "running" ? `${run.done}/${run.total}`
                : this.texts[PHASES[run.phase]] || run.phase;
    return {
      wall_ms: this.withInterval(result.wall_ms),
      throughput_per_s: this.withInterval(result.throughput_per_s),
      p50: this.figure(result.latency_ms?.p50),
      p99: this.figure(result.latency_ms?.p99),
      startup_ms: this.figure(result.startup_ms),
      checksum: result.checksum || "",
      // What makes a figure worth less is said beside it.
      phase: result.valid === false ? [phase, ...[...(result.notes || []), ...(result.errors || [])].map((said) => this.said(said))].join("; ")
             : (result.notes || []).some((/** @type {any} */ note) => note.code === "simulated_wait")
             ? `${phase}; ${this.texts.simulated_wait}` : phase,
    };
  }

  /** A note or an error; in older documents they are texts. @param {any} note @returns {string} */
  said(note) {
    return note.text?.[this.lang] || note.text?.en || String(note);
  }

  /** @param {number | null | undefined} value */
  figure(value) {
    if (value === undefined) return "";
    if (value === null) return this.texts.not_available || "n/a";
    return value.toLocaleString(this.lang, {maximumSignificantDigits: 4});
  }

  /** @param {any} summary */
  withInterval(summary) {
    if (!summary) return "";
    const median = this.figure(summary.median);
    return typeof summary.low === "number" ? `${median} (${this.figure(summary.low)} – ${this.figure(summary.high)})` : median;
  }

  showVerdict() {
    const {verdict} = this.front.command({do: "state"});
    const box = /** @type {HTMLElement} */ (this.verdict);
    box.replaceChildren();
    if (!verdict) return;
    make("h3", box).textContent = verdict.headline || verdict.question || "";
    for (const line of verdict.lines || []) make("p", box).textContent = line;
  }
}
