// Vercel's edge compiles no bytes at run time either; a static import with this query gives a module there.
import module from "../../wasm/countersign_validator_bg.wasm?module";
import { initSync } from "../../wasm/countersign_validator.js";

initSync({ module });

export * from "../index.js";
