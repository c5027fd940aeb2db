// The same lab in HTML: what keyboards, screen readers and these tests use.

import {equal, expect, test} from "./harness.mjs";

const set = async (page, field, value) => {
  const input = page.locator(`[data-field="${field}"]`).first();
  if (await input.evaluate((element) => element.tagName === "SELECT")) {
    await input.selectOption(value, {force: true});
  } else {
    await input.evaluate((element, text) => {
      element.value = text;
      element.dispatchEvent(new Event("change", {bubbles: true}));
    }, String(value));
  }
};
const click = (page, action) => page.locator(`[data-action="${action}"]`).evaluate((button) => button.click());
const rows = (page) => page.locator("[data-results] tbody tr").evaluateAll((all) => all.map((row) => ({
  racer: row.dataset.run, phase: row.dataset.phase, checksum: row.querySelector('[data-col="checksum"]').textContent,
  wall: row.querySelector('[data-col="wall_ms"]').textContent, text: row.textContent,
})));
const value = (page, field) => page.locator(`[data-field="${field}"]`).first().inputValue();

for (const [site, racers] of [["isolated", ["sync", "threads", "threads_gil", "processes", "async"]], ["plain", ["sync", "processes", "async"]]]) {
  test(`${site}: fields and the Run button race the models, and the table fills`, async (t) => {
    const page = await t.ready(site);
    await set(page, "workload", "primes");
    await set(page, "tasks", 20);
    await set(page, "size", 100000);
    await set(page, "workers", 2);
    await set(page, "repeat", 2);
    await click(page, "run");
    await page.waitForFunction((count) => {
      const all = [...document.querySelectorAll("[data-results] tbody tr")];
      return all.length >= count && all.every((row) => ["done", "failed", "stopped"].includes(row.dataset.phase));
    }, racers.length);
    const done = (await rows(page)).filter((row) => row.phase === "done");
    equal(done.map((row) => row.racer), racers);
    equal(new Set(done.map((row) => row.checksum)).size, 1, "checksums agree");
    for (const row of done) expect(/\d/.test(row.wall), `${row.racer} has a time: ${row.text}`);
    await page.waitForFunction(() => document.querySelector('[data-action="stop"]').disabled);
  });
}

test("isolated: Stop ends the race and the table says so", async (t) => {
  const page = await t.ready("isolated");
  await set(page, "workload", "primes");
  await set(page, "size", 1000000000);
  await set(page, "tasks", 2000);
  await click(page, "run");
  await page.waitForFunction(() => document.querySelector('[data-phase="running"]'));
  await click(page, "stop");
  await page.waitForFunction(() => !document.querySelector('[data-action="run"]').disabled);
  expect((await rows(page)).some((row) => row.phase === "stopped"), "a run is marked as stopped");
});

test("isolated: out-of-range numbers are clamped and visibly marked", async (t) => {
  const page = await t.ready("isolated");
  for (const [field, given] of [["tasks", "-5"], ["workers", "0"], ["repeat", "1e9"], ["seed", "NaN"], ["tasks", "99999999999999999999"]]) {
    await set(page, field, given);
    const mark = page.locator(`[data-clamped="${field}"]`);
    expect(await mark.evaluate((element) => !element.hidden && element.textContent.length > 5), `${field}=${given} is marked`);
    const input = page.locator(`[data-field="${field}"]`).first();
    equal(await input.getAttribute("aria-invalid"), "true", field);
    const used = Number(await value(page, field));
    const [min, max] = await input.evaluate((element) => [Number(element.min), Number(element.max)]);
    expect(used >= min && used <= max, `${field}=${given} became ${used}`);
  }
  await set(page, "tasks", "7");
  expect(await page.locator('[data-clamped="tasks"]').evaluate((element) => element.hidden), "a good value clears the mark");
});

test("isolated: every control has a label, in both languages", async (t) => {
  const page = await t.ready("isolated");
  for (const lang of ["en", "ru"]) {
    await set(page, "lang", lang);
    // What is outside the canvas follows with the next state of the front end.
    await page.waitForFunction((wanted) => document.documentElement.lang === wanted, lang);
    const bare = await page.evaluate(() => [...document.querySelectorAll("#mirror input, #mirror select, #mirror button, #mirror progress")]
        .filter((element) => !(element.labels?.[0]?.textContent.trim() || element.textContent.trim() || element.getAttribute("aria-label")))
        .map((element) => element.dataset.field ?? element.dataset.action ?? element.tagName));
    equal(bare, [], `without a label in ${lang}`);
  }
  const text = await page.locator("#mirror").textContent();
  expect(/[а-я]{4}/i.test(text), "Russian is Russian");
});

test("isolated: the mode and its reason are visible", async (t) => {
  for (const site of ["isolated", "plain"]) {
    const page = await t.ready(site);
    const mode = await page.locator("[data-mode]").textContent();
    expect(mode.length > 20, `${site}: ${mode}`);
  }
});

test("isolated: settings are remembered, and undo takes back", async (t) => {
  const page = await t.ready("isolated");
  await set(page, "tasks", 77);
  await set(page, "workload", "sort");
  await click(page, "undo");
  equal(await value(page, "workload"), "primes");
  equal(await value(page, "tasks"), "77");
  await page.reload();
  await page.evaluate(() => window.trilane.ready);
  equal(await value(page, "tasks"), "77", "after a reload");
});

test("isolated: a sweep from the button", async (t) => {
  const page = await t.ready("isolated");
  await set(page, "size", 30000);
  await set(page, "tasks", 8);
  await set(page, "repeat", 1);
  await click(page, "sweep");
  await page.waitForFunction(() => document.querySelector('[data-action="run"]').disabled);
  await page.waitForFunction(() => !document.querySelector('[data-action="run"]').disabled);
  const status = await page.locator("[data-status]").textContent();
  expect(status.length > 0, "the status line says something");
});

test("isolated: hostile addresses never break the page", async (t) => {
  const queries = [
    "?tasks=NaN&workers=-1&size=1e999&seed=0x10", "?workload=<script>alert(1)</script>&model=%00", "?tasks=%E0%A4%A",
    "?lang=klingon&theme=pink&embed=maybe&lab=../../x&lock=1", `?workers=${"9".repeat(5000)}`, "?__proto__=1&constructor=2&toString=3",
    "?tasks=5&tasks=6&=&&&==", "?gil=maybe&spawn_per_task=-1&cpu_share=Infinity", "?models=sync,,fibers&counter_mode[]=x",
  ];
  for (const query of queries) {
    const page = await t.ready("isolated", {query});
    const used = await page.evaluate(() => [...document.querySelectorAll('#mirror input[type="number"]')]
        .map((input) => [input.dataset.field, Number(input.value), Number(input.min), Number(input.max || Infinity)]));
    for (const [field, at, min, max] of used) expect(at >= min && at <= max, `${query}: ${field} is ${at}`);
    equal(await page.evaluate(() => document.querySelectorAll("script:not([src]):not([type])").length), 0, "no script was let in");
    await page.context().close();
  }
  const page = await t.ready("isolated", {query: "?tasks=-5&workload=sort&lang=ru"});
  equal(await value(page, "workload"), "sort");
  expect(await page.locator('[data-notice="clamped"]').count() === 1, "clamping is said");
  await page.waitForFunction(() => document.documentElement.lang === "ru");
});
