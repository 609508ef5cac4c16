// Pages, their workers, and whatever else runs modules: the wasm is fetched from beside us when the first validator is made. The form of the
// URL is the one that bundlers look for, and copy the file by.
import start from "../../wasm/countersign_validator.js";
import { misuse } from "../error.js";
import { createValidator as create } from "../validator.js";

export { cacheStore } from "../cache-store.js";
export { TokenError } from "../error.js";

/** @type {typeof create} */
export async function createValidator(options) {
  try {
    await start({ module_or_path: new URL("../../wasm/countersign_validator_bg.wasm", import.meta.url) });
  } catch {
    throw misuse("the wasm module cannot be loaded: countersign_validator_bg.wasm has to be served where the bundler placed it");
  }
  return create(options);
}
