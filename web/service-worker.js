// The page's service worker: on a host that only serves files it answers lab/latency and lab/pages/N beside the page, with
// the bytes and the waits of `trilane serve`, so that real requests have somewhere to go. It answers GET <scope>lab/… and
// nothing else: every other request goes its way untouched. Where the host is `trilane serve` itself, that one answers.
//
// The bytes come from lab.wasm (lab_main.cpp), which is fetched with the first request.

/** @type {any} A ServiceWorkerGlobalScope. */
const worker = self;
const scope = new URL(worker.registration.scope);
const labPath = `${scope.pathname}lab/`;
/** How the server's own latency endpoint begins its answer. */
const LAB_TEXT = "The latency is real,";
const HEADERS = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "cross-origin", "X-Trilane-Lab": "service-worker"};

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
// A page that was reloaded past its service worker asks to be taken over.
worker.addEventListener("message", (/** @type {any} */ event) => {
  if (event.data === "claim") event.waitUntil(worker.clients.claim());
});

/** Does the host answer by itself? Known after the first request. @type {Promise<boolean> | null} */
let hostAnswers = null;
let knownHostAnswers = false;

async function askHost() {
  try {
    const answer = await fetch(new URL("lab/latency?ms=0&bytes=64", scope), {cache: "no-store"});
    knownHostAnswers = answer.ok && (await answer.text()).startsWith(LAB_TEXT);
  } catch {
    knownHostAnswers = false;
  }
  return knownHostAnswers;
}

/** @type {Promise<any> | null} lab.wasm's exports. */
let lab = null;

async function loadLab() {
  const answer = await fetch(new URL("lab.wasm", scope));
  if (!answer.ok) throw new Error(`lab.wasm: the server answered ${answer.status}`);
  const module = await WebAssembly.compile(await answer.arrayBuffer());
  // What a C library may ask of its host and this one has no use for.
  /** @type {Record<string, Record<string, Function>>} */
  const imports = {};
  for (const {module: from, name} of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => {
      if (name !== "emscripten_notify_memory_growth") throw new Error(`lab.wasm called ${name}`);
    };
  }
  const {exports} = await WebAssembly.instantiate(module, /** @type {any} */ (imports));
  /** @type {any} */ (exports)._initialize();
  return exports;
}

/**
 * What the lab answers to a target such as "/lab/pages/7?ms=50". The body is made when the wait is over, and copied.
 * @param {any} exports @param {string} target
 */
function parseTarget(exports, target) {
  const bytes = new TextEncoder().encode(target);
  const at = exports.trilane_lab_target(bytes.length);
  new Uint8Array(exports.memory.buffer).set(bytes, at);
  const waitMs = exports.trilane_lab_parse();
  return {waitMs, make: () => {
    new Uint8Array(exports.memory.buffer).set(bytes, exports.trilane_lab_target(bytes.length));
    exports.trilane_lab_parse();
    const size = exports.trilane_lab_make();
    const status = exports.trilane_lab_status();
    const body = new Uint8Array(exports.memory.buffer).slice(exports.trilane_lab_body(), exports.trilane_lab_body() + size);
    return {status, body, isHtml: exports.trilane_lab_is_html() !== 0};
  }};
}

/** Not early: a timer may be by a part of a millisecond. @param {number} ms @param {AbortSignal} signal */
async function wait(ms, signal) {
  const end = performance.now() + ms;
  for (let left = ms; left > 0 && !signal.aborted; left = end - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}

/** @param {Request} request @param {string} target */
async function answer(request, target) {
  if (request.headers.has("X-Trilane-Find")) hostAnswers = null;
  const begin = performance.now();
  if (await (hostAnswers ??= askHost())) return fetch(request);
  try {
    const exports = await (lab ??= loadLab());
    const {waitMs, make} = parseTarget(exports, target);
    await wait(begin + waitMs - performance.now(), request.signal);
    const {status, body, isHtml} = make();
    const headers = {...HEADERS, "Content-Type": isHtml ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"};
    // Statuses without a body, as HTTP has it.
    return new Response([204, 205, 304].includes(status) ? null : body,
                        {status, headers: {...headers, "Content-Length": String(body.length)}});
  } catch (error) {
    lab = null;
    return new Response(`the service worker could not answer: ${error}`, {status: 500, headers: HEADERS});
  }
}

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const request = /** @type {Request} */ (event.request);
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(labPath)) return;
  if (knownHostAnswers && !request.headers.has("X-Trilane-Find")) return;
  event.respondWith(answer(request, `/lab/${url.pathname.slice(labPath.length)}${url.search}`));
});
