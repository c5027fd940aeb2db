// Which engine this page can have, and why: threads need shared memory, and that needs a cross-origin isolated page.

/**
 * @typedef {object} Mode
 * @property {"web-threads" | "web-plain"} name
 * @property {string} reason A key of the text catalogue (shared/ui/texts.def).
 */

/** @param {URLSearchParams} params @returns {Mode} */
export function chooseMode(params) {
  if (params.get("mode") === "plain") return {name: "web-plain", reason: "isolation_off"};
  // Nothing but this flag is to be trusted; and where it is set shared memory may still be switched off.
  if (globalThis.crossOriginIsolated && typeof SharedArrayBuffer === "function") {
    return {name: "web-threads", reason: "isolation_headers"};
  }
  if (!globalThis.isSecureContext) return {name: "web-plain", reason: "isolation_insecure"};
  if (window.parent !== window) return {name: "web-plain", reason: "isolation_framed"};
  return {name: "web-plain", reason: "isolation_no_headers"};
}
