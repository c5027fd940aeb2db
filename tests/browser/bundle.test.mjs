// What others copy to their hosts: the folder build/site and the zip that `web/run --bundle` makes of it.

import {execFile, execFileSync, spawn} from "node:child_process";
import {createHash} from "node:crypto";
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, relative} from "node:path";
import {createInterface} from "node:readline";
import {fileURLToPath} from "node:url";
import {promisify} from "node:util";
import {brotliDecompressSync, gunzipSync} from "node:zlib";

import {equal, expect, test} from "./harness.mjs";

/** No browser is needed. */
const ONCE = {only: "chromium"};
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const QUICK = {workload: "primes", size: 30000, tasks: 8, workers: 2, repeat: 1};
const SAVE = {workload: "parse-and-save", tasks: 4, wait_ms: 1, size: 3000, workers: 2, repeat: 1, warmup: 0};

const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** All files below, as relative paths. */
function filesOf(folder) {
  return readdirSync(folder, {withFileTypes: true, recursive: true}).filter((one) => one.isFile())
      .map((one) => relative(folder, join(one.parentPath ?? one.path, one.name))).sort();
}

/** A folder that goes when `body` has ended. */
async function inFolder(body) {
  const folder = mkdtempSync(join(tmpdir(), "trilane-bundle-"));
  try {
    await body(folder);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** Python's own web server, as plain as they come; `asked` are its lines, one for each request. */
async function serveWithPython(folder) {
  const server = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder]);
  const asked = [];
  createInterface({input: server.stderr}).on("line", (line) => asked.push(line));
  const port = await new Promise((resolve, reject) => {
    createInterface({input: server.stdout}).on("line", (line) => resolve(/port (\d+)/.exec(line)[1]));
    server.on("exit", (code) => reject(new Error(`python3 -m http.server ended with code ${code}: ${asked.join("\n")}`)));
  });
  return {url: `http://localhost:${port}/`, asked, close: () => server.kill()};
}

