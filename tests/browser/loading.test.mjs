// Opening the page: what is seen before the program has come, what is fetched for it and what is not, on a slow line too.

import {readFileSync} from "node:fs";
import {join} from "node:path";

import {equal, expect, test} from "./harness.mjs";
import {servePlain, siteFile, slowLine} from "./servers.mjs";

/** What an unisolated page needs to be usable; each file once. */
const NEEDED = ["api.js", "boot.js", "canvas.js", "engine-plain.js", "engine-plain.wasm", "files.js", "front.js", "front.wasm", "front_link.js",
                "icon.svg", "index.html", "isolation.js", "main.js", "mirror.js", "mirror_finding.js", "mirror_lab.js", "mirror_parts.js", "mirror_pins.js", "mirror_plots.js", "notices.js", "trilane.css", "worker_links.js"];
/** Fetched when it is ready: a process can be started at once, and nothing has to be waited for that the first view lacks. */
const AFTERWARDS = ["child.js", "child.wasm", "engine-plain.deferred.wasm", "favicon.ico", "front.deferred.wasm"];
/** The most that may be loaded before the page can be used, compressed with Brotli. */
const BUDGET = 600_000;

test("loading: the page is readable before the program has come; the bar knows the sizes; wasm is compiled as it arrives", async (t) => {
  const front = readFileSync(siteFile(globalThis.site, "front.wasm"));
  const {bytes} = JSON.parse(/id="site-info">(.*?)<\/script>/.exec(readFileSync(join(globalThis.site, "index.html"), "utf8"))[1]);
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  const half = Math.floor(front.length / 2);
  async function* inHalves() {
    yield front.subarray(0, half);
    await released;
    yield front.subarray(half);
  }
  const server = await servePlain(globalThis.site, (path) => (path === "/front.wasm" ? {body: inHalves()} : null));
  try {
    const page = await t.open(server.url, {query: "?mode=plain&lang=ru", before: (one) => one.addInitScript(() => {
      window.compiling = 0;
      for (const name of ["compileStreaming", "compile"]) {
        const original = window.WebAssembly[name].bind(window.WebAssembly);
        window.WebAssembly[name] = (source) => {
          window.compiling += name === "compileStreaming" ? 1 : 100;
          return original(source);
        };
      }
    })});
    const wanted = (bytes["engine-plain.wasm"] + half) / (bytes["engine-plain.wasm"] + bytes["front.wasm"]);
    await page.waitForFunction((share) => Math.abs(document.querySelector("#loading-bar").value - share) < 0.01, wanted);
    equal(await page.evaluate(() => window.compiling), 2, "both are being compiled, as streams");
    const seen = await page.evaluate(() => ({
      headings: [...document.querySelectorAll("#about h2")].filter((one) => one.checkVisibility()).map((one) => one.closest("section").lang),
      overlay: !document.querySelector("#overlay").hidden, canvas: !document.querySelector("#canvas").hidden,
      label: document.querySelector("#loading-bar").labels[0].textContent,
    }));
    equal(seen, {headings: ["en", "ru"], overlay: false, canvas: false, label: "Загрузка…"});
    await page.screenshot({path: join(t.out, "loading.png"), caret: "initial"});
    release();
    await page.waitForFunction(() => document.querySelector("#loading").hidden && window.trilane);
    await page.evaluate(() => window.trilane.ready);
    equal(await page.evaluate(() => document.querySelector("#about").checkVisibility()), false, "the laboratory is in its place");
  } finally {
    release();
    server.close();
  }
});

test("loading: the page in both languages is there without JavaScript", async (t) => {
  const page = await t.open("plain", {context: {javaScriptEnabled: false}});
  await page.waitForSelector("#about h2");
  const text = await page.locator("body").innerText();
  for (const words of ["really executed four ways", "по-настоящему выполненная", "JavaScript is switched off", "JavaScript выключен"]) {
    expect(text.includes(words), `"${text}" lacks ${words}`);
  }
});

test("loading: a host that tells no lengths: the bar still moves, by the sizes that the page knows", async (t) => {
  async function* whole(file) {
    yield readFileSync(file);
  }
  const server = await servePlain(globalThis.site, (path) => (path.endsWith(".wasm")
      ? {body: whole(siteFile(globalThis.site, path.slice(1)))} : null));
  try {
    const page = await t.ready(server.url, {query: "?mode=plain", before: (one) => one.addInitScript(() => {
      window.most = 0;
      const look = () => {
        window.most = Math.max(window.most, document.querySelector("#loading-bar")?.value ?? 0);
        requestAnimationFrame(look);
      };
      look();
    })});
    expect(await page.evaluate(() => window.most) > 0, "it moved");
    equal((await page.evaluate(() => window.trilane.run({model: "processes", workload: "sum", tasks: 2, size: 1000, repeat: 1}))).valid, true);
  } finally {
    server.close();
  }
});

test("loading: the first view fetches what it needs, once, and nothing else; from a slow line it becomes usable too", async (t) => {
  const asked = [];
  const server = await servePlain(globalThis.site, (path) => {
    asked.push(path.slice(1));
    return null;
  });
  const line = await slowLine(server.url, {bitsPerSecond: 20e6});
  try {
    const page = await t.ready(line.url, {query: "?mode=plain"});
    const first = asked.filter((name) => !AFTERWARDS.includes(name)).sort();
    equal(first, NEEDED);
    expect(line.bytes() > 500_000, "all of it came over the line");
    const arrived = (name) => page.waitForFunction((end) => performance.getEntriesByType("resource")
        .find((one) => one.name.endsWith(end))?.initiatorType, `/${name}`).then((handle) => handle.jsonValue());
    await arrived("child.wasm");
    equal(await arrived("front.deferred.wasm"), "fetch", "nothing of the first view is in the second part and had to be waited for");
    // Before the line: a page reports it when that is cut, and the engine's second part may still be on its way.
    await page.context().close();
  } finally {
    line.close();
    server.close();
  }
});

test("loading: what is loaded before the first use is within its budget, isolated and not", async () => {
  for (const kind of ["plain", "threads"]) {
    const names = NEEDED.map((name) => name.replace("engine-plain", `engine-${kind}`)).filter((name) => name !== "icon.svg");
    const sizes = names.map((name) => readFileSync(`${name === "index.html" ? join(globalThis.site, name) : siteFile(globalThis.site, name)}.br`).length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total <= BUDGET, `${kind}: ${total} bytes; the largest are ${names.map((name, i) => [sizes[i], name]).sort((a, b) => b[0] - a[0]).slice(0, 6).join(", ")}`);
  }
});

test("loading: a second part that does not come is fetched by who needs it", async (t) => {
  t.expectErrors(/503/);
  let refused = 0;
  const server = await servePlain(globalThis.site, (path) => (/deferred/.test(path) && ++refused <= 2 ? {status: 503, body: "busy"} : null));
  try {
    const page = await t.ready(server.url, {query: "?mode=plain"});
    await page.waitForFunction(() => performance.getEntriesByType("resource").some((one) => one.name.endsWith("/front.deferred.wasm")));
    const document = await page.evaluate(() => window.trilane.lab("sequential"));
    expect(["confirmed", "refuted", "undecided"].includes(document.verdict ?? document.experiments[0].verdict), JSON.stringify(document).slice(0, 200));
    equal(refused > 2, true, "asked for again");
  } finally {
    server.close();
  }
});
