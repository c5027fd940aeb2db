// <trilane-lab> and the plain iframe on a course page of another origin, without headers of its own.

import {readFileSync, statSync} from "node:fs";
import {join} from "node:path";

import {childFrame, childFrames, equal, expect, LIMIT_MS, test} from "./harness.mjs";
import {servePlain, siteFile} from "./servers.mjs";

const QUICK = {workload: "primes", size: 30000, tasks: 8, workers: 2, repeat: 1};
/** A course site's policy that allows the laboratory's host and nothing else. */
const strict = (url) => `default-src 'none'; script-src ${url}; frame-src ${url}; style-src 'self'`;

/** A course page with this body; `page.asked` are the addresses that were asked for. */
async function course(t, body, {headers = {}, viewport, lab, count = ""} = {}) {
  const site = lab ?? await servePlain(globalThis.site);
  const host = await servePlain(globalThis.site, (path) => (path === "/course.html" ? {
    body: `<!doctype html><html lang="en"><title>Threads</title><h1>Threads</h1>${body(site.url)}`, headers: headers(site.url),
  } : path === "/favicon.ico" ? {body: ""} : path === "/count.js" ? {body: count} : null));
  const asked = [];
  const page = await t.open(`${host.url}course.html`, {viewport, before: (one) => {
    one.on("request", (request) => asked.push(request.url()));
  }});
  return Object.assign(page, {asked, site, close_all: () => { host.close(); site.close(); }});
}
const none = () => ({});
const snippet = (attributes = "") => (url) =>
    `<script async src="${url}embed.js"></script><trilane-lab ${attributes}></trilane-lab>`;

/** Starts the first laboratory and waits until it is ready; its frame. */
async function started(page, at = 0) {
  await page.waitForFunction(() => customElements.get("trilane-lab"));
  await page.evaluate((index) => new Promise((resolve, reject) => {
    const lab = document.querySelectorAll("trilane-lab")[index];
    lab.addEventListener("ready", (event) => resolve(event.detail));
    lab.addEventListener("error", (event) => reject(new Error(event.detail.message)));
    lab.shadowRoot.querySelector("button").click();
  }), at);
  return childFrame(page, at);
}

test("embed: until it is started it is a poster of one small file", async (t) => {
  const page = await course(t, snippet('lang="ru" theme="dark"'), {headers: none});
  await page.waitForFunction(() => document.querySelector("trilane-lab").shadowRoot?.querySelector("button"));
  equal(page.asked.filter((url) => url.startsWith(page.site.url)), [`${page.site.url}embed.js`]);
  expect(statSync(join(globalThis.site, "embed.js")).size < 60000, "under 60 kB");
  const text = await page.evaluate(() => document.querySelector("trilane-lab").shadowRoot.querySelector("button").textContent);
  expect(text.includes("Запустить"), text);
  await page.screenshot({path: join(t.out, "embed-poster.png"), caret: "initial"});
  page.close_all();
});

test("embed: started by the keyboard it is ready, runs what the host page asks for, and tells the result", async (t) => {
  const page = await course(t, snippet('lang="ru" settings="workload=primes&tasks=8&size=30000&repeat=1"'),
                            {headers: (url) => ({"Content-Security-Policy": strict(url)})});
  await page.waitForFunction(() => document.querySelector("trilane-lab").shadowRoot?.querySelector("button"));
  await page.evaluate(() => {
    window.heard = [];
    for (const kind of ["ready", "result", "verdict", "error"]) {
      document.addEventListener(kind, (event) => window.heard.push([kind, event.detail]));
    }
  });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.heard.some(([kind]) => kind === "ready"));
  const [, capabilities] = await page.evaluate(() => window.heard.find(([kind]) => kind === "ready"));
  // Only Chromium isolates a frame of a page that is not: Document-Isolation-Policy.
  const threads = t.browserName === "chromium";
  equal(capabilities.mode, threads ? "web-threads" : "web-plain", capabilities.reason);
  if (!threads) expect(capabilities.reason.includes("tab of its own"), capabilities.reason);
  const result = await page.evaluate((config) => document.querySelector("trilane-lab").run(config), {...QUICK, model: threads ? "threads" : "processes"});
  equal([result.schema, result.valid], ["trilane.run/1", true]);
  expect(await page.evaluate(() => window.heard.some(([kind, detail]) => kind === "result" && detail.schema === "trilane.run/1")), "the event");
  const frame = await childFrame(page);
  equal(await frame.evaluate(() => document.documentElement.lang), "ru");
  equal(await frame.evaluate(() => document.querySelector('[data-field="tasks"]').value), "8");
  const bad = await page.evaluate(() => document.querySelector("trilane-lab").run({tasks: -1}).catch(({message, field}) => ({message, field})));
  equal(bad.field, "tasks");
  const unknown = await page.evaluate(() => document.querySelector("trilane-lab").ask({do: "eval"}).catch((error) => error.message));
  expect(unknown.includes("known are run"), unknown);
  await page.evaluate(() => document.querySelector("trilane-lab").ask({do: "race"}));
  await page.waitForFunction(() => window.heard.some(([kind, detail]) => kind === "verdict" && detail.headline));
  await page.screenshot({path: join(t.out, "embed-started.png"), fullPage: true, caret: "initial"});
  page.close_all();
});

