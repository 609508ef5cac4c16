// The one wasm instance of this program, and its replacement. A trap leaves memory behind that nothing vouches for, so an instance that
// trapped is never entered again: it is dropped as a whole, with every object and every imported key that belongs to it.
import { __wbg_reset_state } from "../wasm/countersign_validator.js";

/**
 * @typedef {object} Instance
 * @property {Map<number, CryptoKey | null>} cryptoKeys the host's form of ingested keys, by the number that this instance gave them;
 *   null where the host cannot use the key
 */

/** @returns {Instance} */
const fresh = () => ({ cryptoKeys: new Map() });

let instance = fresh();

/** The living instance; compare it with one held from before an await to know whether that one is gone. */
export const currentInstance = () => instance;

/**
 * Replaces an instance that trapped; once, however many calls saw it die.
 *
 * @param {Instance} dead
 */
export function replaceInstance(dead) {
  if (dead !== instance) return;
  __wbg_reset_state();
  instance = fresh();
}
