// workerd compiles no bytes at run time: it takes a module by static import only, and hands it over compiled.
import module from "../../wasm/countersign_validator_bg.wasm";
import { initSync } from "../../wasm/countersign_validator.js";

initSync({ module });

export * from "../index.js";
