// node fetch_npm.mjs FOLDER: what FOLDER/package-lock.json names, into FOLDER/node_modules, each checked by its hash. For
// machines without npm, whose Debian package brings nearly 400 others. No scripts of packages are run, nor are there links
// in .bin. The registry is npm's own or the one that its settings name; what else they may say (proxies, passwords) is not
// understood: who has such settings has npm.
import {execFileSync} from "node:child_process";
import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readFileSync} from "node:fs";
import {homedir} from "node:os";
import {join} from "node:path";

const folder = process.argv[2];

function registry() {
  const settings = [".npmrc", join(homedir(), ".npmrc"), "/etc/npmrc"].filter(existsSync);
  const named = settings.flatMap((file) => /^registry *= *(\S+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? []);
  return (process.env.npm_config_registry || named[0] || "https://registry.npmjs.org").replace(/\/$/, "");
}

async function fetched(name, version, integrity) {
  const url = `${registry()}/${name}/-/${name.split("/").pop()}-${version}.tgz`;
  const answer = await fetch(url).catch((error) => {
    throw new Error(`${url}: ${error.cause?.code || error.cause?.message || error.message}`);
  });
  if (!answer.ok) throw new Error(`${url}: HTTP ${answer.status}`);
  const archive = Buffer.from(await answer.arrayBuffer());
  const [algorithm, wanted] = integrity.split(/-(.*)/);
  if (createHash(algorithm).update(archive).digest("base64") !== wanted) throw new Error(`${url}: its hash is not the lock file's`);
  return archive;
}

async function install(place, {version, integrity}) {
  const name = place.split("node_modules/").pop();
  const archive = await fetched(name, version, integrity);
  const target = join(folder, place);
  mkdirSync(target, {recursive: true});
  execFileSync("tar", ["-xz", "-C", target, "--strip-components=1", "--no-same-owner"], {input: archive});
  console.log(`${name} ${version}`);
}

const {packages} = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
try {
  for (const [place, entry] of Object.entries(packages)) {
    if (place !== "" && !entry.optional) await install(place, entry);
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
