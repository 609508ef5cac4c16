// The Cache API (Workers, Deno, service workers, browsers) as a store of key sets.

/** @import { KeysOnlyStore } from "../index.js" */

/** No host has this name (RFC 6761 §6.4): nobody can ask a cache in front of an application for an entry, or fill one, by a request. */
const ORIGIN = "https://countersign.invalid/";

/**
 * @param {Pick<Cache, "match" | "put">} cache
 * @returns {KeysOnlyStore}
 */
export const cacheStore = (cache) =>
  Object.freeze({
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
