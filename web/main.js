// The page's program: loads the wasm files, makes the front end, starts the engine, and ties canvas, DOM mirror, JS API
// and address together.

import {TrilaneApi} from "./api.js";
import {CanvasView} from "./canvas.js";
import {FileError, Files, siteInfo} from "./files.js";
import {Front} from "./front_link.js";
import {isolation} from "./isolation.js";
import {Mirror} from "./mirror.js";
import {notice} from "./notices.js";
import {WorkerLinks} from "./worker_links.js";

/** @type {{lang: string, text: (key: string, values?: Record<string, string | number>) => string,
            progress: (fraction: number, what: string) => void, done: () => void,
            tellFailure: (key: string, values?: Record<string, string | number>, advice?: string) => void,
            fail: (key: string, values?: Record<string, string | number>, details?: unknown, advice?: string) => void}} */
const boot = /** @type {any} */ (window).trilaneBoot;
const params = new URLSearchParams(location.search);
/** Which engine this page can have, and why. @typedef {{name: "web-threads" | "web-plain", reason: string}} Mode */
const {isolated, reason} = await isolation;
/** @type {Mode} */
const mode = {name: isolated ? "web-threads" : "web-plain", reason};
const api = new TrilaneApi();
/** @type {any} */ (window).trilane = api.surface();

const SETTINGS_KEY = "trilane.settings";
/** Options of the address that are no settings. */
const PAGE_OPTIONS = ["mode", "sw", "embed", "lock", "dom", "view", "task", "range", "question"];
/** In each language: the page's title, and what a screen reader calls the canvas. @type {Record<string, string[]>} */
const NAMES = {
  en: [document.title, document.getElementById("canvas")?.getAttribute("aria-label") || ""],
  ru: ["Trilane — потоки, процессы, асинхронность: лаборатория параллельности",
       "Trilane: гонка, графики и управление; то же управление есть ниже в HTML"],
};
/** A teacher's question is a line or two. */
const LONGEST_QUESTION = 200;

/** Is a switch of the address on: there, and not 0? @param {string} name */
const isOn = (name) => params.has(name) && !/^(0|false|off|no)$/i.test(params.get(name) || "");

/** @param {unknown} error */
function giveUp(error) {
  api.rejectReady(error instanceof Error ? error : new Error(String(error)));
  if (error instanceof FileError) {
    boot.fail(error.key, error.values, error.details, error.key === "version" ? "truncated_advice"
                                                    : error.key === "damaged" ? "truncated_advice" : undefined);
  } else {
    boot.fail("engine", {reason: String(/** @type {any} */ (error)?.message || error)},
              /** @type {any} */ (error)?.stack || "");
  }
}

/**
 * What the front end asks of the page.
 * @param {{hear: (event: any) => void, requestFrame: () => void, copied: (error?: Error) => void}} to
 * @returns {import("./front_link.js").Page}
 */
function pageServices(to) {
  /** @param {(clipboard: Clipboard) => Promise<void>} write */
  const copy = async (write) => {
    try {
      if (!navigator.clipboard) throw new Error("no clipboard without https");
      await write(navigator.clipboard);
      to.copied();
    } catch (error) {
      to.copied(/** @type {Error} */ (error));
    }
  };
  return {
    // Later, never inside the front end's own call: listeners may call it again.
    emit: (json) => queueMicrotask(() => to.hear(JSON.parse(json))),
    requestFrame: to.requestFrame,
    saveSettings: (json) => {
      try {
        localStorage.setItem(SETTINGS_KEY, json);
      } catch {
        // Forbidden or full: everything works, nothing is remembered.
      }
    },
    loadSettings: () => {
      try {
        return localStorage.getItem(SETTINGS_KEY) || "";
      } catch {
        return "";
      }
    },
    copyText: (text) => copy((clipboard) => clipboard.writeText(text)),
    copyPicture: (png) => {
      const blob = new Blob([/** @type {BlobPart} */ (png)], {type: "image/png"});
      copy((clipboard) => clipboard.write([new ClipboardItem({[blob.type]: blob})]));
    },
    today: () => {
      const now = new Date();
      const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
      return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    },
    saveFile: (name, mime, data) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (data)], {type: mime}));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    },
    openUrl: (url) => {
      if (/^https?:/i.test(url)) window.open(url, "_blank", "noopener");
    },
  };
}

