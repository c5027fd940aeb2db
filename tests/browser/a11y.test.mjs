// Accessible: what an automated checker finds in the HTML (axe-core), the way of the keyboard, zoom, reduced motion.

import {join} from "node:path";

import {equal, expect, test} from "./harness.mjs";
import {servePlain} from "./servers.mjs";

const AXE = join(process.env.TRILANE_NODE_MODULES, "axe-core", "axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe calls serious or critical, by rule and element. */
async function serious(page) {
  const {violations} = await page.evaluate((values) => window.axe.run(document, {runOnly: {type: "tag", values}, resultTypes: ["violations"]}), RULES);
  return violations.filter((one) => ["serious", "critical"].includes(one.impact))
      .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join(", ")}`);
}

const CHECKED = {before: (page) => page.addInitScript({path: AXE})};

for (const [theme, lang] of [["dark", "ru"], ["light", "en"]]) {
  test(`plain: axe finds nothing serious: ${theme}, ${lang}`, async (t) => {
    const page = await t.ready("plain", {query: `?theme=${theme}&lang=${lang}&dom=1&workload=primes&tasks=8&size=30000&repeat=1&racers=sync,async&wokers=1`,
                                         ...CHECKED});
    equal(await serious(page), [], "before a run, with a notice");
    await page.evaluate(() => document.querySelector('[data-action="run"]').click());
    await page.waitForFunction(() => document.querySelectorAll('[data-results] tr[data-phase="done"]').length === 2 &&
        document.querySelector("[data-verdict]").textContent);
    equal(await serious(page), [], "with results");
    await page.evaluate(() => document.querySelector('[data-action="share"]').click());
    await page.waitForSelector("dialog.share[open]");
    equal(await serious(page), [], "the share dialog");
    await page.screenshot({path: join(t.out, `a11y-${theme}-${lang}.png`), caret: "initial"});
  });
}

test("plain: axe finds nothing serious in a teacher's question and an experiment, before its run and after", async (t) => {
  const page = await t.ready("plain", {query: "?lang=en&theme=light&dom=1&lab=await-order&question=Why%20does%20B%20come%20first%3F", ...CHECKED});
  await page.waitForSelector("#question");
  equal(await serious(page), [], "with the canvas and the controls");
  await page.evaluate(() => window.trilane.lab("await-order"));
  await page.waitForFunction(() => document.querySelector("[data-lab] [data-verdict], [data-lab-verdict], [data-verdict]")?.textContent);
  equal(await serious(page), [], "with a verdict and its steps");
  const framed = await t.ready("plain", {query: "?lang=ru&theme=dark&embed=1&lab=gil&lock=1&question=%D0%9F%D0%BE%D1%87%D0%B5%D0%BC%D1%83%3F", ...CHECKED});
  await framed.waitForSelector("#question");
  equal(await serious(framed), [], "as an embed");
});

test("plain: axe finds nothing serious beside the canvas, and on the page before the program", async (t) => {
  const page = await t.ready("plain", CHECKED);
  equal(await serious(page), [], "with the canvas");
  const server = await servePlain(globalThis.site, (path) => (path === "/main.js" ? {hang: true} : null));
  try {
    const bare = await t.open(server.url, {query: "?mode=plain", ...CHECKED});
    await bare.waitForSelector("#about h1");
    equal(await serious(bare), [], "the page before");
  } finally {
    server.close();
  }
});

test("plain: the page's title and the canvas's name are in the chosen language, also when it is changed", async (t) => {
  const page = await t.ready("plain", {query: "?lang=ru"});
  const names = () => page.evaluate(() => [document.title, document.querySelector("#canvas").getAttribute("aria-label")]);
  for (const name of await names()) expect(/^Trilane.*[а-я]{4}/.test(name), name);
  await page.locator('[data-field="lang"]').selectOption("en");
  await page.waitForFunction(() => document.documentElement.lang === "en");
  for (const name of await names()) expect(/^Trilane[^а-яё]*$/.test(name), name);
  await page.locator('[data-field="lang"]').selectOption("ru");
  await page.waitForFunction(() => document.documentElement.lang === "ru");
  for (const name of await names()) expect(/^Trilane.*[а-я]{4}/.test(name), name);
});

test("plain: the whole lab by keyboard: into the controls, through them, and out", async (t) => {
  const page = await t.ready("plain", {query: "?lang=en&workload=primes&tasks=8&size=30000&repeat=1&racers=sync,async"});
  await page.locator("#canvas").focus();
  await page.keyboard.press("Tab");
  const seen = [];
  for (let step = 0; step < 60; ++step) {
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      return one && one !== document.body ? one.dataset.field || one.dataset.action || one.id : "";
    });
    if (!at) break;  // out of the page
    seen.push(at);
    if (at === "run") {
      equal(await page.evaluate(() => document.querySelector("#mirror").getBoundingClientRect().width > 200), true, "who tabs into the controls sees them");
    }
    await page.keyboard.press("Tab");
  }
  for (const wanted of ["run", "workload", "tasks", "lang", "theme", "share"]) expect(seen.includes(wanted), `${wanted} is not reached: ${seen.join(", ")}`);
  expect(seen.length < 60, "Tab comes to an end");
  await page.locator('[data-action="run"]').focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => document.querySelectorAll('[data-results] tr[data-phase="done"]').length === 2);
});

test("plain: text at 200 % and a reader's own font size cut nothing off", async (t) => {
  const page = await t.ready("plain", {query: "?dom=1&lang=ru", viewport: {width: 640, height: 480}});
  for (const size of ["100%", "200%"]) {
    await page.evaluate((percent) => { document.documentElement.style.fontSize = percent; }, size);
    const wide = await page.evaluate(() => [...document.querySelectorAll("#mirror label, #mirror button, #mirror p")]
        .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1).map((one) => one.textContent.slice(0, 40)));
    equal(wide, [], size);
  }
});
