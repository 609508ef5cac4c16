// What every entry exports, once it has started the wasm instance.
export { cacheStore } from "./cache-store.js";
export { createValidator } from "./validator.js";
export { TokenError } from "./error.js";
