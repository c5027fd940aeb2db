// What goes wrong on real hosts: the page says what, and what to do; it never loads for ever.

import {readFileSync} from "node:fs";

import {childFrame, equal, expect, test} from "./harness.mjs";
import {servePlain, siteFile} from "./servers.mjs";

const wasm = (name) => readFileSync(siteFile(globalThis.site, name));

/** Opens the page from a server that answers some paths wrongly; the overlay's text, or "" when it starts all the same. */
async function overlayOf(t, special, options = {}) {
  t.expectErrors(/./);
  const server = await servePlain(globalThis.site, special);
  try {
    const page = await t.open(server.url, {query: "?mode=plain", ...options});
    await page.waitForFunction(() => !document.querySelector("#overlay").hidden || document.querySelector("#loading").hidden && window.trilane);
    const text = await page.evaluate(() => (document.querySelector("#overlay").hidden ? "" : document.querySelector("#overlay").innerText));
    return {page, text};
  } finally {
    server.close();
  }
}

for (const [what, file, answer, words] of [
  ["missing", "front.wasm", {status: 404, body: "not found"}, ["front.wasm", "404"]],
  ["missing", "engine-plain.wasm", {status: 404, body: "not found"}, ["engine-plain.wasm", "404"]],
  ["a server error", "front.wasm", {status: 500, body: "oops"}, ["front.wasm", "500"]],
]) {
  test(`plain: ${file} is ${what}: the overlay names it`, async (t) => {
    const {text} = await overlayOf(t, (path) => (path === `/${file}` ? answer : null));
    for (const word of words) expect(text.includes(word), `"${text}" lacks ${word}`);
  });
}

test("plain: a wasm file that is cut off: the overlay names it", async (t) => {
  for (const file of ["front.wasm", "engine-plain.wasm"]) {
    const {text, page} = await overlayOf(t, (path) => (path === `/${file}` ? {body: wasm(file).subarray(0, 20000)} : null));
    expect(text.includes(file), `"${text}" lacks ${file}`);
    await page.context().close();
  }
});

test("plain: a wasm file that is damaged: the overlay names it", async (t) => {
  const broken = Buffer.from(wasm("front.wasm"));
  broken.fill(0xff, 2000, 4000);
  const {text} = await overlayOf(t, (path) => (path === "/front.wasm" ? {body: broken} : null));
  expect(text.includes("front.wasm"), `"${text}" lacks front.wasm`);
});

test("plain: a script that is missing: the overlay names it", async (t) => {
  const {text} = await overlayOf(t, (path) => (path === "/main.js" ? {status: 404, body: ""} : null));
  expect(text.includes("main.js"), text);
});

test("plain: a wrong type for wasm still works", async (t) => {
  t.expectErrors(/wasm/);
  const server = await servePlain(globalThis.site, (path) => (path.endsWith(".wasm") ? {headers: {"Content-Type": "application/octet-stream"}} : null));
  try {
    const page = await t.ready(server.url);
    equal((await page.evaluate(() => window.trilane.run({model: "async", workload: "sum", size: 1000, repeat: 1}))).valid, true);
  } finally {
    server.close();
  }
});

test("plain: no child.wasm: processes say why, the rest works", async (t) => {
  t.expectErrors(/child|404/);
  const server = await servePlain(globalThis.site, (path) => (path === "/child.wasm" ? {status: 404, body: ""} : null));
  try {
    const page = await t.ready(server.url);
    const answer = await page.evaluate(() => window.trilane.run({model: "processes", workload: "sum", size: 1000, repeat: 1})
        .then(() => "", (error) => error.message));
    expect(answer.includes("child.wasm"), `"${answer}"`);
    equal((await page.evaluate(() => window.trilane.run({model: "async", workload: "sum", size: 1000, repeat: 1}))).valid, true);
  } finally {
    server.close();
  }
});

test("plain: a security policy that forbids wasm is named", async (t) => {
  const {text} = await overlayOf(t, (path) => (path === "/index.html" ? {headers: {"Content-Security-Policy": "script-src 'self'"}} : null));
  expect(text.includes("script-src"), text);
});

test("plain: works under the strict policy that is documented", async (t) => {
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:";
  const server = await servePlain(globalThis.site, () => ({headers: {"Content-Security-Policy": policy}}));
  try {
    const page = await t.ready(server.url);
    equal((await page.evaluate(() => window.trilane.run({model: "processes", workload: "primes", size: 10000, tasks: 4, workers: 2, repeat: 1}))).valid, true);
  } finally {
    server.close();
  }
});

test("plain: an answer that never comes: the watchdog says what it waits for", async (t) => {
  const {text} = await overlayOf(t, (path) => (path === "/front.wasm" ? {hang: true} : null));
  expect(text.includes("front.wasm"), text);
});

