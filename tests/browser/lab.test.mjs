// Experiments through the JS API: a verdict that rests on measured numbers, in both modes of the page.
import {equal, expect, rejection, test} from "./harness.mjs";

for (const site of ["isolated", "plain"]) {
  test(`${site}: an experiment gives a verdict with the numbers it rests on`, async (t) => {
    const page = await t.ready(site);
    const document = await page.evaluate(() => window.trilane.lab("overlap-waits", {wait_ms: 20}));
    equal(document.schema, "trilane.lab/2");
    const [entry] = document.experiments;
    equal(entry.id, "overlap-waits");
    expect(["confirmed", "refuted", "undecided"].includes(entry.verdict), entry.verdict);
    const value = (id) => entry.numbers.find((one) => one.id === id).value;
    expect(value("sync.wall_ms") > value("async.wall_ms"), JSON.stringify(entry.numbers));
    equal(entry.predicates.map((one) => one.id), ["one-by-one", "overlap"]);
    for (const lang of ["en", "ru"]) expect(entry.finding[lang].length > 20, entry.finding[lang]);
    equal(entry.runs.length, 2);
    for (const run of entry.runs) equal(run.checksum, entry.runs[0].checksum);
  });
}

// One round is too few for an interval: what rests on times must be left open, and nothing may be refuted.
for (const site of ["isolated", "plain"]) {
  test(`${site}: every experiment that can run here ends with a verdict and what it rests on`, async (t) => {
    t.expectErrors(/lab\/latency/);  // where the service worker has not taken the page over yet: asked, and not found
    const page = await t.ready(site, {query: "?lang=en"});
    await page.waitForSelector("[data-lab-open]", {state: "attached"});
    const ids = await page.evaluate(() => [...document.querySelectorAll("[data-lab-open]")].map((button) => button.dataset.labOpen));
    equal(ids.length, 24);
    for (const id of ids) {
      const answer = await page.evaluate((name) => window.trilane.lab(name, {repeat: 1}).then((value) => ({value}), (error) => ({error: error.message})), id);
      if (answer.error) {
        expect(id === "cpu-share" ? /cannot choose the core/.test(answer.error) : site === "plain" && /threads/.test(answer.error), `${id}: ${answer.error}`);
        continue;
      }
      const [entry] = answer.value.experiments;
      expect(["confirmed", "undecided"].includes(entry.verdict), `${id}: ${entry.verdict}: ${entry.finding.en}`);
      for (const lang of ["en", "ru"]) expect(entry.finding[lang].length > 20, `${id}: ${entry.finding[lang]}`);
      expect(entry.predicates.length > 0 && entry.predicates.every((one) => one.text.en && one.text.ru), `${id}: ${JSON.stringify(entry.predicates)}`);
      expect(entry.numbers.every(({label, value}) => label.en && label.ru && (value === null || Number.isFinite(value))), `${id}: ${JSON.stringify(entry.numbers)}`);
      for (const run of entry.runs) expect(run.valid, `${id}: ${JSON.stringify(run.errors)}`);
    }
  });
}

test("plain: an experiment that needs threads says why it cannot run", async (t) => {
  const page = await t.ready("plain");
  const error = await rejection(page, "trilane.lab('gil')");
  expect(/thread/i.test(error.message), error.message);
});

test("plain: opened, it says why in the language that is shown, and offers the page that has threads", async (t) => {
  const words = {en: /needs threads.*switched off by the address/, ru: /Нужны потоки.*отключены в адресе/};
  for (const lang of ["en", "ru"]) {
    const page = await t.ready("plain", {query: `?lab=gil-race&lang=${lang}`});
    for (const id of ["gil-race", "gil", "deadlock", "shared-memory"]) {
      await page.locator(`[data-lab-open="${id}"]`).evaluate((button) => button.click());
      await page.waitForFunction((wanted) => document.querySelector("[data-lab-open-id]")?.dataset.labOpenId === wanted, id);
      const why = await page.locator("[data-lab-missing]").textContent();
      expect(words[lang].test(why), `${id}: ${why}`);
      const address = new URL(await page.locator("[data-lab-full-page]").getAttribute("href"));
      equal([address.searchParams.get("lab"), address.searchParams.get("lang"), address.searchParams.get("mode")], [id, lang, null]);
    }
    await page.evaluate(() => document.querySelector('[data-action="run"]').click());
    expect(words[lang].test(await page.locator("[data-answer]").textContent()), "Run says it too");
  }
});

