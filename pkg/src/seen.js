// Tokens that this engine has accepted, by their text: what came again needs no bytes carried into the wasm and no claims out of it. Whether
// such a token is good now is the core's to say each time; here stands only what it looks like.

/** @import { VerifiedToken } from "../index.js" */

/** What an entry costs beside its texts, in bytes: the frozen objects, and two places in a map. Generous. */
const BYTES_OF_ENTRY = 1024;

/** And each array and object in it, which a text of three characters makes; a client may have shaped a claim. */
const BYTES_OF_NODE = 64;

/**
 * @typedef {object} Seen
 * @property {number} number under which the core remembers the token
 * @property {import("./step.js").Accepted} verdict
 * @property {number} bytes
 */

/** Up to a number of bytes, in two generations as in the core: what is used moves into the young one, the old one goes as a whole. */
export class SeenTokens {
  #limit;
  /** @type {Map<string, Seen>} */
  #young = new Map();
  /** @type {Map<string, Seen>} */
  #old = new Map();
  #bytes = 0;

  /** @param {number} limit in bytes, by an estimate */
  constructor(limit) {
    this.#limit = limit;
  }

  /** @param {string} text */
  get(text) {
    const seen = this.#young.get(text);
    if (seen !== undefined) return seen;
    const old = this.#old.get(text);
    if (old !== undefined) this.#put(text, old);
    return old;
  }

  /**
   * @param {string} text as the core was given it
   * @param {number} number
   * @param {VerifiedToken} token
   * @param {number} length of the token as JSON text
   * @param {number} nodes how many objects and arrays it has
   */
  add(text, number, token, length, nodes) {
    const bytes = BYTES_OF_ENTRY + 2 * (text.length + 2 * length) + BYTES_OF_NODE * nodes;
    if (bytes <= this.#limit / 2) this.#put(text, { number, verdict: { kind: "accepted", token, dpopNonce: undefined }, bytes });
  }

  /**
   * @param {string} text
   * @param {Seen} seen
   */
  #put(text, seen) {
    if (this.#bytes + seen.bytes > this.#limit / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#bytes = 0;
    }
    this.#bytes += seen.bytes - (this.#young.get(text)?.bytes ?? 0);
    this.#young.set(text, seen);
  }
}
