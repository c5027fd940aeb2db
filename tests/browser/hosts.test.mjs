// The hosts that the README names, each as it really serves: GitHub Pages (as it answers), nginx and MkDocs (the programs
// themselves, where they are installed).

import {execFileSync, spawn} from "node:child_process";
import {createHash} from "node:crypto";
import {chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {createServer} from "node:http";
import {createServer as createSocketServer} from "node:net";
import {tmpdir} from "node:os";
import {extname, join} from "node:path";
import {gzipSync} from "node:zlib";

import {childFrame, equal, expect, LIMIT_MS, test} from "./harness.mjs";
import {servePlain} from "./servers.mjs";

const QUICK = {workload: "primes", size: 30000, tasks: 8, workers: 2, repeat: 1};
const run = (page, config) => page.evaluate((c) => window.trilane.run(c), config);
const NGINX = process.env.TRILANE_NGINX || ["/usr/sbin/nginx", "/usr/bin/nginx"].find(existsSync);
const MKDOCS = process.env.TRILANE_MKDOCS || ["/usr/bin/mkdocs"].find(existsSync);

const scratch = () => mkdtempSync(join(tmpdir(), "trilane-host-"));

/** A user's page of a project at GitHub: no header of ours, ten minutes in every cache, gzip, and its own 404 page. */
async function serveAsGitHubPages(state) {
  const types = {".html": "text/html; charset=utf-8", ".js": "application/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
                 ".wasm": "application/wasm", ".json": "application/json; charset=utf-8", ".svg": "image/svg+xml"};
  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url, "http://localhost");
    if (pathname === "/trilane") {
      response.writeHead(301, {Location: "/trilane/"}).end();
      return;
    }
    let content;
    try {
      const name = pathname.replace(/^\/trilane\//, "") || "index.html";
      content = readFileSync(join(state.folder, name));
    } catch {
      response.writeHead(404, {"Content-Type": "text/html; charset=utf-8", "Access-Control-Allow-Origin": "*"}).end("<!doctype html><title>Site not found</title>");
      return;
    }
    const tag = `"${createHash("sha1").update(content).digest("hex").slice(0, 12)}"`;
    const headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=600", ETag: tag, Vary: "Accept-Encoding"};
    if (request.headers["if-none-match"] === tag) {
      response.writeHead(304, headers).end();
      return;
    }
    const type = types[extname(pathname)] ?? (pathname.endsWith("/") ? types[".html"] : "application/octet-stream");
    const packed = gzipSync(content, {level: 1});
    response.writeHead(200, {...headers, "Content-Type": type, "Content-Encoding": "gzip", "Content-Length": packed.length}).end(packed);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {url: `http://localhost:${server.address().port}/`, close: () => { server.closeAllConnections(); server.close(); }};
}

test("GitHub Pages: a folder there has threads, and an update is seen although the host lets browsers keep pages", async (t) => {
  const folder = scratch();
  const state = {folder: globalThis.site};
  const server = await serveAsGitHubPages(state);
  t.expectErrors(/lab\/latency|favicon/);
  try {
    const page = await t.ready(`${server.url}trilane`, {query: "?lang=en"});
    equal(page.capabilities.mode, "web-threads", page.capabilities.reason);
    equal((await run(page, {...QUICK, model: "threads"})).valid, true);
    equal((await run(page, {workload: "fetch", tasks: 4, wait_ms: 5, size: 1000, workers: 2, repeat: 1, warmup: 0, model: "async"})).errors, []);

    // The next version: its files are in a folder of another name, and the old ones are gone.
    const {assets} = JSON.parse(readFileSync(join(globalThis.site, "version.json"), "utf8"));
    cpSync(join(globalThis.site, assets), join(folder, "assets-0123456789abcdef"), {recursive: true});
    for (const name of ["index.html", "service-worker.js", "embed.js"]) {
      writeFileSync(join(folder, name), readFileSync(join(globalThis.site, name), "utf8").replaceAll(assets, "assets-0123456789abcdef"));
    }
    state.folder = folder;
    const other = await page.context().newPage();
    await other.goto(`${server.url}trilane/`, {waitUntil: "commit"});
    await other.waitForFunction(() => window.trilane?.ready);
    equal((await other.evaluate(() => window.trilane.ready)).mode, "web-threads");
    equal(await other.evaluate(() => /assets-[0-9a-f]+/.exec(document.querySelector('script[src*="main.js"]').src)[0]), "assets-0123456789abcdef");
    equal((await run(other, {...QUICK, model: "processes"})).valid, true);
  } finally {
    server.close();
    rmSync(folder, {recursive: true, force: true});
  }
});

/** A port that is free now. */
function freePort() {
  return new Promise((resolve) => {
    const one = createSocketServer().listen(0, "127.0.0.1", () => {
      const {port} = one.address();
      one.close(() => resolve(port));
    });
  });
}

/** The block of nginx settings that the README gives, or what it must say at least. */
const NGINX_SETTINGS = `
      gzip_static on;
      location ~ /assets-[0-9a-f]+/ { add_header Cache-Control "public, max-age=31536000, immutable"; }`;

async function serveByNginx(folder, settings) {
  const port = await freePort();
  for (const name of ["logs", "tmp"]) mkdirSync(join(folder, name), {recursive: true});
  writeFileSync(join(folder, "nginx.conf"), `
daemon off; pid ${folder}/nginx.pid; error_log stderr warn; worker_processes 1;
events { worker_connections 64; }
http {
  types { text/html html; text/javascript js; text/css css; application/wasm wasm; application/json json; image/svg+xml svg; }
  access_log off;
  client_body_temp_path ${folder}/tmp/a; proxy_temp_path ${folder}/tmp/b; fastcgi_temp_path ${folder}/tmp/c;
  uwsgi_temp_path ${folder}/tmp/d; scgi_temp_path ${folder}/tmp/e;
  server { listen 127.0.0.1:${port}; root ${folder}/www; ${settings} }
}`);
  const server = spawn(NGINX, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"], {stdio: ["ignore", "ignore", "pipe"]});
  let said = "";
  server.stderr.on("data", (data) => { said += data; });
  const url = `http://localhost:${port}/`;
  const deadline = performance.now() + LIMIT_MS;
  while (!await fetch(url).then(() => true, () => false)) {
    if (server.exitCode !== null || performance.now() > deadline) throw new Error(`nginx does not answer: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {url, close: () => server.kill()};
}

if (NGINX) {
  test("nginx: with the README's settings the compressed copies are sent, and are kept for ever", async (t) => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8").replace(/\s+/g, " ");
    expect(readme.includes(NGINX_SETTINGS.replace(/\s+/g, " ").trim()), "these are the README's settings");
    const folder = scratch();
    cpSync(globalThis.site, join(folder, "www", "trilane"), {recursive: true});
    chmodSync(folder, 0o755);  // started by root, nginx reads as somebody else
    const server = await serveByNginx(folder, NGINX_SETTINGS);
    t.expectErrors(/lab\/latency|favicon/);
    try {
      const {assets, files} = JSON.parse(readFileSync(join(globalThis.site, "version.json"), "utf8"));
      const answer = await fetch(`${server.url}trilane/${assets}/front.wasm`, {headers: {"Accept-Encoding": "gzip"}});
      equal([answer.headers.get("content-encoding"), answer.headers.get("content-type")], ["gzip", "application/wasm"]);
      equal(answer.headers.get("cache-control"), "public, max-age=31536000, immutable");
      equal((await answer.arrayBuffer()).byteLength, files["front.wasm"].bytes);
      const page = await t.ready(`${server.url}trilane/`);
      equal(page.capabilities.mode, "web-threads", page.capabilities.reason);
      equal((await run(page, {...QUICK, model: "processes"})).valid, true);
    } finally {
      server.close();
      rmSync(folder, {recursive: true, force: true});
    }
  });
} else {
  console.log("       (there is no nginx on this machine: its test is left out)");
}

if (MKDOCS) {
  test("MkDocs: the folder in docs/trilane and the snippet in the Markdown make a course page that works", async (t) => {
    const folder = scratch();
    try {
      mkdirSync(join(folder, "docs"));
      cpSync(globalThis.site, join(folder, "docs", "trilane"), {recursive: true});
      writeFileSync(join(folder, "mkdocs.yml"), "site_name: Course\nuse_directory_urls: true\nplugins: []\n");
      writeFileSync(join(folder, "docs", "index.md"), "# Course\n\n[threads](threads.md)\n");
      // As the share dialog gives it, with the course's own address; two levels deep, as MkDocs makes pages.
      writeFileSync(join(folder, "docs", "threads.md"), `# Threads

Text before.

<script async src="../trilane/embed.js"></script>
<trilane-lab settings="workload=primes&amp;tasks=8&amp;size=30000" lang="en" lock></trilane-lab>

Text *after*.

<iframe src="../trilane/index.html?workload=primes&amp;tasks=9&amp;embed=1" title="Trilane" allow="cross-origin-isolated" width="900" height="560" loading="eager"></iframe>
`);
      execFileSync(MKDOCS, ["build", "--quiet", "--strict"], {cwd: folder, stdio: "pipe"});
      const server = await servePlain(join(folder, "site"));
      t.expectErrors(/favicon|lab\/latency|highlight|hljs|font|404/);  // the theme's own, some from other hosts
      try {
        const page = await t.open(`${server.url}threads/`);
        const inner = await childFrame(page);
        await inner.waitForFunction(() => window.trilane?.ready);
        await inner.evaluate(() => window.trilane.ready);
        equal(await inner.evaluate(() => document.querySelector('[data-field="tasks"]').value), "9");
        await page.waitForFunction(() => document.querySelector("trilane-lab")?.shadowRoot?.querySelector("button"));
        const result = await page.evaluate((config) => document.querySelector("trilane-lab").run(config), {...QUICK, model: "async"});
        equal(result.valid, true);
        await page.screenshot({path: join(t.out, "mkdocs.png"), fullPage: true, caret: "initial"});
      } finally {
        server.close();
      }
    } finally {
      rmSync(folder, {recursive: true, force: true});
    }
  });
} else {
  console.log("       (there is no mkdocs on this machine: its test is left out)");
}
