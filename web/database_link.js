// The engine's end of the database's Worker (database_worker.js): starts it, and finds out how a writer that blocks can
// wait for its commit here. Imported by the engine's Worker when a run first saves, with the HTML parser's module.
//
// The ways of a blocking writer (database.lib.js):
//   shared          it waits in shared memory, where the page is isolated
//   service-worker  it makes a synchronous request, which the page's service worker carries to the database and back
//   sent            neither can be had (a sandboxed frame, plain http): rows are sent, their commit is not waited for

/**
 * What writers are told. Children get their own, with a port instead of the Worker.
 * @typedef {object} DatabaseLink
 * @property {"shared" | "service-worker" | "sent"} way
 * @property {string} url Of the database, for the service worker.
 * @property {SharedArrayBuffer | null} replies Where the engine's own thread waits for its commits, in the shared way.
 * @property {(message: any, transfer?: Transferable[]) => void} post
 * @property {(message: any, answered: (problem: string, rows: ArrayBuffer | null) => void) => number} ask
 * @property {(id: number) => void} forget
 */

/**
 * A child's.
 * @typedef {object} ChildLink
 * @property {DatabaseLink["way"]} way
 * @property {string} url
 * @property {MessagePort} port To the database.
 * @property {SharedArrayBuffer | null} replies Where it waits for its commits, in the shared way. One for all of them:
 *     in Firefox about one in ten thousand messages that bring shared memory through a port never arrives.
 */

const OPEN_MS = 15000;
/** Of one writer, see database_worker.js. */
const REPLY_BYTES = 256;

/** @param {string} url */
async function answeredByServiceWorker(url) {
  try {
    const answer = await fetch(url, {method: "POST", body: new Uint8Array(0)});
    return answer.ok && answer.headers.get("X-Trilane-Lab") === "service-worker" && await answer.text() === "";
  } catch {
    return false;
  }
}

/** The parser, compiled; children are given it. @param {URL} url */
async function compileParser(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`html.wasm: the server answered ${answer.status}`);
  return WebAssembly.compile(await answer.arrayBuffer());
}

/**
 * Throws why there is no database.
 * @param {(url: string, name: string) => Worker} newWorker
 * @param {(what: string) => Promise<any>} askParent
 * @param {(why: string) => void} broken Told when its Worker has died: the next run opens another.
 * @returns {Promise<{link: DatabaseLink, html: WebAssembly.Module, childLink: () => ChildLink}>}
 */
export async function openDatabase(newWorker, askParent, broken) {
  const name = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
  const worker = newWorker(new URL("database_worker.js", import.meta.url).href, "database");
  /** @type {Map<number, (problem: string, rows: ArrayBuffer | null) => void>} */
  const waiting = new Map();
  let lastId = 0;
  let dead = "";

  const die = (/** @type {string} */ why) => {
    if (dead) return;
    dead = `the database's Worker has ended: ${why}`;
    worker.terminate();
    broken(dead);
    for (const answered of waiting.values()) answered(dead, null);
    waiting.clear();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    die(event.message || "database_worker.js, or sqlite3.js beside it, could not be loaded");
  };
  worker.addEventListener("messageerror", () => die("a message of it could not be read"));  // Chromium has no such handler
  worker.onmessage = ({data}) => {
    const answered = waiting.get(data.answer);
    if (!answered) return;
    if (!data.rows) waiting.delete(data.answer);
    answered(data.problem || "", data.rows || null);
  };

  /** @type {DatabaseLink} */
  const link = {
    way: "sent",
    url: "",
    replies: null,
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    ask: (message, answered) => {
      const id = ++lastId;
      if (dead) {
        setTimeout(() => answered(dead, null));
        return id;
      }
      waiting.set(id, answered);
      worker.postMessage({...message, id}, message.do === "save" ? [message.rows] : []);
      return id;
    },
    forget: (id) => waiting.delete(id),
  };
  const opened = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it did not start within ${OPEN_MS / 1000} s`)), OPEN_MS);
    link.ask({do: "open"}, (problem) => {
      clearTimeout(timer);
      if (problem) reject(new Error(problem.replace(/^cannot open the database: /, "")));
      else resolve(undefined);
    });
  });
  const findWay = async () => {
    if (self.crossOriginIsolated && typeof SharedArrayBuffer === "function") return "shared";
    worker.postMessage({channel: `trilane-database-${name}`});
    // Beside the page: this script's own folder is another one.
    const pageFolder = await askParent("service_worker");
    if (!pageFolder) return "sent";
    link.url = new URL(`lab/database/${name}`, pageFolder).href;
    return await answeredByServiceWorker(link.url) ? "service-worker" : "sent";
  };
  const newReplies = () => (link.way === "shared" ? new SharedArrayBuffer(REPLY_BYTES) : null);
  try {
    const [html] = await Promise.all([compileParser(new URL("html.wasm", import.meta.url)), opened]);
    link.way = /** @type {DatabaseLink["way"]} */ (await findWay());
    link.replies = newReplies();
    worker.postMessage({replies: link.replies});
    const childLink = () => {
      const {port1, port2} = new MessageChannel();
      const replies = newReplies();
      worker.postMessage({port: port1, replies}, [port1]);
      return {way: link.way, url: link.url, port: port2, replies};
    };
    return {link, html, childLink};
  } catch (error) {
    die("it could not be opened");
    throw error;
  }
}
