// What an experiment found, in HTML: every predicate with its mark, sentence and value on a scale against the thresholds;
// what to change; background, apart; numbers; the terms it was measured on. Of the front end's finding_json
// (shared/ui/lab/finding.hpp); a part of the mirror (mirror_lab.js, mirror_pins.js). Elements carry data-lab-*, which are
// stable names.

import {make} from "./mirror_parts.js";

/** @param {HTMLElement} box @param {any} found @param {Record<string, string>} texts */
export function showFinding(box, found, texts) {
  const line = (/** @type {string} */ name, /** @type {string | null} */ value, /** @type {string} */ role = "") => {
    if (value) make("p", box, {[name]: "", ...(role ? {role} : {})}).textContent = value;
  };
  line("data-lab-older", found.older, "note");
  line("data-lab-why", found.finding);
  if (found.advice) line("data-lab-advice", `${texts.lab_advice}: ${found.advice}`);
  if (found.predicates.length) {
    const list = make("ul", box, {"data-lab-predicates": ""});
    for (const one of found.predicates) predicate(make("li", list, {"data-lab-predicate": one.id, "data-holds": one.holds}), one);
  }
  for (const note of found.notes) line("data-lab-python-note", `Python: ${note}`);
  if (found.background) {
    const aside = make("aside", box, {"data-lab-background": ""});
    make("strong", aside).textContent = found.background.title;
    make("p", aside).textContent = found.background.text;
  }
  numbers(box, found.numbers.filter((/** @type {any} */ one) => one.role !== "setting"),
          found.older ? texts.lab_numbers : texts.lab_numbers_beside);
  numbers(box, found.numbers.filter((/** @type {any} */ one) => one.role === "setting"), texts.lab_numbers_setting);
  if (found.terms || found.plan) terms(box, found, texts);
}

/** @param {HTMLElement} item @param {any} one */
function predicate(item, one) {
  make("b", item).textContent = one.mark;
  const sentence = make("span", item);
  sentence.textContent = ` ${one.text}`;
  if (one.scale) scale(item, one);
  make("small", item).textContent = `${one.label}: ${one.value}; ${one.thresholds}`;
}

/** The zones of the outcomes, and the interval with its median on them: all of it is said in words beside it. @param {HTMLElement} item @param {any} one */
function scale(item, one) {
  const bar = make("span", item, {"data-lab-scale": "", "aria-hidden": "true"});
  const part = (/** @type {Record<string, string>} */ attributes, /** @type {number} */ from, /** @type {number} */ to) => {
    const {style} = make("i", bar, attributes);
    style.left = `${from * 100}%`;
    style.width = `${(to - from) * 100}%`;
  };
  for (const [from, to, holds] of one.scale.zones) part({"data-zone": holds}, from, to);
  part({"data-interval": ""}, one.scale.low, one.scale.high);
  part({"data-median": ""}, one.scale.median, one.scale.median);
}

/** @param {HTMLElement} box @param {any[]} list @param {string} title */
function numbers(box, list, title) {
  if (!list.length) return;
  make("h4", box).textContent = title;
  const table = make("dl", box);
  for (const {id, name, value} of list) {
    make("dt", table).textContent = name;
    make("dd", table, {"data-lab-number": id}).textContent = value;
  }
}

/** @param {HTMLElement} box @param {any} found @param {Record<string, string>} texts */
function terms(box, found, texts) {
  const fold = make("details", box, {"data-lab-terms": ""});
  make("summary", fold, {"data-lab-key": "terms"}).textContent = texts.lab_terms;
  if (found.terms) {
    const table = make("table", fold);
    const head = make("tr", make("thead", table));
    for (const cell of found.terms.head) make("th", head, {scope: "col"}).textContent = cell;
    const body = make("tbody", table);
    for (const cells of found.terms.rows) {
      const row = make("tr", body);
      cells.forEach((/** @type {string} */ cell, /** @type {number} */ index) => {
        make(index ? "td" : "th", row, index ? {} : {scope: "row"}).textContent = cell;
      });
    }
    make("p", fold).textContent = found.terms.subject;
  }
  if (found.plan) make("p", fold, {"data-lab-plan": ""}).textContent = found.plan;
}