/**
 * The engine's Workers. Where the one with threads cannot be started (a browser may refuse its memory), the next try is
 * made without threads.
 * @param {(name: string) => Promise<WebAssembly.Module>} compiled
 * @param {() => Front | null} front
 * @param {(what: string) => Promise<any>} asked What an engine may ask.
 */
function engineLinks(compiled, front, asked) {
  let kind = mode.name === "web-threads" ? "threads" : "plain";
  let refused = "";
  const scriptUrl = () => new URL(`engine-${kind}.js`, import.meta.url).href;
  const plainReason = () => refused || front()?.command({do: "texts", lang: "en"})[mode.reason] || mode.reason;
  const links = new WorkerLinks((_role, pid) => ({
    url: scriptUrl(),
    name: `engine ${pid}`,
    message: (async () => {
      const module = await compiled(`engine-${kind}.wasm`);
      return {module, processId: pid, plainReason: plainReason()};
    })(),
  }), (exit) => {
    if (kind !== "threads") {
      // Another try would be as silent, and nobody should wait for several.
      if (exit.late && !api.isReady) giveUp(new Error(exit.reason));
      return;
    }
    kind = "plain";
    refused = `threads could not be started (${exit.reason})`;
    notice(front()?.command({do: "state"}).view.lang || boot.lang, "fallback", {reason: exit.reason});
  }, asked);
  links.prepare(scriptUrl());  // while the front end is still on its way
  return links;
}

/**
 * Where the lab's web answers, found out once; where the waits are only simulated, again with the next run: the server may
 * have come back. The front end is told. A function that never rejects.
 * @param {() => Front | null} front
 */
function labWebFinder(front) {
  /** @type {Promise<import("./lab_web.js").LabWebPlace> | null} */
  let finding = null;
  const find = async () => {
    const [english, russian] = ["en", "ru"].map((lang) => front()?.command({do: "texts", lang}) || {});
    const textOf = (/** @type {string} */ key) => ({en: english[key] || key, ru: russian[key] || key});
    try {
      const {findLabWeb} = await import("./lab_web.js");
      return await findLabWeb(textOf);
    } catch (error) {
      const {en, ru} = textOf("simulated_failed");
      return {base_url: "", probe: "", by_service_worker: false, max_connections: 0, reason_key: "simulated_failed",
              simulated_because: {en: `${en} (${error})`, ru: `${ru} (${error})`}};
    }
  };
  return async () => {
    const place = await (finding ??= find());
    if (place.simulated_because) finding = null;
    front()?.command({do: "lab_web", simulated_reason: place.reason_key});
    return place;
  };
}

/** Takes over the options in the address; says what could not be used. @param {Front} front */
function applyAddress(front) {
  const lang = () => front.command({do: "state"}).view.lang;
  /** @type {Record<string, string>} */
  const settings = {};
  for (const [field, value] of params) {
    if (!PAGE_OPTIONS.includes(field) && !field.startsWith("utm_")) {
      settings[field] = value;
    }
  }
  const say = (/** @type {{field: string, value: unknown, used: unknown}[]} */ corrected) => {
    for (const {field, value, used} of corrected) notice(lang(), used === null ? "refused" : "clamped", {field, value, used});
  };
  if (Object.keys(settings).length > 0) {
    const {clamped, unknown} = front.command({do: "set", settings});
    say(clamped);
    for (const field of unknown) notice(lang(), "unknown", {field});
  }
  // Where the race is looked at, once it has been run.
  const link = Object.fromEntries(["view", "task", "range"].filter((name) => params.has(name)).map((name) => [name, params.get(name)]));
  if (Object.keys(link).length > 0) say(front.command({do: "view", link}).corrected);
}

/** A teacher's question, above everything else: as text, whatever the address holds. */
function showQuestion() {
  const question = (params.get("question") || "").trim().slice(0, LONGEST_QUESTION);
  if (!question) return;
  const header = document.createElement("header");
  header.id = "question";
  header.append(Object.assign(document.createElement("p"), {textContent: question}));
  document.getElementById("notices")?.after(header);
}

