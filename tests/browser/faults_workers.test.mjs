// Faults of what the page starts: Workers, their scripts, their memory; and of what the page stands in.

import {readFileSync} from "node:fs";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

import {childFrame, equal, expect, test} from "./harness.mjs";
import {servePlain, siteFile} from "./servers.mjs";

const QUICK = {workload: "primes", size: 30000, tasks: 8, workers: 2, repeat: 1};
const ISOLATING = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"};
const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);
/** How the run failed, or "". */
const problem = (page, config) => page.evaluate((c) => window.trilane.run(c).then(() => "", (error) => error.message), config);
const script = (name) => readFileSync(siteFile(globalThis.site, name), "utf8");

/** A host on which `name` begins with `code`. */
const serveWith = (name, code, headers = {}) => servePlain(globalThis.site, (path) => (path === `/${name}`
    ? {headers, body: `${code}\n${script(name)}`} : {headers}));

/** The overlay's text, once it is shown. */
async function overlay(page) {
  await page.waitForFunction(() => !document.querySelector("#overlay").hidden);
  return page.evaluate(() => document.querySelector("#overlay").innerText);
}

for (const [what, answer, words] of [
  ["missing", {status: 404, body: ""}, /engine/i],
  ["of a wrong type", {body: "<!doctype html>", headers: {"Content-Type": "text/html"}}, /engine/i],
  ["broken", {body: "this is no JavaScript"}, /engine/i],
  ["silent", {body: "onmessage = () => {};"}, /engine.*(did not start|15 s)/is],
]) {
  test(`plain: the engine's script is ${what}: the page says so and does not load for ever`, async (t) => {
    t.expectErrors(/./);
    const server = await servePlain(globalThis.site, (path) => (path === "/engine-plain.js" ? answer : null));
    try {
      const page = await t.open(server.url, {query: "?mode=plain&lang=en"});
      await overlay(page);
      // First that it is still waited for, where nothing says that it never will come; then that it has not.
      await page.waitForFunction(() => !document.querySelector("#overlay").innerText.includes("still waiting"));
      const text = await overlay(page);
      expect(words.test(text), text);
    } finally {
      server.close();
    }
  });
}

test("isolated: a browser that refuses the memory for threads: the page works without them and says why", async (t) => {
  t.expectErrors(/./);
  const server = await serveWith("engine-threads.js", `WebAssembly.Memory = class { constructor() { throw new RangeError("could not allocate memory"); } };`, ISOLATING);
  try {
    const page = await t.ready(server.url, {query: "?lang=en"});
    equal(page.capabilities.mode, "web-plain");
    expect(page.capabilities.reason.includes("could not allocate memory"), page.capabilities.reason);
    const notice = await page.locator('[data-notice="fallback"]').innerText();
    expect(notice.includes("could not allocate memory"), notice);
    for (const model of ["sync", "processes", "async"]) equal((await run(page, {...QUICK, model})).valid, true, model);
  } finally {
    server.close();
  }
});

for (const [what, code, words] of [
  ["before it is ready", "throw new Error('struck down');", /struck down/],
  ["with its first job", "const real = self.addEventListener.bind(self); let count = 0; addEventListener('message', () => { if (++count === 2) throw new Error('struck down'); });", /struck down/],
]) {
  test(`plain: a process that dies ${what} ends the run with the cause, and the rest works`, async (t) => {
    t.expectErrors(/./);
    const server = await serveWith("child.js", code);
    try {
      const page = await t.ready(server.url, {query: "?mode=plain"});
      const message = await problem(page, {...QUICK, model: "processes"});
      expect(words.test(message), `"${message}"`);
      equal((await run(page, {...QUICK, model: "async"})).valid, true);
    } finally {
      server.close();
    }
  });
}

/** Keeps the page's Workers within reach: window.engines. */
const keepEngines = (page) => page.addInitScript(() => {
  const Original = window.Worker;
  window.engines = [];
  window.Worker = class extends Original {
    constructor(...args) {
      super(...args);
      window.engines.push(this);
    }
  };
});

test("isolated: a message that cannot be read ends the engine's run with the cause, and the next run works", async (t) => {
  t.expectErrors(/./);
  const page = await t.ready("isolated", {before: keepEngines});
  const message = await page.evaluate(async () => {
    const started = new Promise((resolve) => window.trilane.on("progress", resolve));
    const job = window.trilane.run({model: "threads", workload: "primes", size: 1000000000, tasks: 4000, workers: 2, repeat: 1})
        .then(() => "done", (error) => error.message);
    await started;
    window.engines.at(-1).dispatchEvent(new MessageEvent("messageerror"));
    return job;
  });
  expect(message.includes("could not be read"), message);
  equal((await run(page, {...QUICK, model: "threads"})).valid, true);
});

