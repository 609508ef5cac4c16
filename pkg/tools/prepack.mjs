// Before packing: is the wasm there, and whole?
import { readFileSync } from "node:fs";

const PARTS = {
  "countersign_validator.js": (bytes) => bytes.includes("initSync") && bytes.includes("__wbg_reset_state"),
  "countersign_validator.d.ts": (bytes) => bytes.includes("class Engine"),
  "THIRD-PARTY-LICENSES.txt": (bytes) => bytes.includes("jwt-compact"),
  "countersign_validator_bg.wasm": (bytes) => WebAssembly.validate(bytes),
};

const missing = Object.entries(PARTS).filter(([name, isWhole]) => {
  try {
    return !isWhole(readFileSync(new URL(`../wasm/${name}`, import.meta.url)));
  } catch {
    return true;
  }
});
if (missing.length > 0) {
  console.error(`pkg/wasm lacks ${missing.map(([name]) => name).join(", ")}. Build it first: cargo xtask build-wasm`);
  process.exit(1);
}
