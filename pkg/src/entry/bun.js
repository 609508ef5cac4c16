// Bun: the path of the file, which its bundler and its compiled programs know too; read and compiled in place.
import { readFileSync } from "node:fs";
import path from "../../wasm/countersign_validator_bg.wasm" with { type: "file" };
import { initSync } from "../../wasm/countersign_validator.js";

initSync({ module: new WebAssembly.Module(readFileSync(/** @type {any} */ (path))) });

export * from "../index.js";
