// Everything that is measured, one thing after the other, and the page of results.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { coldStarts } from "./lib/start.mjs";
import { costs, memory } from "./lib/growth.mjs";
import { TOKENS } from "./lib/measure.mjs";
import * as policy from "./lib/policy.mjs";
import { page } from "./lib/report.mjs";
import { RUNTIMES } from "./lib/runtimes.mjs";
import { sizes } from "./lib/sizes.mjs";
import { tokenSets } from "./lib/tokens.mjs";
import { createValidator } from "countersign";

const { values } = parseArgs({
  options: {
    folder: { type: "string" }, // for tokens and results
    page: { type: "string" }, // the page of results, if one is wanted
    tokens: { type: "string", default: "200000" }, // of the measurement of memory
  },
});
const here = path.dirname(new URL(import.meta.url).pathname);
const say = (text) => process.stderr.write(`   ${text}\n`);
const versionOf = (name) => JSON.parse(readFileSync(path.join(here, "node_modules", name, "package.json"), "utf8")).version;

mkdirSync(values.folder, { recursive: true });
say("signing the tokens");
const sets = tokenSets(TOKENS);
const tokensFile = path.join(values.folder, "tokens.json");
writeFileSync(tokensFile, JSON.stringify(sets));

const runtimes = [];
for (const runtime of RUNTIMES) {
  say(`measuring in ${runtime.name}`);
  runtimes.push({ runtime: `${runtime.name} ${runtime.version()}`, ...(await runtime.measure(tokensFile, sets)) });
}
say("measuring sizes, the start, growth and memory");
const { initSync } = await import("../../pkg/wasm/countersign_validator.js");
const last = Number(values.tokens);
// First: what is measured after it leaves memory behind, in the same module.
const memoryRows = await memory(createValidator, initSync().memory, [last / 10, last / 2, last]);
const results = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} cores, ${cpus()[0].model}, ${process.platform} ${process.arch}`,
  versions: Object.fromEntries(["jose", "fast-jwt", "aws-jwt-verify", "hono"].map((name) => [name, versionOf(name)])),
  runtimes,
  sizes: await sizes(),
  starts: coldStarts(here, policy),
  costs: await costs(createValidator),
  memory: memoryRows,
};
writeFileSync(path.join(values.folder, "results.json"), `${JSON.stringify(results, null, 1)}\n`);
const text = page(results);
if (values.page !== undefined) writeFileSync(values.page, text);
console.log(text);
