// Serves a module of the application in another runtime that runs modules from files, or in Node with require().
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { assignment } from "../parent.mjs";

const { application, entry, apis, variant } = assignment();
const served = JSON.stringify(new URL("../serve.mjs", import.meta.url));
const text = JSON.stringify(apis);

/** The main module: imports nothing by a computed name, which would need a permission in Deno. */
async function main() {
  const file = path.join(application, "main.mjs");
  await writeFile(file, `import worker from "./${entry}";\nimport { serve } from ${served};\nawait serve(${text}.map((api) => ({ ...api, worker })));\n`);
  return file;
}

/** The same with require(), in one file, from which only the package itself is required. */
async function commonMain() {
  const file = path.join(application, "main.cjs");
  await build({
    stdin: {
      contents: `import worker from "./${entry}";\nimport(${served}).then(({ serve }) => serve(${text}.map((api) => ({ ...api, worker }))));\n`,
      resolveDir: application,
    },
    bundle: true,
    format: "cjs",
    platform: "node",
    external: ["countersign", "file:*"],
    outfile: file,
    logLevel: "error",
  });
  return file;
}

/** The program that an npm package brings in one of its packages for this system. */
function binary(name, file) {
  const require = createRequire(import.meta.url);
  for (const system of Object.keys(require(`${name}/package.json`).optionalDependencies)) {
    try {
      return path.join(path.dirname(require.resolve(`${system}/package.json`)), file);
    } catch {
      // It is for another system.
    }
  }
  console.error(`npm's package \`${name}\` brings no program for this system; install the packages of tests/runtimes/others on one that it supports`);
  process.exit(1);
}

const PROGRAMS = {
  require: async () => [process.execPath, await commonMain()],
  bun: async () => [binary("bun", "bin/bun"), "run", await main()],
  // No permission to read: the wasm has to come without one.
  deno: async () => [binary("deno", "deno"), "run", "--no-prompt", "--quiet", "--node-modules-dir=manual", "--allow-net=127.0.0.1", "--allow-env", await main()],
};

const [program, ...parameters] = await PROGRAMS[variant]();
// It inherits our standard input, and ends when that does.
const child = spawn(program, parameters, { cwd: application, stdio: "inherit" });
child.on("error", (error) => process.exit(console.error(error.message) ?? 1));
child.on("exit", (code) => process.exit(code ?? 1));
