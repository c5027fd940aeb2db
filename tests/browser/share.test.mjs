// The share dialog, and results in links.

import {join} from "node:path";

import {childFrame, equal, expect, test} from "./harness.mjs";

const value = (page, name) => page.locator(`[data-share="${name}"]`).inputValue();

async function raced(t, query = "?workload=primes&tasks=8&size=30000&repeat=1&racers=sync,async&lang=en") {
  const page = await t.ready("plain", {query});
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForFunction(() => [...document.querySelectorAll("[data-results] tbody tr")].filter((row) => row.dataset.phase === "done").length === 2 &&
      !document.querySelector('[data-action="run"]').disabled);
  return page;
}

test("plain: the share dialog makes links and snippets of the settings, and Esc closes it", async (t) => {
  const page = await raced(t);
  await page.locator('[data-action="share"]').focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog.share[open]");
  await page.screenshot({path: join(t.out, "share-dialog.png"), caret: "initial"});
  const link = new URL(await value(page, "link"));
  equal([link.searchParams.get("workload"), link.searchParams.get("tasks"), link.searchParams.has("lock"), link.hash], ["primes", "8", false, ""]);
  await page.locator('[data-share="share-lock"]').check();
  await page.locator('[data-share="question"]').fill('Who wins? "<b>');
  const element = await value(page, "element");
  expect(element.includes(" lock></trilane-lab>") && !element.includes("<b>"), element);
  // What is made is what it says: parsed, not matched.
  const parsed = await page.evaluate((html) => {
    const doc = new DOMParser().parseFromString(html, "text/html");
    const lab = doc.querySelector("trilane-lab");
    return {title: lab.title, settings: lab.getAttribute("settings"), script: doc.querySelector("script").src, elements: doc.body.querySelectorAll("b").length};
  }, element);
  equal([parsed.title, parsed.elements], ['Who wins? "<b>', 0]);
  expect(parsed.settings.includes("tasks=8"), parsed.settings);
  t.expectErrors(/Applying inline style/);  // parsing the frame's snippet, which has one for the other page
  const src = await page.evaluate((html) => new DOMParser().parseFromString(html, "text/html").querySelector("iframe").src, await value(page, "frame"));
  equal([new URL(src).searchParams.get("embed"), new URL(src).searchParams.get("lock")], ["1", "1"]);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog.share"));
  equal(await page.evaluate(() => document.activeElement.dataset.action), "share", "the focus is back");
});

test("plain: results travel in the link, and nonsense in it is an error line and no more", async (t) => {
  const page = await raced(t);
  await page.evaluate(() => document.querySelector('[data-action="share"]').click());
  await page.waitForSelector("dialog.share[open]");
  await page.locator('[data-share="share-results"]').check();
  const link = await value(page, "link");
  expect(/#result=[\w-]{200,}$/.test(link), `${link.length} characters`);
  expect(link.length < 20000, `${link.length} characters`);
  const round = await page.evaluate(async (hash) => {
    const {resultsOf} = await import(document.querySelector('script[src*="main.js"]').src.replace("main.js", "share.js"));
    return JSON.parse(await resultsOf(hash));
  }, new URL(link).hash);
  equal([round.schema, round.runs.length], ["trilane.race/1", 2]);

  const bomb = await page.evaluate(async () => {
    const {pack} = await import(document.querySelector('script[src*="main.js"]').src.replace("main.js", "share.js"));
    return pack(" ".repeat(50_000_000));
  });
  for (const hash of ["x", "%%%", "AAAA", "A".repeat(300000), bomb, "%3Cscript%3E"]) {
    const other = await t.ready("plain", {query: `?lang=en#result=${hash}`});
    await other.waitForSelector('[data-notice="bad_result"]');
    equal((await other.evaluate(() => window.trilane.run({model: "async", workload: "sum", size: 1000, repeat: 1}))).valid, true, hash.slice(0, 20));
    await other.context().close();
  }
});

test("plain: a link with results that is opened where the page is open already shows them too", async (t) => {
  const page = await raced(t);
  await page.evaluate(() => document.querySelector('[data-action="share"]').click());
  await page.waitForSelector("dialog.share[open]");
  await page.locator('[data-share="share-results"]').check();
  const link = new URL(await value(page, "link"));
  const open = await t.ready("plain", {query: "?lang=en"});
  equal((await open.evaluate(() => window.trilane.pins())).length, 0);
  await open.evaluate((hash) => {
    window.here = true;
    location.hash = hash;
  }, link.hash);
  await open.waitForFunction(() => window.trilane.pins().then((pins) => pins.length === 1));
  equal(await open.evaluate(() => window.here), true, "it was not loaded again");
  await open.evaluate(() => { location.hash = "#result=nonsense"; });
  await open.waitForSelector('[data-notice="bad_result"]');
});

/** The address of share.js in this page. */
const shareModule = (page) => page.evaluate(() => document.querySelector('script[src*="main.js"]').src.replace("main.js", "share.js"));

for (const [lang, theme, viewport] of [["en", "dark", {width: 390, height: 844}], ["ru", "light", {width: 390, height: 844}], ["ru", "dark", {width: 1440, height: 900}]]) {
  test(`plain: the share dialog by keyboard alone: ${lang}, ${viewport.width} wide: lock, question, preview, copy`, async (t) => {
    const page = await t.ready("plain", {viewport, query: `?lang=${lang}&theme=${theme}&workload=primes&tasks=8&size=30000&repeat=1&racers=sync,async`});
    await page.locator('[data-action="share"]').focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog.share[open]");
    const fits = () => page.evaluate(() => {
      const dialog = document.querySelector("dialog.share");
      return [dialog.scrollWidth <= dialog.clientWidth, document.documentElement.scrollWidth <= window.innerWidth];
    });
    equal(await fits(), [true, true], "nothing sticks out at the side");
    await page.screenshot({path: join(t.out, `share-${lang}-${viewport.width}.png`), caret: "initial"});
    // Through all of it with Tab; what is done is done where the focus is.
    const seen = [];
    for (let step = 0; step < 30; ++step) {
      const at = await page.evaluate(() => {
        const one = document.activeElement;
        if (!one.closest("dialog.share")) return "";
        return one.dataset.share || (one.dataset.copy && `copy ${one.dataset.copy}`) || one.getAttribute("aria-label") || one.textContent || one.tagName;
      });
      if (seen.includes(at) && step > 3) break;
      seen.push(at);
      if (at === "share-lock") await page.keyboard.press("Space");
      if (at === "question") await page.keyboard.type("Who wins — и почему?");
      await page.keyboard.press("Tab");
    }
    for (const wanted of ["share-lock", "question", "link", "element", "frame"]) expect(seen.includes(wanted), `${wanted} is not reached: ${seen.join(", ")}`);
    const link = new URL(await value(page, "link"));
    equal([link.searchParams.get("lock"), link.searchParams.get("question"), link.searchParams.get("lang")], ["1", "Who wins — и почему?", lang]);
    await page.locator("dialog.share p.row button").first().focus();
    await page.keyboard.press("Enter");
    const frame = await childFrame(page);
    await frame.waitForFunction(() => window.trilane?.ready);
    await frame.evaluate(() => window.trilane.ready);
    equal(await frame.evaluate(() => [document.documentElement.lang, document.querySelector("#question").textContent, document.querySelector('[data-field="tasks"]').disabled]),
          [lang, "Who wins — и почему?", true], "the preview is what readers get");
    equal(await fits(), [true, true], "with the preview");
    await page.screenshot({path: join(t.out, `share-preview-${lang}-${viewport.width}.png`), caret: "initial"});
    await page.locator('[data-copy="link"]').focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => {
      const area = document.querySelector('[data-share="link"]');
      return area.selectionEnd - area.selectionStart === area.value.length;
    });
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector("dialog.share"));
  });
}

