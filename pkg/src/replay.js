// Whether a DPoP proof comes for the first time (RFC 9449 §11.1): asked of the memory of this isolate, then of the caller's store.
// No verdict falls here: true, false, or undefined for "nobody knows", of which the core makes one.
import { timed } from "./timed.js";

/** @import { Store } from "../index.js" */

/** In front of every key, so that a store may have other things too. Legal in any store and any URL. */
const PREFIX = "countersign.dpop.";

/** What a store has time for, get and put together, in milliseconds: as long as a person waits without a doubt. */
const STORE_TIMEOUT = 2000;

/** Proofs in memory, about 20 MB of them: two thousand a second for a minute. Only proofs of good requests get in. */
export const MAX_PROOFS = 2 ** 17;

/** A full memory is searched as a whole so often, in milliseconds: that takes a few. */
const SEARCH_INTERVAL = 1000;

export class ProofMemory {
  #store;
  #searchedAt = -Infinity;

  /** @type {Map<string, number>} until when, in milliseconds since 1970; in the order of arrival */
  #until = new Map();

  /** @param {Store | undefined} store */
  constructor(store) {
    this.#store = store;
  }

  /**
   * @param {{ replayKey: string, replayUntil: number }} proof
   * @param {number} now in milliseconds
   * @returns {Promise<boolean | undefined>}
   */
  async isFirst({ replayKey, replayUntil }, now) {
    // In one turn up to the set: of two that come at once, one is the first.
    this.#forget(now);
    if (this.#until.has(replayKey)) return false;
    // A full memory alone cannot promise anything more; in front of a store it only saves a question.
    if (this.#until.size >= MAX_PROOFS) {
      if (this.#store === undefined) return undefined;
      this.#until.delete(/** @type {string} */ (this.#until.keys().next().value));
    }
    this.#until.set(replayKey, replayUntil);
    if (this.#store === undefined) return true;
    const seconds = Math.max(1, Math.ceil((replayUntil - now) / 1000));
    const first = await timed(putIfAbsent(this.#store, PREFIX + replayKey, seconds), STORE_TIMEOUT);
    // Nobody was let in: the same request may be sent again.
    if (first === undefined) this.#until.delete(replayKey);
    return first;
  }

  /**
   * Proofs that are refused for their age by now. They came in about the order in which they end, so the search ends early; but a client
   * may date one ahead as far as clocks may differ, and that one must not keep the place of all that came after it.
   *
   * @param {number} now
   */
  #forget(now) {
    const searchesAll = this.#until.size >= MAX_PROOFS && Math.abs(now - this.#searchedAt) >= SEARCH_INTERVAL;
    if (searchesAll) this.#searchedAt = now;
    for (const [key, until] of this.#until) {
      if (until < now) this.#until.delete(key);
      else if (!searchesAll) break;
    }
  }
}

/**
 * @param {Store} store
 * @param {string} key
 * @param {number} seconds
 */
async function putIfAbsent(store, key, seconds) {
  const known = await store.get(key);
  if (known !== undefined && known !== null) return false;
  return !saysThere(await store.put(key, "1", seconds));
}

/**
 * Whether `put` says that the key was there. Beside `false`, what clients answer who were handed through as they are: null for `SET … NX` of
 * Redis, and an object that is not `ok` for a commit of Deno KV whose check failed.
 *
 * @param {any} answer
 */
const saysThere = (answer) => answer === false || answer === null || answer?.ok === false;
