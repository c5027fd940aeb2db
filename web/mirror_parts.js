// What the mirror is built with (mirror.js): elements, texts that are set only when they change, patterns of the catalogue.

/**
 * @param {string} tag @param {HTMLElement | null} parent @param {Record<string, string>} [attributes]
 * @returns {HTMLElement}
 */
export function make(tag, parent, attributes = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}

/** Only a change: a live region reads aloud what is set. @param {HTMLElement | undefined} element @param {string} value */
export function setText(element, value) {
  if (element && element.textContent !== value) element.textContent = value;
}

/** @param {string} pattern @param {string[]} values */
export function fill(pattern, values) {
  let at = 0;
  return pattern.replace(/\{\}/g, () => values[at++] ?? "");
}

/** @param {unknown} value */
export function text(value) {
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length > 40 ? `${whole.slice(0, 40)}…` : whole;
}
