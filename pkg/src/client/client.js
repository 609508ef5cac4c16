// The public object. What it holds lies in closures: it can be printed.
import { fetchWithToken } from "./attach.js";
import { refuseBrowsers } from "./browser.js";
import { readNeed, readOptions } from "./options.js";
import { Tokens } from "./tokens.js";

/**
 * @import { Client, ClientOptions } from "../../client.js"
 * @import { Need, Settings } from "./options.js"
 */

/**
 * @param {Settings} settings
 * @param {Tokens} tokens
 * @param {Need} need
 * @returns {Client}
 */
const clientOf = (settings, tokens, need) =>
  Object.freeze({
    token: async () => tokens.get(need),
    fetch: async (/** @type {RequestInfo | URL} */ input, /** @type {RequestInit | undefined} */ init) =>
      fetchWithToken(settings, tokens, need, input, init),
    with: (/** @type {import("../../client.js").TokenOptions} */ options) => clientOf(settings, tokens, readNeed(need, options)),
  });

/**
 * @param {ClientOptions} options
 * @returns {Client}
 */
export function createClient(options) {
  refuseBrowsers();
  const settings = readOptions(options);
  return clientOf(settings, new Tokens(settings), settings.need);
}
