// The frame's end of <trilane-lab> (embed.js): tells the host page what happens and takes its commands. Loaded only in a
// frame. Heeds nobody but the page directly above, and from its first word on nobody but that page's origin.
//
//   frame -> host   {trilane: 1, event: "opened" | "loading" | "failed", detail}: boot.js's, before this file and instead of it
//   frame -> host   {trilane: 1, event: "present"}: says nothing, so it may go to anybody
//   host -> frame   {trilane: 1, do: "hello"}: answers "opened" and "present"; then {trilane: 1, id, do: COMMAND, …}
//   frame -> host   {trilane: 1, event: "listening" | "ready" | "result" | "verdict" | "error", detail}; {trilane: 1, id, answer | error}
//
// Commands go through the same checked doors as the page's own (api.js, App::command), so the worst that a hostile host
// can get is an error.

/** Longer messages are no commands of ours. */
const LONGEST_MESSAGE = 100_000;
/** Commands that may wait for each other. */
const MOST_WAITING = 20;

/**
 * @param {any} trilane window.trilane.
 * @param {(request: object) => any} command App::command.
 */
export function serveHost(trilane, command) {
  /** @type {string | null} */
  let host = ancestorOrigin();
  let greeted = false;
  let waiting = 0;
  /** @type {{event: string, detail: unknown}[]} Told when the host has said hello. */
  let early = [];

  const post = (/** @type {object} */ message) => {
    if (host) window.parent.postMessage({trilane: 1, ...message}, host === "null" ? "*" : host);
  };
  const tell = (/** @type {string} */ event, /** @type {unknown} */ detail) => {
    if (greeted) {
      post({event, detail});
    } else if (early.length < 100) {
      early.push({event, detail});
    }
  };

  /** @type {Record<string, (message: any) => any>} */
  const commands = {
    run: ({config}) => trilane.run(config),
    sweep: ({config}) => trilane.sweep(config),
    lab: ({experiment}) => trilane.lab(experiment),
    stop: () => trilane.stop(),
    race: () => checked(command({do: "race"})),
    set: ({settings}) => checked(command({do: "set", settings})),
    state: () => {
      const {texts, ...state} = command({do: "state"});
      return state;
    },
  };

  const obey = async (/** @type {any} */ message) => {
    const {id} = message;
    const run = Object.hasOwn(commands, message.do) ? commands[message.do] : null;
    try {
      if (!run) throw new Error(`there is no command ${JSON.stringify(String(message.do).slice(0, 40))}: known are ${Object.keys(commands).join(", ")}`);
      if (waiting >= MOST_WAITING) throw new Error(`${waiting} commands are waiting already`);
      ++waiting;
      try {
        post({id, answer: await run(message) ?? null});
      } finally {
        --waiting;
      }
    } catch (error) {
      const {message: text, field} = /** @type {any} */ (error);
      post({id, error: {message: String(text), field}});
    }
  };

  window.addEventListener("message", ({source, origin, data}) => {
    if (source !== window.parent || typeof data !== "object" || data === null || data.trilane !== 1) return;
    if (host !== null && origin !== host) return;
    if (data.do === "hello") {
      host = origin;
      greeted = true;
      post({event: "listening"});
      for (const {event, detail} of early) post({event, detail});
      early = [];
      return;
    }
    if (!greeted || !Number.isSafeInteger(data.id) || tooLong(data)) return;
    obey(data);
  });

  window.parent.postMessage({trilane: 1, event: "present"}, "*");

  // Why it never is ready, boot.js tells.
  trilane.ready.then((/** @type {any} */ capabilities) => tell("ready", capabilities), () => {});
  trilane.on("result", (/** @type {any} */ event) => tell("result", event.document));
  trilane.on("verdict", (/** @type {any} */ event) => tell("verdict", event));
  let verdict = "";
  trilane.on("state", (/** @type {any} */ event) => {
    if (event.engine?.state === "broken") tell("error", {message: event.engine.reason});
    if (event.busy) return;
    const now = command({do: "state"}).verdict;
    const text = JSON.stringify(now);
    if (now?.headline && text !== verdict) tell("verdict", now);
    verdict = text;
  });
}

/** The page above, where the browser tells it (Firefox does not). */
function ancestorOrigin() {
  return location.ancestorOrigins?.[0] ?? null;
}

/** @param {any} answer */
function checked(answer) {
  if (answer.error) throw Object.assign(new Error(answer.error.message), {field: answer.error.field});
  return answer;
}

/** @param {unknown} data */
function tooLong(data) {
  try {
    return JSON.stringify(data).length > LONGEST_MESSAGE;
  } catch {
    return true;  // circular, or with numbers that JSON does not know
  }
}
