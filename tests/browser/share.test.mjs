// The share dialog, and results in links.

import {join} from "node:path";

import {equal, expect, test} from "./harness.mjs";

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