/** Results that the address brings, as their sender measured them. @param {Front} front */
async function showSentResults(front) {
  if (!location.hash.startsWith("#result=")) return;
  const lang = () => front.command({do: "state"}).view.lang;
  try {
    const {resultsOf} = await import("./share.js");
    const {error} = front.command({do: "import", text: await resultsOf(location.hash)});
    if (error) throw new Error(error.message);
  } catch (error) {
    notice(lang(), "bad_result", {reason: /** @type {Error} */ (error).message});
  }
}

/** What opens files, loaded when it is asked for. @param {Front} front */
async function opener(front) {
  const {FileOpener} = await import("./open_file.js");
  return new FileOpener((request) => front.command(request), (reason) => notice(front.command({do: "state"}).view.lang, "bad_file", {reason}));
}

/** Files that are dropped anywhere on the page are opened. @param {Front} front */
function takeDroppedFiles(front) {
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();  // else the browser leaves this page for the file
    const files = [...event.dataTransfer.files];
    opener(front).then((one) => one.open(files));
  });
}

/** @param {Front} front */
async function share(front) {
  const shared = front.command({do: "share"});
  const {lang} = front.command({do: "state"}).view;
  try {
    const {openShareDialog} = await import("./share.js");
    await openShareDialog(shared, lang, location.origin + location.pathname);
  } catch (error) {
    notice(lang, "no_part", {reason: /** @type {Error} */ (error).message});
  }
}

/** @param {Front} front @param {CanvasView} canvas */
function showCanvasOrMirror(front, canvas) {
  const mirror = /** @type {HTMLElement} */ (document.getElementById("mirror"));
  mirror.hidden = false;
  /** @type {HTMLElement} */ (document.getElementById("about")).hidden = true;
  const problem = params.get("dom") === "1" ? "" : canvas.attach();
  if (!canvas.attached) {
    document.documentElement.dataset.view = "dom";
    if (problem) notice(front.command({do: "state"}).view.lang, "no_canvas", {reason: problem});
  } else {
    document.documentElement.dataset.view = "canvas";
  }
}

/** The choice of theme and language, for what is not drawn by the front end. @param {any} view */
function showView(view) {
  document.documentElement.dataset.theme = view.theme;
  document.documentElement.lang = view.lang;
  const [title, label] = NAMES[view.lang] || NAMES.en;
  if (document.title !== title) document.title = title;
  document.getElementById("canvas")?.setAttribute("aria-label", label);
}

