// window.trilane on the real page, with threads and without.

import {equal, expect, rejection, test} from "./harness.mjs";

const QUICK = {workload: "primes", size: 30000, tasks: 12, workers: 2, repeat: 2};
const ENDLESS = {workload: "primes", size: 1000000000, tasks: 4000, workers: 2, repeat: 1};
/** Small sizes, so that every model takes moments. */
const WORK = {
  sum: {size: 2000000}, primes: {size: 30000}, mandelbrot: {size: 64}, sort: {size: 40000}, sleep: {wait_ms: 3},
  mixed: {size: 1000000, wait_ms: 3}, counter: {size: 2000000, counter_mode: "atomic"}, empty: {tasks: 100000},
};

/** In the page: resolves when a run is under way. An async run that computes blocks its loop, and with it its progress. */
const begun = () => new Promise((resolve) => {
  const leave = window.trilane.on("state", (event) => {
    if (!event.runs?.some((one) => one.phase === "running")) return;
    leave();
    resolve();
  });
});

const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);

test("isolated: ready tells the mode and why", async (t) => {
  const page = await t.ready("isolated");
  equal(page.capabilities.mode, "web-threads");
  equal(page.capabilities.isolated, true);
  expect(page.capabilities.reason.length > 3, "the mode has a reason");
  expect(page.capabilities.cores >= 1, "cores");
  expect(page.capabilities.clock_resolution_us > 0 && page.capabilities.clock_resolution_us < 2000, "a measured clock");
});

test("plain: works without isolation and says why there are no threads", async (t) => {
  const page = await t.ready("plain");
  equal(page.capabilities.mode, "web-plain");
  equal(page.capabilities.isolated, false);
  expect(page.capabilities.reason.length > 3, "the reason is told");
  const error = await rejection(page, `trilane.run(${JSON.stringify({...QUICK, model: "threads"})})`);
  equal(error.field, "model");
  expect(error.message.length > 20, `why threads are missing: ${error.message}`);
});

for (const [site, models] of [["isolated", ["sync", "threads", "processes", "async"]], ["plain", ["sync", "processes", "async"]]]) {
  test(`${site}: every model gives every workload the same checksum`, async (t) => {
    const page = await t.ready(site);
    for (const [workload, work] of Object.entries(WORK)) {
      const checksums = new Set();
      for (const model of models) {
        const result = await run(page, {model, workload, tasks: 10, workers: 2, repeat: 1, ...work});
        equal(result.schema, "trilane.run/1");
        equal(result.model, model);
        equal(result.errors, [], `${model} ${workload}`);
        // What is over within a step of the clock has no duration, and says so.
        const unseen = result.notes.some((note) => note.code === "shorter_than_clock");
        expect(unseen || result.wall_ms.median > 0, `${model} ${workload}: time passed`);
        checksums.add(result.checksum);
      }
      equal(checksums.size, 1, `${workload}: models disagree: ${[...checksums]}`);
    }
  });
}

test("isolated: the GIL and a worker for each task", async (t) => {
  const page = await t.ready("isolated");
  const plain = await run(page, {...QUICK, model: "sync"});
  for (const extra of [{model: "threads", gil: true}, {model: "threads", spawn_per_task: true}, {model: "processes", spawn_per_task: true}]) {
    const result = await run(page, {...QUICK, tasks: 6, repeat: 1, ...extra});
    const reference = await run(page, {...QUICK, tasks: 6, repeat: 1, model: "sync"});
    equal(result.checksum, reference.checksum, JSON.stringify(extra));
  }
  equal(plain.host.platform, "web-threads");
});

test("isolated: what the browser does not tell is null", async (t) => {
  const page = await t.ready("isolated");
  const result = await run(page, {...QUICK, model: "sync"});
  equal(result.context_switches, {voluntary: null, involuntary: null});
  equal(result.startup_ms, null);
  expect(result.wall_ms.samples.length === 2, "two repeats");
  expect(result.latency_ms.p50 > 0, "latency is measured");
});

test("isolated: a sweep", async (t) => {
  const page = await t.ready("isolated");
  const sweep = await page.evaluate(() => window.trilane.sweep(
      {over: "workers", values: [1, 2], models: ["sync", "threads", "processes", "async"], workload: "primes", size: 30000, repeat: 1}));
  equal(sweep.schema, "trilane.sweep/1");
  equal(sweep.runs.length, 8);
  equal(new Set(sweep.runs.map((one) => one.checksum)).size, 1, "checksums agree");
});

