// Isolation on hosts that send no headers: the service worker adds them, after one reload; and where that does not work,
// the page says why and works without threads.

import {readFileSync} from "node:fs";
import {join} from "node:path";

import {childFrame, equal, expect, test} from "./harness.mjs";
import {servePlain} from "./servers.mjs";

const QUICK = {workload: "primes", size: 30000, tasks: 8, workers: 2, repeat: 1};
const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);

/** A host without headers that counts how often the page itself is asked for. */
async function counting(special = () => null, folder = "/") {
  const count = {pages: 0};
  const server = await servePlain(globalThis.site, (path, request) => {
    if (path === "/index.html") ++count.pages;
    return special(path, request);
  }, folder);
  return {...server, count};
}

test("static: the service worker isolates the page after one reload, and every model runs", async (t) => {
  const server = await counting(() => null, "/courses/os/trilane/");
  try {
    const page = await t.ready(server.url);
    equal(page.capabilities.mode, "web-threads");
    equal(page.capabilities.isolated, true);
    expect(page.capabilities.reason.includes("service worker"), page.capabilities.reason);
    equal(server.count.pages, 2, "asked for the page: once, and once more to be isolated");
    const checksums = new Set();
    for (const model of ["sync", "threads", "processes", "async"]) {
      const result = await run(page, {...QUICK, model});
      equal(result.errors, [], model);
      checksums.add(result.checksum);
    }
    equal(checksums.size, 1, "checksums agree");
    await page.goto(server.url);
    await page.waitForFunction(() => window.trilane?.ready);
    equal((await page.evaluate(() => window.trilane.ready)).mode, "web-threads", "and at the next visit");
    equal(server.count.pages, 3, "without a reload");
  } finally {
    server.close();
  }
});

test("static: a service worker that changes nothing costs one reload, never two", async (t) => {
  const server = await counting((path) => (path === "/service-worker.js"
      ? {body: 'addEventListener("install", () => skipWaiting()); addEventListener("activate", (e) => e.waitUntil(clients.claim()));'} : null));
  try {
    const page = await t.ready(server.url);
    equal(page.capabilities.mode, "web-plain");
    expect(page.capabilities.reason.includes("did not take effect"), page.capabilities.reason);
    await page.waitForLoadState("load");
    equal(server.count.pages, 2);
    equal((await run(page, {...QUICK, model: "processes"})).valid, true);
  } finally {
    server.close();
  }
});

for (const [what, special] of [
  ["missing", {status: 404, body: ""}], ["broken", {body: "throw new Error('broken')"}], ["of a wrong type", {body: "<html>", headers: {"Content-Type": "text/html"}}],
]) {
  test(`static: a service worker that is ${what}: no reload, and the reason`, async (t) => {
    t.expectErrors(/service-worker|ServiceWorker|404|MIME/);
    const server = await counting((path) => (path === "/service-worker.js" ? special : null));
    try {
      const page = await t.ready(server.url);
      equal(page.capabilities.mode, "web-plain");
      expect(page.capabilities.reason.includes("service worker"), page.capabilities.reason);
      equal(server.count.pages, 1);
      equal((await run(page, {...QUICK, model: "async"})).valid, true);
    } finally {
      server.close();
    }
  });
}

test("static: storage that throws does not keep the page from being isolated", async (t) => {
  const page = await t.ready("static", {before: (one) => one.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {get() { throw new DOMException("denied", "SecurityError"); }});
    }
  })});
  equal(page.capabilities.mode, "web-threads");
});

test("static: a reload that cannot be counted is not made", async (t) => {
  const server = await counting();
  try {
    const page = await t.ready(server.url, {before: (one) => one.addInitScript(() => {
      history.replaceState = () => { throw new DOMException("denied", "SecurityError"); };
    })});
    equal(page.capabilities.mode, "web-plain");
    equal(server.count.pages, 1);
  } finally {
    server.close();
  }
});