test("embed: as a module, from the program's server and from a host that lets others read its files", async (t) => {
  const site = await servePlain(globalThis.site, () => ({headers: {"Access-Control-Allow-Origin": "*"}}));
  for (const lab of [site, {url: t.sites.isolated, close: () => {}}]) {
    const page = await course(t, (url) => `<script type="module" src="${url}embed.js"></script><trilane-lab></trilane-lab>`,
                              {headers: none, lab});
    const frame = await started(page);
    equal(await frame.evaluate(() => location.origin), new URL(lab.url).origin);
    await page.context().close();
    page.close_all();
  }
});

test("embed: lock: settings are shown and cannot be changed", async (t) => {
  const page = await course(t, snippet('lang="en" lock settings="workload=primes&tasks=12"'), {headers: none});
  const frame = await started(page);
  const state = await frame.evaluate(() => ({
    fields: [...document.querySelectorAll("#mirror [data-field]")].filter((one) => !one.disabled).map((one) => one.dataset.field).filter(Boolean),
    tasks: document.querySelector('[data-field="tasks"]').value, run: document.querySelector('[data-action="run"]').disabled,
  }));
  equal(state.fields, ["lang", "theme"], "nothing else can be changed");
  equal([state.tasks, state.run], ["12", false]);
  const refused = await page.evaluate(() => document.querySelector("trilane-lab").ask({do: "set", settings: {tasks: 3}}).catch((error) => error.message));
  expect(refused.includes("fixed"), refused);
  await page.screenshot({path: join(t.out, "embed-locked.png"), fullPage: true, caret: "initial"});
  page.close_all();
});

test("embed: hostile messages are not heeded", async (t) => {
  const page = await course(t, snippet(), {headers: none});
  const frame = await started(page);
  const outcome = await page.evaluate(async (labUrl) => {
    const lab = document.querySelector("trilane-lab");
    const inner = lab.shadowRoot.querySelector("iframe");
    const events = [];
    lab.addEventListener("result", (event) => events.push(event.detail));
    // To the element, from this page and from a frame that is not its own.
    window.postMessage({trilane: 1, event: "result", detail: "forged"}, "*");
    const other = document.createElement("iframe");
    other.srcdoc = `<script>
      parent.postMessage({trilane: 1, event: "result", detail: "forged"}, "*");
      parent.frames[0].postMessage({trilane: 1, do: "hello"}, "*");
      parent.frames[0].postMessage({trilane: 1, id: 1, do: "set", settings: {tasks: 3}}, "*");
      parent.postMessage("posted", "*");</` + "script>";
    const posted = new Promise((resolve) => window.addEventListener("message", (event) => event.data === "posted" && resolve()));
    document.body.append(other);
    await posted;
    // To the frame, from the host page: nonsense.
    const send = (message) => inner.contentWindow.postMessage(message, labUrl);
    for (const message of [null, 7, "x", [], {}, {trilane: 1}, {trilane: 1, id: "a", do: "run"}, {trilane: 1, id: 5, do: "__proto__"},
                           {trilane: 1, id: 6, do: "constructor"}, {trilane: 1, id: 7, do: "run", config: {workload: "x".repeat(200000)}},
                           {trilane: 1, id: 8, do: "run", config: {workload: "<img src=x onerror=alert(1)>"}},
                           {trilane: 1, id: 9, do: "set", settings: {tasks: "<script>", lang: "xx"}}]) send(message);
    const state = await lab.ask({do: "state"});
    return {events, tasks: state.settings.tasks, lang: state.view.lang};
  }, page.site.url);
  equal(outcome.events, []);
  expect(outcome.tasks !== 3, "a stranger's command");
  equal((await page.evaluate((config) => document.querySelector("trilane-lab").run({...config, model: "async"}), QUICK)).valid, true);
  equal(await frame.evaluate(() => document.querySelector("#overlay").hidden), true);
  page.close_all();
});

