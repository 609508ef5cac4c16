// The host's forms of keys, imported once. They belong to the life of the engine that numbered the keys, and end with it.

/** @import { HostKey, Signature } from "../step.js" */

/**
 * A validator keeps so many imported keys; beyond that the oldest goes. Two for each of a thousand issuers: the one that signs, and the one
 * before or after it; each refresh that brings another set counts anew.
 */
const MAX_CRYPTO_KEYS = 2048;

/** The two hosts, as parts of the name of a key. @enum {number} */
export const HOSTS = Object.freeze({ node: 0, web: 1 });

/**
 * Each host has a form of its own, for one algorithm, while one RSA key may be for several. Numbers, because a text would have to be made
 * for each token: of keys and algorithms there are far fewer than what a number holds.
 *
 * @param {number} host one of {@link HOSTS}
 * @param {Signature} question
 */
const nameOf = (host, { algorithm, keyId, life }) => (keyId * life.algorithms.length + life.algorithms.indexOf(algorithm)) * 2 + host;

/** Whether the key of this question came with a request: it is kept for no other. @param {Signature} question */
export const isPassing = ({ keyId }) => keyId < 0;

/**
 * The key of this question as it was imported before; null if the host could not use it, undefined if it is not known.
 *
 * @param {number} host
 * @param {Signature} question
 */
export const knownKey = (host, question) => (isPassing(question) ? undefined : question.life.cryptoKeys.get(nameOf(host, question)));

/**
 * Keeps an imported key. Keys are kept, not promises of them: a runtime may forbid one request to wait for the promise of another.
 *
 * @param {number} host
 * @param {Signature} question
 * @param {HostKey | null} key
 */
export function keepKey(host, question, key) {
  if (isPassing(question)) return;
  const { cryptoKeys } = question.life;
  if (cryptoKeys.size >= MAX_CRYPTO_KEYS) cryptoKeys.delete(/** @type {number} */ (cryptoKeys.keys().next().value));
  cryptoKeys.set(nameOf(host, question), key);
}
