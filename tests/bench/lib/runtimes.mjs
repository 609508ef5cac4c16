// Where it is measured: one row a runtime, with how a measurement runs there.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { measure } from "./measure.mjs";

const here = path.dirname(new URL(import.meta.url).pathname);
/** The binaries stand with the runtimes that the tests use. */
const require = createRequire(path.join(here, "../../runtimes/package.json"));
const others = createRequire(path.join(here, "../../runtimes/others/package.json"));
const folderOf = (name) => path.dirname(others.resolve(`${name}/package.json`));
/** Their wrappers want scripts to be run at installation; the packages for the platform have the binaries themselves. */
const platform = `${process.platform}-${process.arch}`;
const BINARIES = {
  bun: () => path.join(folderOf(`@oven/bun-${platform}`), "bin/bun"),
  deno: () => path.join(folderOf(`@deno/${platform}${process.platform === "linux" ? "-glibc" : ""}`), "deno"),
};

const execute = (command, args, env = {}) =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 26, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });

/** A runtime that executes `run.mjs` by itself. */
const direct = (name, command, { before = [], env = {} } = {}) => ({
  name,
  version: () => execute(command(), ["--version"], env).trim().split("\n")[0].replace(/^(v|deno )/, "").replace(/ \(.*$/, ""),
  measure: async (tokensFile) => JSON.parse(execute(command(), [...before, path.join(here, "../run.mjs"), tokensFile], env)),
});

async function answer(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`workerd answered with ${response.status}: ${await response.text()}`);
  return response.json();
}

/** What a request costs that verifies nothing: the median of many, in milliseconds. */
async function emptyRequest(url) {
  const samples = [];
  for (let number = 0; number < 50; number += 1) {
    const start = performance.now();
    await answer(url);
    samples.push(performance.now() - start);
  }
  return samples.toSorted((a, b) => a - b)[25];
}

/**
 * workerd serves `worker.mjs` as it serves the applications of the tests; what a request costs by itself is taken off.
 *
 * @param {string} compatibilityDate which decides whether there is node:crypto
 */
const inWorkerd = (compatibilityDate) => async (_, sets) => {
  const server = spawn(process.execPath, [path.join(here, "../../runtimes/workerd.mjs"), path.join(here, ".."), "worker.mjs", compatibilityDate], {
    env: { ...process.env, COUNTERSIGN_APIS: JSON.stringify([{ name: "bench", environment: {} }]) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [line] = await once(createInterface({ input: server.stdout }), "line");
    const url = JSON.parse(line).bench;
    const results = { rows: [], unable: [] };
    for (const set of sets) {
      const subjects = await (await fetch(`${url}/set`, { method: "POST", body: JSON.stringify(set) })).json();
      const nothing = await emptyRequest(`${url}/turn`);
      const play = async (subject, _set, mode, number) => {
        const query = new URLSearchParams({ subject: subject.name, mode: mode.name, number: String(number) });
        const start = performance.now();
        const { count } = await answer(`${url}/turn?${query}`);
        return { milliseconds: Math.max(0, performance.now() - start - nothing), count };
      };
      const { rows, unable } = await measure(set, subjects, play);
      results.rows.push(...rows);
      results.unable.push(...unable);
    }
    return results;
  } finally {
    server.stdin.end(); // by which it learns that it has to end
    await once(server, "exit");
  }
};

const workerdVersion = () => require("workerd/package.json").version;

export const RUNTIMES = [
  direct("Node", () => process.execPath),
  direct("Bun", () => BINARIES.bun()),
  direct("Deno", () => BINARIES.deno(), { before: ["run", "--allow-all", "--no-lock", "--node-modules-dir=manual"], env: { DENO_NO_UPDATE_CHECK: "1" } }),
  { name: "workerd, WebCrypto only,", version: workerdVersion, measure: inWorkerd("2025-01-01") },
  { name: "workerd with node:crypto,", version: workerdVersion, measure: inWorkerd("2026-10-01") },
];