test("plain: a question in the address is shown as text, whatever it holds, and cut", async (t) => {
  const page = await t.ready("plain", {query: `?lang=en&question=${encodeURIComponent('<img src=x onerror="window.hacked=1"> & who wins? ' + "x".repeat(5000))}`});
  const shown = await page.evaluate(() => ({text: document.querySelector("#question").textContent, elements: document.querySelectorAll("#question *").length, hacked: window.hacked}));
  expect(shown.text.startsWith('<img src=x onerror="window.hacked=1"> & who wins?') && shown.text.length === 200, shown.text);
  equal([shown.elements, shown.hacked], [1, undefined]);
  await page.screenshot({path: join(t.out, "question.png"), caret: "initial"});
  const none = await t.ready("plain", {query: "?lang=en&question=%20"});
  equal(await none.evaluate(() => document.querySelector("#question")), null);
});

test("plain: results that are too many for a link are offered as a file only, and long links are said to be long", async (t) => {
  const page = await t.ready("plain", {query: "?lang=en"});
  for (const [count, can] of [[20000, true], [400000, false]]) {
    await page.evaluate(async ([address, digits]) => {
      const {openShareDialog} = await import(address);
      const noise = Array.from(crypto.getRandomValues(new Uint8Array(digits > 65536 ? 65536 : digits)), (one) => String.fromCharCode(48 + one % 64));
      const results = {schema: "trilane.race/1", noise: Array(Math.ceil(digits / noise.length)).fill(0).map((_zero, at) => noise.map((one) => one + at % 10).join(""))};
      await openShareDialog({query: "?workload=sum", results}, "en", location.origin + location.pathname);
    }, [await shareModule(page), count]);
    equal(await page.locator('[data-share="share-results"]').isDisabled(), !can, `${count}`);
    if (can) {
      await page.locator('[data-share="share-results"]').check();
      expect((await page.locator('dialog.share .hint[role="status"]').innerText()).includes("A file is safer"), "the warning");
    } else {
      expect((await page.locator("dialog.share").innerText()).includes("too many for a link"), "why not");
    }
    equal(await page.locator("dialog.share p.row button").nth(1).isDisabled(), false, "as a file");
    await page.keyboard.press("Escape");
  }
});

test("plain: hostile results in a link are an error line, and the page works", async (t) => {
  const page = await t.ready("plain", {query: "?lang=en"});
  const deep = "[".repeat(300000) + "]".repeat(300000);
  const texts = [deep, `{"schema":"trilane.race/1","runs":${deep}}`, '{"schema":"trilane.race/1"}', '{"schema":"trilane.race/1","runs":7}',
                 '{"schema":"trilane.race/1","runs":[null,[],{"__proto__":{"x":1}}]}', '{"schema":"nonsense/9","runs":[]}', "[]", "null", "",
                 '{"schema":"trilane.race/1","runs":[{"wall_ms":{"median":1e999,"samples":["<script>"]},"model":"<img src=x onerror=alert(1)>"}]}'];
  for (const text of texts) {
    const packed = await page.evaluate(async ([address, plain]) => (await import(address)).pack(plain), [await shareModule(page), text]);
    const other = await t.ready("plain", {query: `?lang=en#result=${packed}`});
    await other.waitForSelector('[data-notice="bad_result"]');
    equal(await other.evaluate(() => document.querySelector("#overlay").hidden), true, text.slice(0, 60));
    equal((await other.evaluate(() => window.trilane.run({model: "async", workload: "sum", size: 1000, repeat: 1}))).valid, true, text.slice(0, 60));
    await other.context().close();
  }
});