test("embed: ten on one page are started and work; those out of sight give their graphics back", async (t) => {
  const page = await course(t, (url) => `<script async src="${url}embed.js"></script>${"<trilane-lab></trilane-lab>".repeat(10)}`,
                            {headers: none});
  for (let at = 0; at < 10; ++at) await started(page, at);
  const labs = await page.evaluate((config) => Promise.all([...document.querySelectorAll("trilane-lab")].map((lab) =>
      lab.run({...config, tasks: 2, model: "async"}).then((result) => result.valid))), QUICK);
  equal(labs, Array(10).fill(true));
  const frames = await childFrames(page);
  const lost = (frame) => frame.evaluate(() => document.querySelector("#canvas").getContext("webgl2").isContextLost());
  const deadline = performance.now() + LIMIT_MS;
  while (!await lost(frames[9]) && performance.now() < deadline) await frames[9].evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  equal(await lost(frames[9]), true, "the last one is out of sight");
  await page.evaluate(() => document.querySelectorAll("trilane-lab")[9].scrollIntoView());
  await frames[9].waitForFunction(() => !document.querySelector("#canvas").getContext("webgl2").isContextLost());
  page.close_all();
});

test("embed: the wheel and a finger scroll the course page until the canvas is clicked", async (t) => {
  const page = await course(t, (url) => `${snippet()(url)}<div style="height: 3000px"></div>`, {headers: none});
  const frame = await started(page);
  await frame.waitForFunction(() => document.documentElement.dataset.view === "canvas");
  const box = await page.locator("trilane-lab").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.wheel(0, 200);
  await page.waitForFunction(() => window.scrollY > 100);
  equal(await frame.evaluate(() => getComputedStyle(document.querySelector("#canvas")).touchAction), "auto");
  await page.evaluate(() => window.scrollTo(0, 0));
  // Where it has been scrolled to, once that is shown: until then a click goes to what was there before.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))));
  await page.mouse.move(box.x + 5, box.y + box.height / 2);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await frame.waitForFunction(() => getComputedStyle(document.querySelector("#canvas")).touchAction === "none");  // clicked: the canvas's own
  page.close_all();
});

test("embed: the plain iframe takes the configuration from its address", async (t) => {
  const page = await course(t, (url) => `<iframe src="${url}?workload=primes&tasks=9&lang=ru&embed=1&lock=1" allow="cross-origin-isolated" width="700" height="520"></iframe>`,
                            {headers: none});
  const frame = await childFrame(page);
  await frame.waitForFunction(() => window.trilane?.ready);
  await frame.evaluate(() => window.trilane.ready);
  equal(await frame.evaluate(() => [document.documentElement.lang, document.querySelector('[data-field="tasks"]').value,
                                    document.querySelector('[data-field="tasks"]').disabled]), ["ru", "9", true]);
  await page.screenshot({path: join(t.out, "embed-iframe.png"), caret: "initial"});
  page.close_all();
});

test("embed: ten that were not started cost one small file, and no timer, frame, request or Worker", async (t) => {
  const page = await course(t, (url) => `<script src="/count.js"></script><script async src="${url}embed.js"></script>${'<trilane-lab lang="en"></trilane-lab>'.repeat(10)}`,
                            {headers: none, count: `
    window.calls = [];
    for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback", "fetch"]) {
      const original = window[name].bind(window);
      window[name] = (...args) => { window.calls.push(name); return original(...args); };
    }
    for (const name of ["Worker", "XMLHttpRequest", "IntersectionObserver", "ResizeObserver", "WebSocket"]) {
      window[name] = class { constructor() { window.calls.push(name); } };
    }`});
  // Not waitForFunction(), which asks for frames in the page itself.
  await page.locator("trilane-lab button").nth(9).waitFor({state: "attached"});
  // Scrolled to the end and back: nothing begins by being seen.
  await page.mouse.wheel(0, 5000);
  await page.evaluate(() => { window.scrollTo(0, 0); });
  equal(await page.evaluate(() => window.calls), []);
  equal(page.asked.filter((url) => url.startsWith(page.site.url)), [`${page.site.url}embed.js`]);
  equal((await childFrames(page)).length, 0, "no frames");
  expect(statSync(join(globalThis.site, "embed.js")).size < 60000, "under 60 kB, uncompressed");
  page.close_all();
});

