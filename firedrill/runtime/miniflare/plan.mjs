// node plan.mjs MINIFLARE FOLDER: has Miniflare plan what FOLDER/options.json asks for; nothing is started.
// The program that it takes for workerd (MINIFLARE_WORKERD_PATH, see plan.py) keeps the configuration that it is given.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [library, folder] = process.argv.slice(2);
const { Miniflare, Log, LogLevel, convertV4MiniflareOptions } = createRequire(import.meta.url)(library);

const BINARY = ["Data", "CompiledWasm"];

/** A module with its bytes, under the folder that every Worker's modules are said to be in. */
function module({ type, path, contents }) {
  const bytes = Buffer.from(contents, "base64");
  return { type, path: join(folder, path), contents: BINARY.includes(type) ? new Uint8Array(bytes) : bytes.toString() };
}

const { workers } = JSON.parse(readFileSync(join(folder, "options.json"), "utf8"));
const planned = new Miniflare(
  convertV4MiniflareOptions({
    cf: false, // or it would be fetched from Cloudflare
    log: new Log(LogLevel.NONE),
    logRequests: false,
    resourcePersistencePath: join(folder, "state"),
    resourceTmpPath: join(folder, "tmp"),
    workers: workers.map((each) => ({ ...each, modulesRoot: folder, modules: each.modules.map(module) })),
  }),
);
// Where the plan is kept this weighs nothing: what stood for workerd has ended.
await planned.ready.catch((error) => console.error(error.message));
process.exit(0);
