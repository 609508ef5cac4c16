// The host's forms of keys, imported once. They belong to the life of the engine that numbered the keys, and end with it.

/** @import { Signature } from "../step.js" */

/**
 * A validator keeps so many imported keys; beyond that the oldest goes. Two for each of a thousand issuers: the one that signs, and the one
 * before or after it; each refresh that brings another set counts anew.
 */
const MAX_CRYPTO_KEYS = 2048;

/** @typedef {"node:crypto" | "webcrypto"} HostName */

/**
 * Each host has a form of its own, for one algorithm, while one RSA key may be for several.
 *
 * @param {HostName} host
 * @param {Signature} question
 */
const nameOf = (host, { algorithm, keyId }) => `${host} ${algorithm} ${keyId}`;

/**
 * The key of this question as it was imported before; null if the host could not use it, undefined if it is not known.
 *
 * @param {HostName} host
 * @param {Signature} question
 */
export const knownKey = (host, question) => question.life.cryptoKeys.get(nameOf(host, question));

/**
 * Keeps an imported key. A key without a number came with a request, and is kept for no other. Keys are kept, not promises of them: a runtime
 * may forbid one request to wait for the promise of another.
 *
 * @param {HostName} host
 * @param {Signature} question
 * @param {import("../step.js").HostKey | null} key
 */
export function keepKey(host, question, key) {
  if (question.keyId === undefined) return;
  const { cryptoKeys } = question.life;
  if (cryptoKeys.size >= MAX_CRYPTO_KEYS) cryptoKeys.delete(/** @type {string} */ (cryptoKeys.keys().next().value));
  cryptoKeys.set(nameOf(host, question), key);
}
