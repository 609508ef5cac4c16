// What the examples are put into: the packed package, the packages that they name, and servers that end with the test.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const at = (place) => fileURLToPath(new URL(`../../../${place}`, import.meta.url));
const PACKAGE = at("pkg");
const NODE_MODULES = at("tests/examples/node_modules");

/**
 * A folder as a user has it: the example, the package as it is packed, and what it depends on.
 *
 * @param {string} example from the repository's root
 */
export function install(example) {
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-example-"));
  cpSync(at(example), folder, { recursive: true });
  const modules = path.join(folder, "node_modules");
  mkdirSync(modules);
  // Its scripts would build what has been built before.
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: PACKAGE, stdio: ["ignore", "pipe", "ignore"] }),
  );
  execFileSync("tar", ["-xf", filename], { cwd: folder });
  cpSync(path.join(folder, "package"), path.join(modules, "countersign"), { recursive: true });
  for (const name of readdirSync(NODE_MODULES)) {
    if (!name.startsWith(".")) symlinkSync(path.join(NODE_MODULES, name), path.join(modules, name));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * A server in a process of its own, from when it has printed a line that `isReady` takes. Without one it is a server of the tests, which
 * prints its facts as JSON.
 *
 * @param {string} command
 * @param {readonly string[]} arguments_
 * @param {{ cwd?: string, environment?: Record<string, string>, isReady?: (line: string) => unknown }} [options]
 */
export async function start(command, arguments_, { cwd, environment, isReady } = {}) {
  const isOurs = isReady === undefined;
  const readyBy = isReady ?? ((line) => line.startsWith("{") && JSON.parse(line));
  const child = spawn(command, arguments_, { cwd, env: { ...process.env, NODE_NO_WARNINGS: "1", ...environment }, stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  const facts = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`${command} ended with ${code}\n${output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        output += `${line}\n`;
        const ready = readyBy(line);
        if (ready) resolve(ready);
      });
    }
  });
  return {
    facts,
    output: () => output,
    /** The servers of the tests end with their input, and so end what they have started; an example is ended. */
    stop() {
      if (isOurs) child.stdin.end();
      else child.kill();
    },
  };
}

/** npm oidc-provider on loopback. */
export const startAuthorizationServer = () => start(process.execPath, [at("tests/servers/oidc-provider/server.mjs")]);

/**
 * A module that exports `fetch` as a Worker does, in a runtime of `tests/runtimes`.
 *
 * @param {string} script
 * @param {string} folder
 * @param {string} entry
 * @param {Record<string, string>} environment
 * @param {string} [variant]
 */
async function serve(script, folder, entry, environment, variant = "") {
  const server = await start(process.execPath, [at(`tests/runtimes/${script}`), folder, entry, variant], {
    environment: { COUNTERSIGN_APIS: JSON.stringify([{ name: "example", environment }]) },
  });
  return { ...server, url: server.facts.example };
}

/** In workerd, as of a date of compatibility. */
export const startWorkerd = (folder, entry, environment, date = "2025-01-01") => serve("workerd.mjs", folder, entry, environment, date);

/** In edge-runtime. */
export const startEdge = (folder, entry, environment) => serve("others/edge-runtime.mjs", folder, entry, environment);

/** The program that the npm package of Deno brings for this system. */
export function denoProgram() {
  const folder = at("tests/runtimes/others/node_modules/@deno");
  const [system] = readdirSync(folder);
  return path.join(folder, system, process.platform === "win32" ? "deno.exe" : "deno");
}
