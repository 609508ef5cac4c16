// Bundles a module of the application for Vercel's edge, and serves it in edge-runtime, where code has neither import() nor process.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { EdgeRuntime, runServer } from "edge-runtime";
import { build } from "esbuild";
import { assignment, onParentGone, ready } from "../parent.mjs";

const { application, entry, apis } = assignment();

/** What Vercel's build does with such imports: the file is compiled beforehand, and the code gets the module by a global name. */
const modules = [];
const asModules = {
  name: "wasm?module",
  setup(build) {
    build.onResolve({ filter: /\.wasm\?module$/ }, ({ path: name, resolveDir }) => ({
      path: path.join(resolveDir, name.replace(/\?module$/, "")),
      namespace: "module",
    }));
    build.onLoad({ filter: /.*/, namespace: "module" }, async ({ path: file }) => ({
      contents: `export default wasmModules[${modules.push(await readFile(file)) - 1}];`,
    }));
  },
};

const urls = {};
for (const { name, environment } of apis) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import worker from "./${entry}";
        addEventListener("fetch", (event) => event.respondWith(worker.fetch(event.request, ${JSON.stringify(environment)})));`,
      resolveDir: application,
    },
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["edge-light", "import"],
    plugins: [asModules],
    logLevel: "error",
  });
  const runtime = new EdgeRuntime();
  const compile = runtime.evaluate("(bytes) => new WebAssembly.Module(bytes)");
  runtime.context.wasmModules = modules.map((bytes) => compile(bytes));
  runtime.evaluate(outputFiles[0].text);
  urls[name] = new URL((await runServer({ runtime, host: "127.0.0.1" })).url).origin;
}
onParentGone(() => process.exit());
ready(urls);
