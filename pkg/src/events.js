// What the caller may watch: plain facts without a byte of a request. Nothing that a listener does changes a verdict.

/** @import { ValidatorEvent } from "../index.js" */

/** @typedef {(event: ValidatorEvent) => void} Tell */

/**
 * @param {((event: ValidatorEvent) => unknown) | undefined} listener
 * @returns {Tell}
 */
export function teller(listener) {
  if (listener === undefined) return () => undefined;
  return (event) => {
    try {
      // Not waited for; where it is a promise that fails, nobody else would take its error.
      Promise.resolve(listener(Object.freeze(event))).catch(() => undefined);
    } catch {
      // The listener's own matter.
    }
  };
}
