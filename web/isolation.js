// Threads need shared memory, shared memory needs a cross-origin isolated page, and few hosts send the headers for one.
// There our service worker adds them (service-worker.js): it is registered and the page is loaded once more. At most once:
// what was tried is noted in the history entry, which needs no storage and survives the reload; the note goes when it has
// worked. Runs before main.js, so that nothing else is begun on a page that is about to be left.
//
// The switch for hosts: "service_worker": false in index.html's site-info, or ?sw=off in the address, removes it again.

/**
 * @typedef {object} Isolation
 * @property {boolean} isolated Shared memory is there.
 * @property {string} reason Why, or why not: a key of the text catalogue (shared/ui/texts.def).
 */

/** Longer than the slowest start of a service worker; then the page goes on without. */
const WORKER_START_MS = 5000;
/** The first Chromium that isolates one frame by itself (Document-Isolation-Policy); nothing else has it yet. */
const FRAME_ISOLATION_CHROMIUM = 137;

const params = new URLSearchParams(location.search);
/** The page's own folder: the service worker's scope. */
export const pageFolder = new URL(".", location.href);
const framed = window.parent !== window;

/** Never rejects. @type {Promise<Isolation>} */
export const isolation = isolate().catch((error) => {
  console.error(error);
  return without("isolation_failed");
});

/** May the page have a service worker? It is also asked by lab_web.js. */
export function serviceWorkerAllowed() {
  if (params.get("sw") === "off") return false;
  try {
    return JSON.parse(document.getElementById("site-info")?.textContent || "{}").service_worker !== false;
  } catch {
    return true;
  }
}

/** Null where there is none: plain http, some private modes, sandboxed frames (where asking throws). */
export function serviceWorkers() {
  try {
    return self.origin !== "null" && isSecureContext && navigator.serviceWorker || null;
  } catch {
    return null;
  }
}

/**
 * Registers the service worker and waits until it is active. Throws why not.
 * @param {ServiceWorkerContainer} workers
 * @returns {Promise<ServiceWorkerRegistration>}
 */
export async function activeServiceWorker(workers) {
  const script = new URL("service-worker.js", pageFolder).href;
  const registration = await workers.register(script, {scope: pageFolder.href, updateViaCache: "none"});
  if (registration.active) return registration;
  const starting = registration.installing || registration.waiting;
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`it did not start within ${WORKER_START_MS / 1000} s`)), WORKER_START_MS);
    const look = () => {
      if (registration.active) resolve(undefined);
      if (starting?.state === "redundant") reject(new Error("it could not be installed"));
    };
    starting?.addEventListener("statechange", look);
    look();
  });
  return registration;
}

/** @param {string} reason @returns {Isolation} */
function without(reason) {
  return {isolated: false, reason};
}

async function isolate() {
  const workers = serviceWorkers();
  const tried = readNote();
  if (!serviceWorkerAllowed() && await forget(workers) && workers?.controller && !tried && writeNote(true)) return again();
  if (params.get("mode") === "plain") return without("isolation_off");
  // Nothing but this flag is to be trusted; and where it is set shared memory may still be switched off.
  if (globalThis.crossOriginIsolated && typeof SharedArrayBuffer === "function") {
    if (tried) writeNote(false);
    return {isolated: true, reason: workers?.controller ? "isolation_service_worker" : "isolation_headers"};
  }
  if (!isSecureContext) return without("isolation_insecure");
  if (framed && (!isolatesFrames() || !frameMayBeIsolated())) return without("isolation_framed");
  if (!serviceWorkerAllowed()) return without("isolation_no_headers");
  if (!workers) return without(framed ? "isolation_framed" : "isolation_no_service_worker");
  if (tried) return without(framed ? "isolation_framed" : "isolation_failed");
  try {
    await activeServiceWorker(workers);
  } catch (error) {
    console.info("Trilane: no service worker, so no threads:", error);
    return without(framed ? "isolation_framed" : "isolation_no_service_worker");
  }
  if (!writeNote(true)) return without("isolation_failed");  // a reload that could not be counted is not made
  return again();
}

/** This page is at its end. @returns {Promise<never>} */
function again() {
  location.reload();
  return new Promise(() => {});
}

function isolatesFrames() {
  const brands = /** @type {any} */ (navigator).userAgentData?.brands ?? [];
  return brands.some((/** @type {any} */ one) => one.brand === "Chromium" && Number(one.version) >= FRAME_ISOLATION_CHROMIUM);
}

/** The host page's `allow`. Where it cannot be asked for, it is tried. */
function frameMayBeIsolated() {
  const policy = /** @type {any} */ (document).permissionsPolicy ?? /** @type {any} */ (document).featurePolicy;
  return policy?.allowsFeature?.("cross-origin-isolated") ?? true;
}

/**
 * Removes our service worker: the host does not want it. Was there one? Then this page has its headers, and the scripts of
 * its Workers would lack them from now on.
 * @param {ServiceWorkerContainer | null} workers
 */
async function forget(workers) {
  try {
    const all = await workers?.getRegistrations() ?? [];
    const ours = all.filter(({scope}) => scope === pageFolder.href);
    await Promise.all(ours.map((registration) => registration.unregister()));
    return ours.length > 0;
  } catch {
    return false;
  }
}

function readNote() {
  return history.state?.trilane === "reloaded";
}

/** @param {boolean} on Returns false when it could not be written. */
function writeNote(on) {
  try {
    history.replaceState(on ? {trilane: "reloaded"} : null, "");
    return readNote() === on;
  } catch {
    return false;
  }
}
