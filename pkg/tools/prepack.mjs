// Before packing: is the wasm there, and whole? Then the form for require(), which Node 20 cannot make of modules by itself, and the licences.
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PARTS = {
  "countersign_validator.js": (bytes) => bytes.includes("initSync") && bytes.includes("__wbg_reset_state"),
  "countersign_validator.d.ts": (bytes) => bytes.includes("class Engine"),
  "THIRD-PARTY-LICENSES.txt": (bytes) => bytes.includes("jwt-compact"),
  "countersign_validator_bg.wasm": (bytes) => WebAssembly.validate(bytes),
};
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const missing = Object.entries(PARTS).filter(([name, isWhole]) => {
  try {
    return !isWhole(readFileSync(at(`wasm/${name}`)));
  } catch {
    return true;
  }
});
if (missing.length > 0) {
  console.error(`pkg/wasm lacks ${missing.map(([name]) => name).join(", ")}. Build it first: cargo xtask build-wasm`);
  process.exit(1);
}

const ENTRY = "src/entry/node.js";
const { outputFiles } = await build({
  absWorkingDir: at("."),
  entryPoints: [ENTRY],
  outfile: "cjs/index.cjs",
  bundle: true,
  write: false,
  platform: "node",
  target: "node20",
  format: "cjs",
  // Of the module's own place only this is known there, and the wasm is found from it.
  define: { "import.meta.url": "entryUrl" },
  banner: { js: `const entryUrl = require("node:url").pathToFileURL(require("node:path").join(__dirname, "../${ENTRY}"));` },
});
mkdirSync(at("cjs"), { recursive: true });
/** Whole or not at all: another pack may be reading. */
function place(path, write) {
  const unfinished = at(`${path}.${process.pid}`);
  write(unfinished);
  renameSync(unfinished, at(path));
}
place("cjs/index.cjs", (to) => writeFileSync(to, outputFiles[0].contents));
place("cjs/index.d.cts", (to) => copyFileSync(at("index.d.ts"), to));
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) place(name, (to) => copyFileSync(at(`../${name}`), to));
