// The entry: the same for every runtime, since it needs nothing but fetch and WebCrypto.
export { createClient } from "./client.js";
export { ClientError } from "./error.js";
