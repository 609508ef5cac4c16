// The Cache API (Workers, Deno, service workers, browsers) as a store of key sets.

import { misuse } from "./error.js";

/** @import { CacheLike, KeysOnlyStore } from "../index.js" */

/** No host has this name (RFC 6761 §6.4): nobody can ask a cache in front of an application for an entry, or fill one, by a request. */
const ORIGIN = "https://countersign.invalid/";

/**
 * What is no cache is told at once: as a store that always fails it would only ever be missed by its slowness.
 *
 * @param {CacheLike} cache
 * @returns {KeysOnlyStore}
 */
export function cacheStore(cache) {
  if (typeof cache?.match !== "function" || typeof cache.put !== "function") {
    throw misuse("`cache` of cacheStore: must be a Cache, such as `caches.default` in Workers or `await caches.open(name)`");
  }
  return Object.freeze({
    keysOnly: /** @type {const} */ (true),

    /** @param {string} key */
    async get(key) {
      return (await cache.match(ORIGIN + key))?.text();
    },

    /**
     * @param {string} key
     * @param {string} value
     * @param {number} ttlSeconds
     */
    async put(key, value, ttlSeconds) {
      await cache.put(ORIGIN + key, new Response(value, { headers: { "cache-control": `max-age=${ttlSeconds}` } }));
    },
  });
}
