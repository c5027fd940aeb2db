// The page's service worker, for hosts that only serve files. It does two things and touches no other request:
//
//   isolation   the page itself and its Workers' scripts come from the server as always, and get the headers that a page
//               with shared memory needs, where the server does not send them (isolation.js registers it for that)
//   lab/…       GET lab/latency and lab/pages/N beside the page are answered with the bytes and the waits of
//               `trilane serve`, so that real requests have somewhere to go; where the host is `trilane serve`, that one
//               answers. The bytes come from lab.wasm (lab_main.cpp), which is fetched with the first request.
//
// Nothing is stored: what is shown is what the server has, and the page is asked for anew each time (the files beside it
// have their content's hash in their path). "service_worker": false in index.html's site-info removes it (isolation.js).

/** @type {any} A ServiceWorkerGlobalScope. */
const worker = self;
const scope = new URL(worker.registration.scope);
/** Where the page's other files are; the build writes the folder's whole name here. */
const assets = "assets/";
/** Statuses without a body, as HTTP has it. */
const NO_BODY = [204, 205, 304];
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

/** Where the host has been updated since this service worker came, its files are in another folder. */
async function fetchLab() {
  const answer = await fetch(new URL(`${assets}lab.wasm`, scope));
  if (answer.status !== 404) return answer;
  const version = await fetch(new URL("version.json", scope), {cache: "no-cache"});
  const folder = version.ok ? String((await version.json()).assets) : "";
  return /^assets-[0-9a-f]+$/.test(folder) ? fetch(new URL(`${folder}/lab.wasm`, scope)) : answer;
}

async function loadLab() {
  const answer = await fetchLab();
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
    return new Response(NO_BODY.includes(status) ? null : body,
                        {status, headers: {...headers, "Content-Length": String(body.length)}});
  } catch (error) {
    lab = null;
    return new Response(`the service worker could not answer: ${error}`, {status: 500, headers: HEADERS});
  }
}

/** Headers of a page of its own: it and all that it starts are isolated from other sites. */
const PAGE_HEADERS = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp",
                      "Cross-Origin-Resource-Policy": "cross-origin"};
/** In a frame those count only when all pages above have them. The last one isolates a frame alone (Chromium). */
const FRAME_HEADERS = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Resource-Policy": "cross-origin",
                       "Document-Isolation-Policy": "isolate-and-require-corp"};

/** Is it the page, or a Worker's script? @param {Request} request @param {string} path Below the scope. */
function needsHeaders(request, path) {
  if (request.mode === "navigate") return path === "" || path === "index.html";
  return request.destination === "worker" && path.startsWith("assets-");
}

/** @param {Request} request */
async function withHeaders(request) {
  // An old index.html from a cache would ask for files that are gone. A navigation's request cannot be changed, so it is
  // made anew; redirects are the browser's.
  const response = request.mode === "navigate"
    ? await fetch(request.url, {cache: "no-cache", credentials: "same-origin", redirect: "manual"})
    : await fetch(request);
  if (response.type === "opaqueredirect" || NO_BODY.includes(response.status)) return response;
  const headers = new Headers(response.headers);
  const framed = request.destination === "iframe" || request.destination === "frame";
  for (const [name, value] of Object.entries(framed ? FRAME_HEADERS : PAGE_HEADERS)) headers.set(name, value);
  return new Response(response.body, {status: response.status, statusText: response.statusText, headers});
}

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const request = /** @type {Request} */ (event.request);
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (needsHeaders(request, path)) {
    event.respondWith(withHeaders(request));
  } else if (path.startsWith("lab/") && (!knownHostAnswers || request.headers.has("X-Trilane-Find"))) {
    event.respondWith(answer(request, `/${path}${url.search}`));
  }
});

// A Worker that must wait for its commit and has no shared memory to wait in makes a synchronous request:
// POST <scope>lab/database/NAME?table=N with rows (database_worker.js). The answer is empty, or says why not.
const databasePath = `${scope.pathname}lab/database/`;
const DATABASE_MS = 10000;

/** @param {Request} request @param {URL} url */
async function toDatabase(request, url) {
  const channel = new BroadcastChannel(`trilane-database-${url.pathname.slice(databasePath.length)}`);
  const id = crypto.randomUUID();
  const late = `cannot save to the database: it has not answered for ${DATABASE_MS / 1000} s`;
  try {
    const rows = await request.arrayBuffer();
    const problem = await new Promise((resolve) => {
      setTimeout(() => resolve(late), DATABASE_MS);
      channel.onmessage = ({data}) => {
        if (data.answer === id) resolve(data.problem);
      };
      channel.postMessage({do: "save", id, table: Number(url.searchParams.get("table")), rows});
    });
    return new Response(problem, {headers: {...HEADERS, "Content-Type": "text/plain; charset=utf-8"}});
  } finally {
    channel.close();
  }
}

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const request = /** @type {Request} */ (event.request);
  const url = new URL(request.url);
  if (request.method !== "POST" || url.origin !== scope.origin || !url.pathname.startsWith(databasePath)) return;
  event.respondWith(toDatabase(request, url));
});