test("plain: no WebGL: the controls are there and work", async (t) => {
  t.expectErrors(/webgl/i);
  const page = await t.ready("plain", {before: (one) => one.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  })});
  equal(await page.evaluate(() => document.documentElement.dataset.view), "dom");
  expect(await page.locator("[data-results]").isVisible(), "the table is visible");
  equal((await page.evaluate(() => window.trilane.run({model: "sync", workload: "sum", size: 1000, repeat: 1}))).valid, true);
});

test("plain: storage that throws harms nothing", async (t) => {
  const page = await t.ready("plain", {before: (one) => one.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {get() { throw new DOMException("denied", "SecurityError"); }});
    }
  })});
  equal((await page.evaluate(() => window.trilane.run({model: "sync", workload: "sum", size: 1000, repeat: 1}))).valid, true);
});

test("plain: saved settings that are nonsense harm nothing", async (t) => {
  for (const saved of ["not json", "[]", "{\"tasks\":\"x\",\"workload\":7,\"racers\":5,\"lang\":[]}", "null"]) {
    const page = await t.ready("plain", {before: (one) => one.addInitScript((text) => {
      localStorage.setItem("trilane.settings", text);
    }, saved)});
    equal((await page.evaluate(() => window.trilane.run({model: "sync", workload: "sum", size: 1000, repeat: 1}))).valid, true, saved);
    await page.context().close();
  }
});

test("isolated: in a foreign page's frame it runs without threads and says why", async (t) => {
  const host = await servePlain(globalThis.site, (path) => (path === "/host.html"
      ? {body: `<iframe src="${t.sites.isolated}" width="900" height="600"></iframe>`} : null));
  try {
    t.expectErrors(/./);
    const page = await t.open(`${host.url}host.html`);
    const frame = await childFrame(page);
    await frame.waitForFunction(() => window.trilane?.ready);
    const capabilities = await frame.evaluate(() => window.trilane.ready);
    equal(capabilities.mode, "web-plain");
    expect(capabilities.reason.length > 10, capabilities.reason);
    equal((await frame.evaluate(() => window.trilane.run({model: "processes", workload: "sum", size: 1000, tasks: 4, repeat: 1}))).valid, true);
  } finally {
    host.close();
  }
});

test("isolated: in a sandboxed frame (opaque origin) it works or says why not", async (t) => {
  const host = await servePlain(globalThis.site, (path) => (path === "/host.html"
      ? {body: '<iframe sandbox="allow-scripts" src="/index.html" width="900" height="600"></iframe>'}
      : {headers: {"Access-Control-Allow-Origin": "*"}}));
  try {
    t.expectErrors(/./);
    const page = await t.open(`${host.url}host.html`);
    const frame = await childFrame(page);
    await frame.waitForFunction(() => !document.querySelector("#overlay").hidden || (document.querySelector("#loading").hidden && window.trilane));
    const state = await frame.evaluate(() => (document.querySelector("#overlay").hidden
        ? "works" : document.querySelector("#overlay").innerText));
    expect(state.length > 4, state);
  } finally {
    host.close();
  }
});

test("isolated: a run in a hidden page is marked invalid", async (t) => {
  const page = await t.ready("isolated");
  const result = await page.evaluate(async () => {
    const started = new Promise((resolve) => window.trilane.on("progress", resolve));
    const job = window.trilane.run({model: "sync", workload: "sleep", tasks: 30, wait_ms: 20, repeat: 1, warmup: 0});
    await started;
    Object.defineProperty(document, "hidden", {value: true, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
    return job;
  });
  equal(result.valid, false);
  equal(result.errors.map(({code}) => code), ["page_hidden"]);
});

test("isolated: an engine that dies ends the run with the cause, and the next run works", async (t) => {
  t.expectErrors(/./);
  const page = await t.ready("isolated", {before: (one) => one.addInitScript(() => {
    const Original = window.Worker;
    window.engines = [];
    window.Worker = class extends Original {
      constructor(...args) {
        super(...args);
        window.engines.push(this);
      }
    };
  })});
  const message = await page.evaluate(async () => {
    const started = new Promise((resolve) => window.trilane.on("progress", resolve));
    const job = window.trilane.run({model: "threads", workload: "primes", size: 1000000000, tasks: 4000, workers: 2, repeat: 1})
        .then(() => "done", (error) => error.message);
    await started;
    // As a browser does when a Worker runs out of memory or traps.
    window.engines.at(-1).dispatchEvent(new ErrorEvent("error", {message: "RuntimeError: memory access out of bounds"}));
    return job;
  });
  expect(/memory access out of bounds/.test(message), message);
  equal((await page.evaluate(() => window.trilane.run({model: "threads", workload: "sum", size: 1000, repeat: 1}))).valid, true);
});