/** Records the first laboratory's errors in window.errors, shortens its patience, and asks it for something. */
async function asked(page, patience = {}) {
  await page.waitForFunction(() => customElements.get("trilane-lab"));
  await page.evaluate((shorter) => {
    Object.assign(customElements.get("trilane-lab").patience, shorter);
    window.errors = [];
    window.ready = false;
    const lab = document.querySelector("trilane-lab");
    lab.addEventListener("error", (event) => window.errors.push(event.detail.message));
    lab.addEventListener("ready", () => { window.ready = true; });
    window.answer = lab.ask({do: "state"}).then(() => "answered", (error) => error.message);
  }, patience);
}
const state = (page) => page.evaluate(() => document.querySelector("trilane-lab").ask({do: "state"}).then(() => "answered", (error) => error.message));

for (const [file, said] of [["front.wasm", /front\.wasm.*404.*copy all files/], ["main.js", /main\.js.*Check the connection/],
                            ["embed_frame.js", /embed_frame\.js.*Check the connection/]]) {
  test(`embed: without ${file} there is an error that says what to do, and no promise stays open`, async (t) => {
    t.expectErrors(/404/, /Failed to (load|fetch)/);
    const lab = await servePlain(globalThis.site, (path) => (path === `/${file}` ? {status: 404, body: "not found"} : null));
    const page = await course(t, snippet('lang="ru"'), {headers: none, lab});
    await asked(page);  // told by the page itself: no patience is used up
    const answer = await page.evaluate(() => window.answer);
    expect(said.test(answer), answer);
    // A page that loads itself again, to be isolated, may have failed twice.
    equal(await page.evaluate(() => [...new Set(window.errors)]), [answer]);
    equal(await state(page), answer, "nor does what is asked afterwards hang");
    page.close_all();
  });
}

for (const [what, special] of [
  ["index.html is missing", {status: 404, body: "not found"}],
  ["the host forbids frames", {headers: {"X-Frame-Options": "DENY"}}],
]) {
  test(`embed: where ${what} there is an error soon, without a word from the frame`, async (t) => {
    t.expectErrors(/404/, /X-Frame-Options/);
    const lab = await servePlain(globalThis.site, (path) => (path === "/index.html" ? special : null));
    const page = await course(t, snippet(), {headers: none, lab});
    await asked(page, {loaded_ms: 50});
    const answer = await page.evaluate(() => window.answer);
    expect(/says nothing.*index\.html.*frame-src http/.test(answer), answer);
    equal(await page.evaluate(() => window.errors), [answer]);
    equal(await state(page), answer);
    page.close_all();
  });
}

test("embed: where the course's policy forbids the frame that is said at once", async (t) => {
  t.expectErrors(/frame-src/, /Refused to/);
  const lab = await servePlain(globalThis.site);
  const page = await course(t, snippet(), {headers: (url) => ({"Content-Security-Policy": `script-src ${url}; frame-src 'none'`}), lab});
  await asked(page, {silent_ms: 600_000, loaded_ms: 600_000});
  const answer = await page.evaluate(() => window.answer);
  expect(/Content-Security-Policy forbids the frame.*frame-src http/.test(answer), answer);
  equal(await page.evaluate(() => window.errors), [answer]);
  equal(await state(page), answer);
  page.close_all();
});

test("embed: a page that does not go on is an error after a while, and one that comes late works all the same", async (t) => {
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  const source = readFileSync(siteFile(globalThis.site, "main.js"));
  async function* late() {
    await released;
    yield source;
  }
  const lab = await servePlain(globalThis.site, (path) => (path === "/main.js" ? {body: late()} : null));
  const page = await course(t, snippet(), {headers: none, lab});
  await asked(page, {silent_ms: 200});
  const answer = await page.evaluate(() => window.answer);
  expect(answer.includes("says nothing"), answer);
  expect(await page.evaluate((message) => window.errors.includes(message), answer), "the event");
  await page.evaluate(() => { customElements.get("trilane-lab").patience.silent_ms = 60_000; });
  release();
  await page.waitForFunction(() => window.ready);
  equal(await state(page), "answered");
  page.close_all();
});