test("isolated: bad input rejects and names the field", async (t) => {
  const page = await t.ready("isolated");
  const cases = [
    [{model: "fibers"}, "model", "fibers"], [{workload: "x"}, "workload", "primes"], [{workers: 0}, "workers", "0"],
    [{workers: -1}, "workers", "-1"], [{tasks: 1e300}, "tasks", "1e+300"], [{tasks: 1.5}, "tasks", "1.5"],
    [{size: "large"}, "size", "number"], [{wait_ms: []}, "wait_ms", "number"], [{gil: 1}, "gil", "true"],
    [{model: "async", gil: true}, "gil", "threads"], [{wokers: 2}, "wokers", "workers"], [{repeat: 5000}, "repeat", "1000"],
    [{model: "threads", workers: 200}, "workers", "200"],
  ];
  for (const [config, field, word] of cases) {
    const error = await rejection(page, `trilane.run(${JSON.stringify(config)})`);
    equal(error.field, field, JSON.stringify(config));
    expect(error.message.includes(word), `${JSON.stringify(config)}: "${error.message}" lacks ${word}`);
  }
  for (const code of ["trilane.run({tasks: NaN})", "trilane.run({tasks: Infinity})", "trilane.run({workers: -0.5})"]) {
    equal((await rejection(page, code)).field, code.includes("workers") ? "workers" : "tasks", code);
  }
  for (const code of ["trilane.run(5)", "trilane.run('fast')", "trilane.run([])", "trilane.sweep()", "trilane.sweep({over: 'x', values: [1]})",
                      "trilane.sweep({over: 'workers', values: []})", "trilane.sweep({over: 'workers', values: [0]})",
                      "trilane.lab('nonsense')", "trilane.lab()", "trilane.lab('gil', {size: -1})"]) {
    expect((await rejection(page, code)).message, code);
  }
  const result = await run(page, {...QUICK, model: "threads"});
  equal(result.valid, true, "and it still works");
});

for (const site of ["isolated", "plain"]) {
  for (const model of site === "isolated" ? ["sync", "threads", "processes", "async"] : ["sync", "processes", "async"]) {
    test(`${site}: stop() ends a long run of ${model}, and the next one works`, async (t) => {
      const page = await t.ready(site);
      await page.evaluate(`window.begun = ${begun}`);
      const outcome = await page.evaluate(async (config) => {
        const started = window.begun();
        const job = window.trilane.run(config).then(() => "done", (error) => error.message);
        const waiting = window.trilane.run(config).then(() => "done", (error) => error.message);
        await started;
        const begin = performance.now();
        window.trilane.stop();
        return {message: await job, waiting: await waiting, ms: performance.now() - begin};
      }, {...ENDLESS, model});
      equal(outcome.message, "stopped");
      equal(outcome.waiting, "stopped", "what waited is dropped");
      expect(outcome.ms < 10000, `took ${outcome.ms} ms`);
      equal((await run(page, {...QUICK, model})).valid, true);
    });
  }
}

test("isolated: several runs wait for each other", async (t) => {
  const page = await t.ready("isolated");
  const results = await page.evaluate((config) => Promise.all(
      ["sync", "threads", "async"].map((model) => window.trilane.run({...config, model}))), QUICK);
  equal(results.map((one) => one.model), ["sync", "threads", "async"]);
  equal(new Set(results.map((one) => one.checksum)).size, 1);
});

test("isolated: progress is told, and listeners can leave", async (t) => {
  const page = await t.ready("isolated");
  const seen = await page.evaluate(async () => {
    const events = [];
    const leave = window.trilane.on("progress", (event) => events.push(event));
    await window.trilane.run({model: "threads", workload: "sleep", tasks: 40, wait_ms: 20, workers: 2, repeat: 1});
    leave();
    const count = events.length;
    await window.trilane.run({model: "sync", workload: "sleep", tasks: 5, wait_ms: 20, repeat: 1});
    return {count, after: events.length, last: events[count - 1]};
  });
  expect(seen.count >= 3, `only ${seen.count} progress events in half a second`);
  equal(seen.after, seen.count);
  equal([seen.last.done, seen.last.total], [40, 40]);
});

test("isolated: ten starts and stops leave no Worker behind", async (t) => {
  const page = await t.ready("isolated");
  const cycle = async (model) => page.evaluate(async (config) => {
    const started = new Promise((resolve) => window.trilane.on("progress", resolve));
    const job = window.trilane.run(config).catch((error) => error.message);
    await started;
    window.trilane.stop();
    return job;
  }, {...ENDLESS, model});
  // The pool of threads stays; what counts is that no cycle adds to it.
  for (const model of ["processes", "threads"]) await cycle(model);
  await run(page, {...QUICK, model: "sync"});
  const counted = t.browserName === "chromium";  // Firefox tells of Workers to a debugger alone
  const before = counted ? await settled(page) : 0;
  for (let i = 0; i < 10; ++i) equal(await cycle(i % 2 ? "threads" : "processes"), "stopped");
  await run(page, {...QUICK, model: "processes"});
  const after = counted ? await settled(page) : 0;
  expect(after <= before, `${before} Workers before, ${after} after`);
  equal((await run(page, {...QUICK, model: "threads"})).valid, true);
});

/** Workers of the page, nested ones included, once no more are going away. */
async function settled(page) {
  const session = await page.context().browser().newBrowserCDPSession();
  let last = -1;
  for (let same = 0, tries = 0; same < 10 && tries < 200; ++tries) {
    const {targetInfos} = await session.send("Target.getTargets", {filter: [{type: "worker"}, {exclude: true}]});
    const count = targetInfos.length + page.workers().length;
    same = count === last ? same + 1 : 0;
    last = count;
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  }
  await session.detach();
  return last;
}
