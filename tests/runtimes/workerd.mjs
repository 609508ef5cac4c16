// Bundles a module of the application as its users do, and serves it in workerd: one Worker and one port an API.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { assignment, onParentGone, ready } from "./parent.mjs";

const ENTRY = "worker.js";
const { application, entry, apis, variant: compatibilityDate } = assignment();
const binary = await import("workerd").then(
  ({ default: module }) => module.default,
  () => process.exit(console.error("workerd has no binary for this machine in node_modules") ?? 1),
);
const folder = await mkdtemp(path.join(tmpdir(), "countersign-workerd-"));

const { metafile } = await build({
  absWorkingDir: application,
  entryPoints: [{ in: entry, out: path.parse(ENTRY).name }],
  outdir: folder,
  bundle: true,
  format: "esm",
  target: "es2022",
  conditions: ["workerd", "worker", "import"],
  external: ["node:*"],
  loader: { ".wasm": "copy" }, // workerd takes wasm as a module of its own, never as bytes
  metafile: true,
  logLevel: "error",
});

const text = JSON.stringify; // Cap'n Proto writes strings as JSON does
const modules = Object.keys(metafile.outputs)
  .map((output) => path.basename(output))
  .sort((a) => (a === ENTRY ? -1 : 1)) // the first one is the Worker
  .map((name) => `(name = ${text(name)}, ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed ${text(name)})`);
const services = apis.map(({ name, environment }) => {
  const bindings = Object.entries(environment).map(([key, value]) => `(name = ${text(key)}, text = ${text(value)})`);
  return `(name = ${text(name)}, worker = (
    modules = [${modules.join(", ")}],
    bindings = [${bindings.join(", ")}],
    compatibilityDate = ${text(compatibilityDate)},
    globalOutbound = "outside"))`;
});
const sockets = apis.map(
  ({ name }) => `(name = ${text(name)}, address = "127.0.0.1:0", http = (), service = ${text(name)})`,
);
await writeFile(
  path.join(folder, "config.capnp"),
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${services.join(",\n    ")},
    # The authorization server is on loopback, which a Worker reaches only when it is said.
    (name = "outside", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))
  ],
  sockets = [${sockets.join(", ")}]
);
`,
);

const server = spawn(binary, ["serve", "config.capnp", "--control-fd=3"], {
  cwd: folder,
  stdio: ["ignore", "inherit", "inherit", "pipe"],
});
async function end(status) {
  server.removeAllListeners("exit");
  server.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
  process.exit(status);
}
onParentGone(() => end(0));
server.on("error", (error) => {
  console.error(error.message);
  end(1);
});
server.on("exit", (code, signal) => {
  console.error(`workerd ended with ${signal ?? code}`);
  end(1);
});

const urls = {};
for await (const line of createInterface({ input: server.stdio[3] })) {
  const { event, socket, port } = JSON.parse(line);
  if (event !== "listen") continue;
  urls[socket] = `http://127.0.0.1:${port}`;
  if (Object.keys(urls).length === apis.length) ready(urls);
}
