// Questions that were asked and are not answered yet. What a question holds lies in the wasm, where nobody collects it, while a runtime may
// drop a request that waits without a word: whoever sends a request and hangs up must not leave memory behind.

/** @import { Step } from "../wasm/countersign_validator.js" */

/** So long a question may be under way, in milliseconds: five times what a store may take. */
const ABANDONED = 10_000;

export class OpenQuestions {
  /** @type {Map<Step, number>} when it was asked, in milliseconds since 1970; in that order */
  #asked = new Map();

  /**
   * @param {Step} step
   * @param {number} now
   */
  add(step, now) {
    this.#asked.set(step, now);
  }

  /** @param {Step} step */
  has(step) {
    return this.#asked.has(step);
  }

  /**
   * Before its answer, which takes what it holds.
   *
   * @param {Step} step
   */
  close(step) {
    this.#asked.delete(step);
  }

  /**
   * Frees what nobody answered in time, or what was asked as far in the future: the clock was set back then. Clocks of one moment may differ by
   * less, where a runtime stops them for each request. An answer that comes all the same begins anew.
   *
   * @param {number} now
   */
  letGo(now) {
    for (const [step, asked] of this.#asked) {
      if (Math.abs(now - asked) < ABANDONED) break;
      this.#asked.delete(step);
      step.free();
    }
  }
}