test("embed: what was asked before the frame was loaded again is rejected, and what is asked then waits for it", async (t) => {
  const page = await course(t, snippet(), {headers: none});
  const frame = await started(page);
  await page.evaluate((config) => {
    const lab = document.querySelector("trilane-lab");
    window.began = lab.ask({do: "state"});
    window.answer = lab.run({...config, model: "async", size: 1e9}).then(() => "answered", (error) => error.message);
    lab.addEventListener("ready", () => { window.again = true; });
  }, QUICK);
  await page.evaluate(() => window.began.then(() => {}));
  await frame.evaluate(() => { setTimeout(() => location.reload()); });
  equal(await page.evaluate(() => window.answer), "the frame was loaded again");
  equal(await state(page), "answered", "asked while it was being loaded");
  await page.waitForFunction(() => window.again);
  equal((await page.evaluate((config) => document.querySelector("trilane-lab").run({...config, model: "async"}), QUICK)).valid, true);
  page.close_all();
});

/** A title as long as a question may be, with a word that no line can hold. */
const LONG_TITLE = `${"Почему потоки не ускоряют вычисления? ".repeat(4)}${"длинно".repeat(8)}`.padEnd(200, "!");
for (const [width, size] of [[320, "100%"], [390, "100%"], [390, "200%"]]) {
  test(`embed: the poster grows with its text: ${width} wide, text at ${size}`, async (t) => {
    const page = await course(t, snippet(`lang="ru" title="${LONG_TITLE}"`), {headers: none, viewport: {width, height: 844}});
    await page.waitForFunction(() => document.querySelector("trilane-lab").shadowRoot?.querySelector("button"));
    await page.evaluate((percent) => { document.documentElement.style.fontSize = percent; }, size);
    const {cut, font} = await page.evaluate(() => {
      const root = document.querySelector("trilane-lab").shadowRoot;
      const box = root.querySelector(".box").getBoundingClientRect();
      const inside = (one) => one.left >= box.left && one.right <= box.right && one.top >= box.top && one.bottom <= box.bottom;
      return {cut: [...root.querySelectorAll("button > *")].filter((one) => !inside(one.getBoundingClientRect())).map((one) => one.className.baseVal ?? one.className),
              font: getComputedStyle(root.querySelector("button")).fontSize};
    });
    equal(cut, [], "cut off");
    equal(font, size === "200%" ? "32px" : "16px", "the reader's own size counts");
    await page.screenshot({path: join(t.out, `embed-poster-${width}-${parseInt(size, 10)}.png`), fullPage: true, caret: "initial"});
    page.close_all();
  });
}

test("embed: the poster follows its attributes until it is started, and keeps the focus", async (t) => {
  const page = await course(t, snippet('lang="en"'), {headers: none});
  await page.waitForFunction(() => document.querySelector("trilane-lab").shadowRoot?.querySelector("button"));
  const shown = await page.evaluate(() => {
    const lab = document.querySelector("trilane-lab");
    lab.shadowRoot.querySelector("button").focus();
    lab.lang = "ru";
    lab.title = "Кто быстрее?";
    lab.setAttribute("theme", "dark");
    lab.toggleAttribute("lock", true);
    const button = lab.shadowRoot.querySelector("button");
    return {text: button.textContent, dark: lab.shadowRoot.querySelector(".box").classList.contains("dark"), focused: lab.shadowRoot.activeElement === button};
  });
  expect(shown.text.includes("Запустить") && shown.text.includes("Кто быстрее?"), shown.text);
  equal([shown.dark, shown.focused], [true, true]);
  const frame = await started(page);
  equal(await frame.evaluate(() => [document.documentElement.lang, document.querySelector("#question").textContent, document.querySelector('[data-field="tasks"]').disabled]),
        ["ru", "Кто быстрее?", true]);
  page.close_all();
});

test("embed: an experiment by its id, with a question that stays visible", async (t) => {
  const page = await course(t, snippet('experiment="overlap-waits" lang="ru" lock title="Кто быстрее?"'), {headers: none});
  await page.waitForFunction(() => document.querySelector("trilane-lab").shadowRoot?.querySelector("button"));
  expect((await page.evaluate(() => document.querySelector("trilane-lab").shadowRoot.querySelector("button").textContent)).includes("Кто быстрее?"), "on the poster");
  const frame = await started(page);
  equal(await frame.evaluate(() => document.querySelector("#question").textContent), "Кто быстрее?");
  const state = await page.evaluate(() => document.querySelector("trilane-lab").ask({do: "state"}));
  equal(state.lab.open.id, "overlap-waits");
  await page.screenshot({path: join(t.out, "embed-experiment.png"), fullPage: true, caret: "initial"});
  page.close_all();
});
