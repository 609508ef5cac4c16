// Node: read the module beside us, compile it in place. Synchronous, so that no importer has to wait for us.
import { readFileSync } from "node:fs";
import { initSync } from "../../wasm/countersign_validator.js";

initSync({ module: new WebAssembly.Module(readFileSync(new URL("../../wasm/countersign_validator_bg.wasm", import.meta.url))) });

export * from "../index.js";