test("isolated: one worker, the most there may be, and one more", async (t) => {
  const page = await t.ready("isolated");
  for (const model of ["threads", "processes"]) {
    const refused = await problem(page, {...QUICK, model, workers: 256});
    const most = Number(/at most (\d+)/.exec(refused)?.[1]);
    expect(most >= 2, `the limit of ${model} is named: ${refused}`);
    for (const workers of [1, most]) {
      const result = await run(page, {...QUICK, tasks: most, size: 1000, model, workers});
      equal([result.valid, result.errors], [true, []], `${workers} ${model}`);
    }
    expect(await problem(page, {...QUICK, model, workers: most + 1}), `${most + 1} ${model}`);
    expect(await problem(page, {...QUICK, model, workers: 0}), `0 ${model}`);
  }
});

test("file://: opened as a file the page says what to do", async (t) => {
  t.expectErrors(/./);
  const page = await t.open(pathToFileURL(join(globalThis.site, "index.html")).href, {query: "?lang=en"});
  const text = await overlay(page);
  expect(text.includes("opened as a file") && text.includes("./web/run"), text);
  // What it is can be read all the same. (Firefox without a window does not always lay out a page that came from a file.)
  if (t.browserName === "chromium") await page.waitForFunction(() => document.querySelector("#about").checkVisibility());
  await page.waitForFunction(() => !document.querySelector("#about").hidden);
});

test("plain: in a sandboxed frame of a host that lets nobody read its scripts the page says so", async (t) => {
  t.expectErrors(/./);
  const server = await servePlain(globalThis.site, (path) => (path === "/host.html"
      ? {body: '<iframe sandbox="allow-scripts" src="/index.html?lang=en" width="900" height="600"></iframe>'} : null));
  try {
    const page = await t.open(`${server.url}host.html`);
    const frame = await childFrame(page);
    const text = await overlay(frame);
    expect(/isolation\.js|main\.js/.test(text), text);
  } finally {
    server.close();
  }
});

test("plain: the host was updated under an open page: what can no longer be loaded is said, and results stay", async (t) => {
  t.expectErrors(/./);
  let gone = false;
  const server = await servePlain(globalThis.site, (path) => (gone && path === "/share.js" ? {status: 404, body: ""} : null));
  try {
    const page = await t.ready(server.url, {query: "?mode=plain&lang=en&workload=primes&tasks=8&size=30000&repeat=1&racers=sync,async"});
    await page.evaluate(() => document.querySelector('[data-action="run"]').click());
    await page.waitForFunction(() => document.querySelectorAll('[data-results] tr[data-phase="done"]').length === 2 &&
        !document.querySelector('[data-action="run"]').disabled);
    gone = true;
    await page.evaluate(() => document.querySelector('[data-action="share"]').click());
    const text = await page.locator('[data-notice="no_part"]').innerText();
    expect(text.includes("share.js") && text.includes("reload"), text);
    equal(await page.evaluate(() => [document.querySelector("#overlay").hidden, document.querySelectorAll('[data-results] tr[data-phase="done"]').length]),
          [true, 2]);
  } finally {
    server.close();
  }
});

test("static: a service worker of an older version finds the files of the newer one", async (t) => {
  // As it was when it was installed: its own folder of files is gone from the host.
  const old = readFileSync(join(globalThis.site, "service-worker.js"), "utf8").replace(/"assets-[0-9a-f]+\/"/, '"assets-00000000000000ff/"');
  expect(old.includes("assets-00000000000000ff"), "the folder is in the service worker");
  const server = await servePlain(globalThis.site, (path) => (path === "/service-worker.js" ? {body: old} : null));
  t.expectErrors(/lab\/latency|404/);
  try {
    const page = await t.ready(server.url);
    equal(page.capabilities.mode, "web-threads");
    const result = await run(page, {workload: "fetch", tasks: 4, wait_ms: 5, size: 1000, workers: 2, repeat: 1, warmup: 0, model: "async"});
    equal([result.errors, result.notes.filter(({code}) => code === "simulated_wait")], [[], []]);
  } finally {
    server.close();
  }
});

test("plain: a frame that is hidden from the start, and a canvas of no size, are drawn when they are shown", async (t) => {
  t.expectErrors(/favicon/);
  const server = await servePlain(globalThis.site, (path) => (path === "/host.html" ? {body: `<!doctype html><title>Course</title>
    <iframe src="index.html?mode=plain&embed=1" width="800" height="500" hidden></iframe>
    <iframe src="index.html?mode=plain&embed=1" width="0" height="0"></iframe>`} : null));
  try {
    const page = await t.open(`${server.url}host.html`);
    const frames = [await childFrame(page, 0), await childFrame(page, 1)];
    for (const frame of frames) {
      await frame.waitForFunction(() => window.trilane?.ready);
      await frame.evaluate(() => window.trilane.ready);
      equal(await frame.evaluate(() => document.querySelector("#overlay").hidden), true);
    }
    await page.evaluate(() => {
      for (const frame of document.querySelectorAll("iframe")) Object.assign(frame, {hidden: false, width: 700, height: 400});
    });
    for (const frame of frames) {
      await frame.waitForFunction(() => document.querySelector("#canvas").width === 700);
      equal((await run(frame, {...QUICK, model: "async"})).valid, true);
    }
  } finally {
    server.close();
  }
});