test("isolated: an experiment offers the settings that its plan reads, and the free race all of them", async (t) => {
  const page = await t.ready("isolated", {query: "?lang=en"});
  const offered = () => page.evaluate(() => [...document.querySelectorAll("[data-field]")]
      .filter((input) => !input.closest("[hidden]") && !["lang", "theme"].includes(input.dataset.field))
      .map((input) => input.dataset.field));
  const open = async (id) => {
    await page.locator(`[data-lab-open="${id}"]`).evaluate((button) => button.click());
    await page.waitForFunction((wanted) => document.querySelector("[data-lab-open-id]")?.dataset.labOpenId === wanted, id);
    await page.waitForFunction(() => document.querySelector('[data-field="workload"]').closest("[hidden]"));
  };
  for (const id of ["await-order", "deadlock", "event-loop", "isolation", "memory-cost", "shared-memory", "you-schedule"]) {
    await open(id);
    equal(await offered(), ["repeat"], id);
  }
  await open("overlap-waits");
  equal(await offered(), ["tasks", "wait_ms", "concurrency", "repeat"]);
  const repeats = page.locator('[data-field="repeat"]');
  equal([await repeats.inputValue(), await repeats.getAttribute("placeholder")], ["", "as needed"]);
  await repeats.evaluate((input) => { input.value = "9"; input.dispatchEvent(new Event("change")); });
  equal([await repeats.inputValue(), await repeats.getAttribute("placeholder")], ["9", ""]);
  await page.locator('[data-lab-key="free"]').evaluate((button) => button.click());
  await page.waitForFunction(() => !document.querySelector('[data-field="workload"]').closest("[hidden]"));
  expect((await offered()).length > 10, String(await offered()));
});

test("isolated: an experiment is stopped like any run, and the next one works", async (t) => {
  const page = await t.ready("isolated");
  const message = await page.evaluate(async () => {
    const begun = new Promise((resolve) => window.trilane.on("progress", resolve));
    const job = window.trilane.lab("gil").then(() => "done", (error) => error.message);
    await begun;
    await window.trilane.stop();
    return job;
  });
  equal(message, "stopped");
  const result = await page.evaluate(() => window.trilane.run({model: "sync", workload: "sum", tasks: 2, size: 1000, repeat: 1}));
  equal(result.valid, true);
});

test("isolated: while an experiment goes on only its step is told anew: who reads its list is not thrown out of it", async (t) => {
  const page = await t.ready("isolated", {query: "?lab=amdahl&lang=en"});
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForSelector("[data-lab-step]", {state: "attached"});
  const first = await page.evaluate(() => {
    window.listed = document.querySelector('[data-lab-open="amdahl"]');
    return document.querySelector("[data-lab-step]").textContent;
  });
  await page.waitForFunction((before) => document.querySelector("[data-lab-step]").textContent !== before, first);
  expect(await page.evaluate(() => window.listed.isConnected), "the list was not built anew");
  await page.evaluate(() => window.trilane.stop());
  await page.waitForFunction(() => !document.querySelector("[data-lab-step]"));
});

test("plain: the rounds of one case are one run of the race", async (t) => {
  const page = await t.ready("plain", {query: "?lab=overlap-waits&wait_ms=20&lang=en"});
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForSelector("[data-lab-verdict]", {state: "attached"});
  const rows = await page.evaluate(() => [...document.querySelectorAll("[data-results] tbody tr")].map((row) => row.dataset.run));
  equal(rows, ["sync", "async"]);
});

test("plain: the HTML tells each predicate with its mark, its sentence and its value, and background apart", async (t) => {
  const page = await t.ready("plain", {query: "?lab=overlap-waits&wait_ms=20&lang=en"});
  await page.evaluate(() => document.querySelector('[data-action="run"]').click());
  await page.waitForSelector("[data-lab-verdict]", {state: "attached"});
  const shown = await page.evaluate(() => [...document.querySelectorAll("[data-lab-predicate]")].map((item) => (
    {id: item.dataset.labPredicate, holds: item.dataset.holds, text: item.textContent,
     zones: [...item.querySelectorAll("[data-zone]")].map((zone) => zone.dataset.zone)})));
  equal(shown.map((one) => one.id), ["one-by-one", "overlap"]);
  for (const one of shown) {
    expect(["yes", "no", "unclear"].includes(one.holds) && one.text.startsWith({yes: "yes", no: "no", unclear: "?"}[one.holds]), JSON.stringify(one));
    equal(one.zones, ["no", "unclear", "yes"], one.id);
    expect(/yes from .+, no below/.test(one.text), one.text);
  }
  const background = await page.locator("[data-lab-background]").textContent();
  expect(/not tested here/.test(background), background);
  expect(await page.evaluate(() => !document.querySelector("[data-lab-predicates] [data-lab-background]")), "apart");
  equal(await page.evaluate(() => [...document.querySelectorAll("[data-lab-terms] tbody tr")].length), 2);
});

test("plain: a lab document of an older version opens and says that it is one", async (t) => {
  const page = await t.ready("plain", {query: "?lang=en"});
  await page.evaluate(() => window.trilane.import({schema: "trilane.lab/1", host: {cpu: "c"}, experiments: [
    {id: "gil", verdict: "confirmed", why: {en: "Because of the lock.", ru: "Из-за блокировки."}, numbers: {gil_speedup: 1.02}}]}));
  await page.waitForSelector("[data-pin-entry] [data-lab-older]", {state: "attached"});
  const text = await page.locator("[data-pin-entry]").textContent();
  for (const part of ["Confirmed", "Because of the lock.", "older version", "gil_speedup", "1.02"]) expect(text.includes(part), text);
});
