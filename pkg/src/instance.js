// The one wasm instance of this program, and its replacement. A trap leaves memory behind that nothing vouches for, so an instance that
// trapped is never entered again: it is dropped as a whole, with every object that belongs to it.
import { __wbg_reset_state } from "../wasm/countersign_validator.js";

/** @typedef {{ readonly number: number }} Instance stands for the memory of one instance; what belongs to another is gone */

/** @type {Instance} */
let instance = { number: 0 };

/** Whether the instance was entered and not left. Nothing here enters it twice at a time, so that one which is found so has trapped. */
let entered = false;

function replace() {
  __wbg_reset_state();
  instance = { number: instance.number + 1 };
  entered = false;
}

/** The instance to use: a new one, where the last was entered and never left. */
export function currentInstance() {
  if (entered) replace();
  return instance;
}

/** Before a call into the wasm. It only sets a mark, because what fails by lack of stack may lack it for any call. */
export function enter() {
  entered = true;
}

/** After a call into the wasm that ended as calls do. */
export function leave() {
  entered = false;
}
