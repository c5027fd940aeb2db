// The two ways in which the page is served: by the program (isolated), and as plain files with no headers of their own,
// as on most web hosts. The plain one can be told to answer some paths wrongly.

import {spawn} from "node:child_process";
import {createReadStream, readdirSync, statSync} from "node:fs";
import {createServer} from "node:http";
import {extname, join, normalize} from "node:path";
import {createInterface} from "node:readline";

const TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm",
               ".json": "application/json", ".svg": "image/svg+xml"};

/** The folder of the files with a content hash; tests name those without it. */
const ASSETS = /^\/assets-[0-9a-f]{16}\//;

/** Where the built page has its file of this name. @param {string} site @param {string} name */
export function siteFile(site, name) {
  const folder = readdirSync(site).find((one) => ASSETS.test(`/${one}/`));
  return join(site, folder, name);
}

/** @returns {Promise<{url: string, close: () => void}>} */
export async function serveIsolated(program, site) {
  const server = spawn(program, ["serve", "--port", "0", "--root", site], {stdio: ["ignore", "pipe", "inherit"]});
  const lines = createInterface({input: server.stdout});
  const url = await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const found = /http:\/\/localhost:\d+\//.exec(line);
      if (found) resolve(found[0]);
    });
    server.on("exit", (code) => reject(new Error(`trilane serve ended with code ${code}`)));
  });
  return {url, close: () => server.kill()};
}

/**
 * @param {string} site
 * @param {(path: string, request: object) => null | {status?: number, headers?: object, body?: Buffer | string, hang?: boolean}} [special]
 * @param {string} [folder] Where the site is on this host.
 */
export async function servePlain(site, special = () => null, folder = "/") {
  const server = createServer((request, response) => {
    let path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    if (!path.startsWith(folder)) {
      response.writeHead(404).end("not found");
      return;
    }
    path = path.slice(folder.length - 1);
    if (path.endsWith("/")) path += "index.html";
    const answer = special(path.replace(ASSETS, "/"), request);
    if (answer?.hang) return;
    if (answer && answer.body !== undefined) {
      response.writeHead(answer.status ?? 200, {"Content-Type": TYPES[extname(path)] ?? "application/octet-stream", ...answer.headers});
      response.end(answer.body);
      return;
    }
    const file = join(site, normalize(path));
    let size;
    try {
      size = statSync(file).size;
    } catch {
      response.writeHead(404).end("not found");
      return;
    }
    response.writeHead(answer?.status ?? 200, {"Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
                                               "Content-Length": size, ...answer?.headers});
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}${folder}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