test("static: the switches remove the service worker", async (t) => {
  let off = false;
  const page_of = () => readFileSync(join(globalThis.site, "index.html"), "utf8").replace('"service_worker": true', '"service_worker": false');
  const server = await counting((path) => (off && path === "/index.html" ? {body: page_of()} : null));
  const registrations = (page) => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  try {
    const page = await t.ready(server.url);
    equal(page.capabilities.mode, "web-threads");
    equal(await registrations(page), 1);
    await page.goto(`${server.url}?sw=off`);
    await page.waitForFunction(() => window.trilane?.ready);
    equal(await registrations(page), 0, "by the address");
    await page.goto(server.url);
    await page.waitForFunction(() => window.trilane?.ready);
    equal((await page.evaluate(() => window.trilane.ready)).mode, "web-threads", "and again without it");
    off = true;
    await page.reload();
    await page.waitForFunction(() => window.trilane?.ready);
    equal(await registrations(page), 0, "by the host");
    await page.reload();
    await page.waitForFunction(() => window.trilane?.ready);
    equal((await page.evaluate(() => window.trilane.ready)).mode, "web-plain");
    equal(await registrations(page), 0);
  } finally {
    server.close();
  }
});

test("static: after an update the new page is shown, whatever the host lets the browser keep", async (t) => {
  let version = "first";
  const server = await counting((path) => (path === "/index.html"
      ? {body: readFileSync(join(globalThis.site, "index.html"), "utf8").replace("<title>", `<title>${version} `),
         headers: {"Cache-Control": "max-age=36000"}} : null));
  try {
    const page = await t.ready(server.url);
    equal(page.capabilities.mode, "web-threads");
    expect((await page.title()).startsWith("first"), await page.title());
    version = "second";
    const other = await page.context().newPage();
    await other.goto(server.url);
    expect((await other.title()).startsWith("second"), await other.title());
  } finally {
    server.close();
  }
});

/** The page in a frame of another origin. */
async function framed(t, attributes, url) {
  const host = await servePlain(globalThis.site, (path) => (path === "/host.html"
      ? {body: `<!doctype html><title>A course</title><iframe ${attributes} src="${url}?embed=1" width="900" height="600"></iframe>`} : null));
  t.expectErrors(/favicon/);
  const page = await t.open(`${host.url}host.html`);
  const frame = await childFrame(page);
  await frame.waitForFunction(() => window.trilane?.ready);
  return {host, frame, capabilities: await frame.evaluate(() => window.trilane.ready)};
}

for (const [site, serve] of [["static", () => servePlain(globalThis.site)], ["isolated", null]]) {
  test(`${site}: in a frame that allows it, Chromium isolates the frame alone, and Firefox says what to do`, async (t) => {
    const server = await serve?.();
    const {host, frame, capabilities} = await framed(t, 'allow="cross-origin-isolated"', server?.url ?? t.sites.isolated);
    try {
      const threads = t.browserName === "chromium";
      equal(capabilities.mode, threads ? "web-threads" : "web-plain", capabilities.reason);
      if (threads) equal((await run(frame, {...QUICK, model: "threads"})).valid, true);
      else expect(capabilities.reason.includes("tab of its own"), capabilities.reason);
      equal((await run(frame, {...QUICK, model: "processes"})).valid, true);
    } finally {
      host.close();
      server?.close();
    }
  });

  test(`${site}: in a frame that does not, it runs without threads and says why`, async (t) => {
    const server = await serve?.();
    const {host, frame, capabilities} = await framed(t, "", server?.url ?? t.sites.isolated);
    try {
      equal(capabilities.mode, "web-plain");
      expect(capabilities.reason.includes("tab of its own"), capabilities.reason);
      equal((await run(frame, {...QUICK, model: "async"})).valid, true);
    } finally {
      host.close();
      server?.close();
    }
  });
}
