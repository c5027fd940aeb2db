// Pinned results in HTML: the list with its buttons, and each one's comparison with the current results as a table. A part
// of the mirror (mirror.js). Elements carry data-pin, data-pin-act and data-pin-measure, which are stable names.

import {showFinding} from "./mirror_finding.js";
import {make} from "./mirror_parts.js";

/** @type {Record<string, [string, string, string]>} Text key, what is added to it, unit. */
const MEASURES = {
  wall_ms: ["makespan", "", "ms"], throughput_per_s: ["throughput", "", "1/s"], latency_p50_ms: ["latency", "p50", "ms"],
  latency_p99_ms: ["latency", "p99", "ms"], cpu_ms: ["cpu_time", "", "ms"], peak_rss_bytes: ["memory", "", "B"],
  startup_ms: ["startup", "", "ms"],
};
/** @type {Record<string, string>} */
const RACERS = {sync: "model_sync", threads: "model_threads", threads_gil: "model_gil", processes: "model_processes",
                async: "model_async"};

export class MirrorPins {
  /**
   * @param {HTMLElement} root
   * @param {import("./front_link.js").Front} front
   * @param {() => Record<string, string>} texts The catalogue in the language that is shown.
   */
  constructor(root, front, texts) {
    this.front = front;
    this.texts = texts;
    this.box = make("section", root, {"data-pins": ""});
    this.shown = "";
  }

  /** After every "state": builds anew only what changed. @param {any} state */
  update(state) {
    const texts = this.texts();
    const now = JSON.stringify([state.pins, state.can_pin, state.busy, state.view.lang]);
    if (now === this.shown) return;
    this.shown = now;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.pinAct : undefined;
    this.box.textContent = "";
    make("h2", this.box).textContent = texts.pins_title;
    const row = make("p", this.box);
    const pin = this.button(row, "pin", texts.pin_this, () => this.act({do: "pin"}));
    pin.disabled = !state.can_pin;
    this.button(row, "open", texts.open_file, () => this.act({do: "open"}));
    this.problem = make("p", this.box, {role: "status", "data-pin-problem": ""});
    // What lab documents found is long, and no part of the state.
    const pins = state.pins || [];
    const whole = pins.some((/** @type {any} */ one) => one.verdicts.length) ? this.front.command({do: "pins"}).pins : [];
    for (const one of pins) {
      this.pin(one, state, texts);
      const found = whole.find((/** @type {any} */ other) => other.id === one.id)?.found || [];
      for (const entry of found) this.found(entry, texts, found.length === 1);
    }
    if (focused) /** @type {HTMLElement | null} */ (this.box.querySelector(`[data-pin-act="${focused}"]`))?.focus();
  }

  /** @param {any} pin @param {any} state @param {Record<string, string>} texts */
  pin(pin, state, texts) {
    const box = make("article", this.box, {"data-pin": String(pin.id)});
    const heading = make("h3", box);
    heading.textContent = `${"ABCDEFGH"[pin.mark]} · ${pin.name}`;
    const host = pin.host || {};
    const facts = [pin.imported ? texts.pin_elsewhere : "", host.cpu, host.cores, host.platform, host.version && `Trilane ${host.version}`].filter(Boolean);
    if (facts.length) make("p", box, {"data-pin-host": ""}).textContent = facts.join(" · ");
    const row = make("p", box);
    const name = /** @type {HTMLInputElement} */ (make("input", row, {"aria-label": `${texts.pin_rename}: ${pin.name}`, maxlength: "80", "data-pin-act": `name-${pin.id}`}));
    name.value = pin.name;
    name.addEventListener("change", () => this.act({do: "change_pin", id: pin.id, name: name.value}));
    this.button(row, `shown-${pin.id}`, pin.shown ? texts.pin_hide : texts.pin_show, () => this.act({do: "change_pin", id: pin.id, shown: !pin.shown}))
        .setAttribute("aria-pressed", String(pin.shown));
    const here = this.button(row, `here-${pin.id}`, texts.pin_run_here, () => this.act({do: "run_pin", id: pin.id}));
    here.disabled = state.busy;
    this.button(row, `remove-${pin.id}`, texts.pin_remove, () => this.act({do: "unpin", id: pin.id}));
    for (const one of pin.comparison) this.comparison(box, pin, one, texts);
  }

  /** @param {HTMLElement} box @param {any} pin @param {any} one @param {Record<string, string>} texts */
  comparison(box, pin, one, texts) {
    const table = make("table", box, {"data-pin-racer": one.racer});
    const racer = texts[RACERS[one.racer]] || one.racer;
    make("caption", table).textContent = `${racer}: ${texts.compare_current.replace("{}", pin.name)}` +
        (one.other_options.length ? ` — ${texts.compare_other.replace("{}", one.other_options.join(", "))}` : "") +
        (one.answers_differ ? ` — ${texts.compare_answers}` : "");
    const body = make("tbody", table);
    for (const [measure, [key, more, unit]] of Object.entries(MEASURES)) {
      const value = one.measures[measure];
      if (value.outcome === "missing" && value.pinned === null && value.current === null) continue;
      const row = make("tr", body, {"data-pin-measure": measure, "data-outcome": value.outcome});
      make("th", row, {scope: "row"}).textContent = [texts[key], more, unit].filter(Boolean).join(", ");
      make("td", row).textContent = this.figure(value.pinned, texts);
      make("td", row).textContent = this.figure(value.current, texts);
      make("td", row).textContent = this.ratio(value, texts);
    }
  }

  /** An experiment of a lab document. @param {any} entry @param {Record<string, string>} texts @param {boolean} open */
  found(entry, texts, open) {
    const fold = make("details", this.box, {"data-pin-entry": entry.id});
    fold.toggleAttribute("open", open);
    make("summary", fold).textContent = `${entry.title || entry.id}: ${texts[`lab_${entry.verdict}`]}`;
    if (entry.claim) make("p", fold).textContent = entry.claim;
    showFinding(fold, entry, texts);
  }

  /** @param {any} value @param {Record<string, string>} texts */
  ratio(value, texts) {
    if (value.ratio === null) return value.outcome === "same" ? texts.compare_same : "";
    const times = (/** @type {number} */ number) => `${this.figure(number, texts)}×`;
    const interval = value.ratio_low === null ? "" : ` (${times(value.ratio_low)} – ${times(value.ratio_high)})`;
    const judged = value.outcome === "same" ? `: ${texts.compare_same}` : value.outcome === "unspread" ? `: ${texts.compare_unspread}` : "";
    return times(value.ratio) + interval + judged;
  }

  /** @param {number | null} value @param {Record<string, string>} texts */
  figure(value, texts) {
    return value === null ? texts.not_available || "n/a"
                          : value.toLocaleString(document.documentElement.lang || "en", {maximumSignificantDigits: 4});
  }

  /** @param {object} request */
  act(request) {
    const {error} = this.front.command(request);
    if (error && this.problem) this.problem.textContent = error.message;
  }

  /** @param {HTMLElement} parent @param {string} key @param {string} label @param {() => void} act */
  button(parent, key, label, act) {
    const button = /** @type {HTMLButtonElement} */ (make("button", parent, {type: "button", "data-pin-act": key}));
    button.textContent = label;
    button.addEventListener("click", act);
    return button;
  }
}
