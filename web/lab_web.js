// Finds out where the lab's web (lab/latency, lab/pages/N beside the page) answers: the server that serves the page; else
// the page's service worker; else nothing real does, and waits are simulated. Loaded when a workload that fetches is first
// chosen or run, not with the page.

import {activeServiceWorker, pageFolder, serviceWorkerAllowed, serviceWorkers} from "./isolation.js";

/**
 * @typedef {object} LabWebPlace
 * @property {string} base_url Absolute, without a slash at its end; Workers have no other base.
 * @property {boolean} by_service_worker
 * @property {string} probe What to ask when one wants to see for oneself.
 * @property {number} max_connections Most that the browser opens to it at a time; 0: no limit.
 * @property {{en: string, ru: string} | null} simulated_because Null when the waits are real.
 * @property {string} reason_key Of the same in the text catalogue (shared/ui/texts.def), or empty.
 */

/** How the latency endpoint's answer begins: no other server's page or error does. */
const LAB_TEXT = "The latency is real,";
const PROBE_MS = 5000;
const WORKER_START_MS = 10000;
/** Browsers open as many HTTP/1.1 connections to one host. */
const HTTP1_CONNECTIONS = 6;

/** Who answers: "server", "service-worker", or "" for nobody. @returns {Promise<string>} */
async function whoAnswers() {
  try {
    // The service worker looks for a server again when it is asked so.
    const answer = await fetch(probe(), {
      cache: "no-store", headers: {"X-Trilane-Find": "1"}, signal: AbortSignal.timeout(PROBE_MS),
    });
    if (!answer.ok || !(await answer.text()).startsWith(LAB_TEXT)) return "";
    return answer.headers.get("X-Trilane-Lab") || "server";
  } catch {
    return "";
  }
}

function probe() {
  return new URL("lab/latency?ms=0&bytes=64", pageFolder).href;
}

/** HTTP/1.1 has a limit of connections, its successors have one connection for all. */
function connectionLimit() {
  const entries = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByName(probe(), "resource"));
  const protocol = entries.at(-1)?.nextHopProtocol || (location.protocol === "http:" ? "http/1.1" : "");
  return protocol.startsWith("http/1") ? HTTP1_CONNECTIONS : 0;
}

/** Registers the service worker and waits until it controls this page. Throws why not. */
async function startServiceWorker() {
  const workers = /** @type {ServiceWorkerContainer} */ (serviceWorkers());
  // Another one may control a wider scope.
  const controlled = () => workers.controller?.scriptURL === new URL("service-worker.js", pageFolder).href;
  const registration = await activeServiceWorker(workers);
  if (controlled()) return;
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`it did not start within ${WORKER_START_MS / 1000} s`)), WORKER_START_MS);
    workers.addEventListener("controllerchange", resolve, {once: true});
    // It may have taken over before anybody listened; and a page that was reloaded past it is controlled by none.
    if (controlled()) resolve(undefined);
    registration.active?.postMessage("claim");
  });
}

/** Why there can be no service worker: a text key, or "" when there can be one. */
function noServiceWorker() {
  if (self.origin === "null") return "simulated_no_origin";
  if (!isSecureContext) return "simulated_insecure";
  return serviceWorkerAllowed() && serviceWorkers() ? "" : "simulated_no_worker";
}

/**
 * Starts the service worker where there can be one, also for the database (database_link.js).
 * @returns {Promise<string>} The page's folder, which Workers do not know; empty when none runs.
 */
export async function haveServiceWorker() {
  if (noServiceWorker()) return "";
  return startServiceWorker().then(() => pageFolder.href, () => "");
}

/** The detail is the browser's own word. @param {{en: string, ru: string}} text @param {string} detail */
function withDetail({en, ru}, detail) {
  const aside = detail && ` (${detail})`;
  return {en: en + aside, ru: ru + aside};
}

/**
 * @param {(key: string) => {en: string, ru: string}} textOf A text of the catalogue.
 * @returns {Promise<LabWebPlace>}
 */
export async function findLabWeb(textOf) {
  const place = {base_url: pageFolder.href.replace(/\/$/, ""), probe: probe(), by_service_worker: false, max_connections: 0,
                 simulated_because: null, reason_key: ""};
  const simulated = (/** @type {string} */ key, detail = "") =>
      ({...place, reason_key: key, simulated_because: withDetail(textOf(key), detail)});
  let who = await whoAnswers();
  if (who === "server") return {...place, max_connections: connectionLimit()};
  if (who === "") {
    const why = noServiceWorker();
    if (why) return simulated(why);
    try {
      await startServiceWorker();
    } catch (error) {
      return simulated("simulated_failed", String(/** @type {any} */ (error)?.message || error));
    }
    who = await whoAnswers();
  }
  if (who === "service-worker") return {...place, by_service_worker: true};
  if (who === "server") return {...place, max_connections: connectionLimit()};
  return simulated("simulated_failed", "it runs but does not answer");
}