async function start() {
  const embedded = isOn("embed") || window.parent !== window;
  if (embedded) document.documentElement.dataset.embed = "";
  const files = new Files(siteInfo(), boot.progress);
  /** @type {Map<string, Promise<WebAssembly.Module>>} */
  const modules = new Map();
  const compiled = (/** @type {string} */ name) => {
    const known = modules.get(name);
    if (known) return known;
    const module = files.compile(name);
    modules.set(name, module);
    return module;
  };
  // All at once; each is awaited where it is needed.
  const engineFile = `engine-${mode.name === "web-threads" ? "threads" : "plain"}.wasm`;
  compiled(engineFile).catch(giveUp);

  /** @type {Front | null} */
  let front = null;
  /** @type {CanvasView | null} */
  let canvas = null;
  /** @type {Mirror | null} */
  let mirror = null;
  const labWeb = labWebFinder(() => front);
  /** Second parts are fetched when the page can be used. @type {() => void} */
  let canBeUsed = () => {};
  const usable = new Promise((resolve) => {
    canBeUsed = () => resolve(undefined);
  });
  /** The workloads that fetch, and the one that was chosen last: by choosing one, its requests are prepared. */
  let fetching = new Set();
  let chosen = "";
  const page = pageServices({
    requestFrame: () => canvas?.frameWanted(),
    copied: (error) => front?.command(error ? {do: "copied", error: `${error.message}.`} : {do: "copied"}),
    hear: (event) => {
      if (event.event === "state") {
        showView(event.view);
        mirror?.update(event);
        const {workload} = event.settings;
        if (event.engine.host && workload !== chosen) {
          chosen = workload;
          if (fetching.has(workload) && !(workload in event.missing_workloads)) labWeb();
        }
        if (event.engine.state === "broken" && !api.isReady) giveUp(new Error(event.engine.reason));
      }
      if (event.event === "said") mirror?.say(event.text);
      if (event.event === "ready") {
        boot.done();
        canBeUsed();
        // Not before: nothing waits for it until processes are started.
        if (!api.isReady) compiled("child.wasm").catch((error) => {
          const reason = error instanceof FileError ? boot.text(error.key, error.values) : String(error);
          notice(boot.lang, "no_child", {reason});
        });
        api.engineReady(event, mode, front?.command({do: "texts", lang: "en"})[mode.reason] || mode.reason);
      }
      if (event.event === "dialog" && front && event.name === "share") share(front);
      if (event.event === "dialog" && front && event.name === "open") opener(front).then((one) => one.choose());
      api.hear(event);
    },
  });
  const links = engineLinks(compiled, () => front, async (what) => {
    if (what === "lab_web") return labWeb();
    if (what === "service_worker") return import("./lab_web.js").then((module) => module.haveServiceWorker(), () => "");
    if (what !== "child") await usable;  // the engine's second part
    return compiled(`${what}.wasm`).then((module) => ({module, problem: ""}), (error) => ({module: null, problem: error.message}));
  });
  front = await Front.create(await compiled("front.wasm"), page, links, {
    isolation_reason: mode.reason,
    prefers_dark: !matchMedia("(prefers-color-scheme: light)").matches,
    language: boot.lang,
    copies_pictures: typeof ClipboardItem !== "undefined" && Boolean(navigator.clipboard?.write),
    page_url: location.origin + location.pathname,
  });
  api.front = front;
  // Without: who calls it fetches it (first_part.js).
  usable.then(() => compiled("front.deferred.wasm")).then((second) => front?.complete(second))
      .catch((error) => console.warn("Trilane: the page's second part is not there yet:", error));
  const firstVisit = page.loadSettings() === "";
  fetching = new Set(front.catalog().workloads.filter((/** @type {any} */ one) => one.fetches)
      .map((/** @type {any} */ one) => one.name));
  const tellHidden = () => front?.command({do: "hidden", hidden: document.hidden});
  document.addEventListener("visibilitychange", tellHidden);
  tellHidden();
  front.start();  // the engine loads while the rest is built
  applyAddress(front);
  showQuestion();
  front.command({do: "embed", embedded, lock: isOn("lock")});
  if (window.parent !== window) {
    const page = front;
    import("./embed_frame.js").then(({serveHost}) => serveHost(api.surface(), (request) => page.command(request)))
        .catch((error) => {
          console.warn("Trilane: the host page cannot be served:", error);
          boot.tellFailure("script", {file: "embed_frame.js"});
        });
  }
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const tellMotion = () => front?.command({do: "motion", reduced: still.matches});
  still.addEventListener("change", tellMotion);
  tellMotion();
  showView(front.command({do: "state"}).view);
  canvas = new CanvasView(front, embedded);
  showCanvasOrMirror(front, canvas);
  mirror = new Mirror(/** @type {HTMLElement} */ (document.getElementById("mirror")), front, mode.reason,
                      () => front && share(front));
  takeDroppedFiles(front);
  showSentResults(front);
  // A link with results that is opened where this page is open already changes the fragment only.
  window.addEventListener("hashchange", () => front && showSentResults(front));
  // A first visit sees something move. Whoever asks for something sees that instead, and so does who automates a browser or
  // wants less motion.
  const first = params.size === 0 && !location.hash && !embedded && firstVisit && !navigator.webdriver && !still.matches;
  if (first && canvas.attached) front.command({do: "demo"});
  boot.progress(1, engineFile);
  window.addEventListener("error", (event) => {
    // A trap in the front end: its state is not to be trusted any more.
    if (event.error instanceof WebAssembly.RuntimeError) boot.fail("crash", {}, event.error.stack);
  });
}

start().catch(giveUp);
