// The one wasm instance of this program, and its replacement. A trap leaves memory behind that nothing vouches for, so an instance that
// trapped is never entered again: it is dropped as a whole, with every object that belongs to it.
import { __wbg_reset_state } from "../wasm/countersign_validator.js";

/** @typedef {{ readonly number: number }} Instance stands for the memory of one instance; what belongs to another is gone */

/** @type {Instance} */
let instance = { number: 0 };

export const currentInstance = () => instance;

/**
 * Replaces an instance that trapped; once, however many calls saw it die.
 *
 * @param {Instance} dead
 */
export function replaceInstance(dead) {
  if (dead !== instance) return;
  __wbg_reset_state();
  instance = { number: dead.number + 1 };
}