test("bundle: web/run --bundle packs the page: unpacked into any folder of a plain web server, all of it works there", async (t) => {
  await inFolder(async (folder) => {
    const zip = join(folder, "page.zip");
    writeFileSync(zip, "an older one");
    await promisify(execFile)(join(ROOT, "web/run"), ["--bundle", zip], {timeout: 150_000});
    const place = join(folder, "www", "courses", "os");
    mkdirSync(place, {recursive: true});
    execFileSync("python3", ["-m", "zipfile", "-e", zip, place]);
    const site = join(ROOT, "build/site");
    equal(filesOf(place), filesOf(site), "the files");
    for (const name of filesOf(site)) expect(readFileSync(join(place, name)).equals(readFileSync(join(site, name))), `${name} differs`);

    const server = await serveWithPython(join(folder, "www"));
    t.expectErrors(/lab\/latency|favicon/);  // the host has none: that is how it is found out
    const elsewhere = [];
    try {
      const page = await t.ready(`${server.url}courses/os/`, {before: (one) => one.context().on("request", (request) => {
        if (!request.url().startsWith(`${server.url}courses/os/`) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url());
      })});
      equal(page.capabilities.mode, "web-threads", page.capabilities.reason);
      for (const model of ["sync", "threads", "processes", "async"]) equal((await run(page, {...QUICK, model})).errors, [], model);
      equal((await run(page, {...SAVE, model: "threads"})).saved.equal, true, "parser and database");
      await page.evaluate(() => document.querySelector('[data-action="share"]').click());
      await page.waitForSelector("dialog.share[open]");
      equal(elsewhere, [], "asked for outside its folder");
      const outside = server.asked.filter((line) => / "GET /.test(line) && !/ "GET \/courses\/os\//.test(line) && !/favicon/.test(line));
      equal(outside, [], "the server was asked outside the folder");
      const missing = server.asked.filter((line) => / 404 /.test(line) && !/lab\/latency|favicon/.test(line));
      equal(missing, [], "files that the bundle lacks");
      equal(await page.context().cookies(), [], "cookies");
    } finally {
      server.close();
    }
  });
});

test("bundle: wrong usage is told before anything is built", async () => {
  for (const [args, words] of [[["--bundle"], "needs the name"], [["--bundle", "page.tar"], "ends in .zip"],
                               [["--bundle", "/no/such/folder/page.zip"], "no folder"]]) {
    const {code, stderr} = await promisify(execFile)(join(ROOT, "web/run"), args).then(() => ({code: 0, stderr: ""}), (error) => error);
    equal(code, 2, args.join(" "));
    expect(stderr.includes(words), `${args.join(" ")}: ${stderr}`);
  }
}, ONCE);

test("site: version.json names every file beside the page, and each has its compressed copies", async () => {
  const site = globalThis.site;
  const {version, assets, files} = JSON.parse(readFileSync(join(site, "version.json"), "utf8"));
  expect(/^\d+\.\d+/.test(version), version);
  expect(/^assets-[0-9a-f]{16}$/.test(assets), assets);
  const all = filesOf(site);
  const plain = all.filter((name) => !/\.(br|gz)$/.test(name));
  equal(plain.filter((name) => name.includes("/")), Object.keys(files).map((name) => `${assets}/${name}`).sort());
  equal(plain.filter((name) => !name.includes("/")), ["embed.js", "index.html", "service-worker.js", "trilane.d.ts", "version.json"]);
  for (const [name, {bytes, sha256: hash}] of Object.entries(files)) {
    const content = readFileSync(join(site, assets, name));
    equal([content.length, sha256(content)], [bytes, hash], name);
  }
  for (const name of plain) {
    const content = readFileSync(join(site, name));
    expect(gunzipSync(readFileSync(join(site, `${name}.gz`))).equals(content), `${name}.gz`);
    expect(brotliDecompressSync(readFileSync(join(site, `${name}.br`))).equals(content), `${name}.br`);
  }
  const info = JSON.parse(/id="site-info">(.*?)<\/script>/.exec(readFileSync(join(site, "index.html"), "utf8"))[1]);
  equal(info.version, version);
  const modules = Object.entries(files).filter(([name]) => name.endsWith(".wasm")).map(([name, {bytes}]) => [name, bytes]);
  equal(info.bytes, Object.fromEntries(modules), "the sizes for the loading bar");
}, ONCE);

test("site: all that is named is named by relative paths, and nothing by another host's", async () => {
  const site = globalThis.site;
  const {assets} = JSON.parse(readFileSync(join(site, "version.json"), "utf8"));
  const page = readFileSync(join(site, "index.html"), "utf8");
  const named = [...page.matchAll(/ (?:src|href)="([^"]*)"/g)].map((match) => match[1]);
  expect(named.length > 10, "index.html names its files");
  for (const name of named) {
    expect(name.startsWith(`${assets}/`), `${name} is not in ${assets}`);
    statSync(join(site, name));
  }
  for (const name of filesOf(join(site, assets)).filter((one) => one.endsWith(".js"))) {
    const text = readFileSync(join(site, assets, name), "utf8");
    for (const [, from] of text.matchAll(/^import [^"';]*["']([^"']+)["'];/gm)) {
      expect(from.startsWith("./"), `${name} imports ${from}`);
      statSync(join(site, assets, from));
    }
  }
}, ONCE);

test("site: other contents are another folder, the old one goes, and a second build writes nothing", async () => {
  await inFolder(async (folder) => {
    const inputs = ["index.html", "service-worker.js", "embed.js", "trilane.d.ts", "main.js", "front.wasm"].map((name) => join(folder, name));
    for (const file of inputs) writeFileSync(file, `${file} "assets/main.js" "version": "unbuilt", "bytes": {}`);
    const site = join(folder, "site");
    const build = () => {
      execFileSync("cmake", ["-D", `SITE=${site}`, "-D", `INPUTS=${inputs.join("|")}`, "-D", "VERSION=1.2", "-D", `WORK=${join(folder, "work")}`,
                             "-D", "GZIP=gzip", "-P", join(ROOT, "web/site.cmake")], {stdio: "pipe"});
      return Object.fromEntries(filesOf(site).map((name) => [name, statSync(join(site, name)).mtimeMs]));
    };
    const first = build();
    equal(build(), first, "nothing changed, nothing written");
    writeFileSync(inputs[4], "changed");
    const second = build();
    const folders = (files) => [...new Set(Object.keys(files).filter((name) => name.includes("/")).map((name) => name.split("/")[0]))];
    equal([folders(first).length, folders(second).length], [1, 1]);
    expect(folders(first)[0] !== folders(second)[0], "the folder's name is of its contents");
    const page = readFileSync(join(site, "index.html"), "utf8");
    expect(page.includes(`"${folders(second)[0]}/main.js"`) && page.includes('"version": "1.2", "bytes": {"front.wasm"'), page);
    writeFileSync(inputs[0], "an index.html without the place for the sizes");
    let error = "";
    try {
      build();
    } catch (problem) {
      error = String(problem.stderr);
    }
    expect(error.includes("index.html has no"), error);
  });
}, ONCE);
