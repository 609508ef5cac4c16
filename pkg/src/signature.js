// Signatures by the host's WebCrypto: several times faster than wasm arithmetic for RSA and ECDSA, with the same verdict.

/** @import { LastingEngine, Signature } from "./engine.js" */

/**
 * One row an algorithm that goes to the host (names and parameters: Web Cryptography API §20, §21, §23; RFC 7518 §3; the salt of PSS is as
 * long as the hash, RFC 7518 §3.5). An algorithm without a row stays in the wasm: Ed25519 is as fast there, and strict about points of small
 * order, which hosts are not alike in. ES384 and ES512 are not in the wasm: where the host lacks them, they are unsupported.
 *
 * @type {Record<string, { key: RsaHashedImportParams | EcKeyImportParams, verify: AlgorithmIdentifier | RsaPssParams | EcdsaParams }>}
 */
const HOST_ALGORITHMS = {
  RS256: { key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, verify: { name: "RSASSA-PKCS1-v1_5" } },
  RS384: { key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-384" }, verify: { name: "RSASSA-PKCS1-v1_5" } },
  RS512: { key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" }, verify: { name: "RSASSA-PKCS1-v1_5" } },
  PS256: { key: { name: "RSA-PSS", hash: "SHA-256" }, verify: { name: "RSA-PSS", saltLength: 32 } },
  PS384: { key: { name: "RSA-PSS", hash: "SHA-384" }, verify: { name: "RSA-PSS", saltLength: 48 } },
  PS512: { key: { name: "RSA-PSS", hash: "SHA-512" }, verify: { name: "RSA-PSS", saltLength: 64 } },
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, verify: { name: "ECDSA", hash: "SHA-256" } },
  ES384: { key: { name: "ECDSA", namedCurve: "P-384" }, verify: { name: "ECDSA", hash: "SHA-384" } },
  ES512: { key: { name: "ECDSA", namedCurve: "P-521" }, verify: { name: "ECDSA", hash: "SHA-512" } },
};

/**
 * A validator keeps so many imported keys; beyond that the oldest goes. Two for each of a thousand issuers: the one that signs, and the one
 * before or after it; each refresh that brings another set counts anew.
 */
const MAX_CRYPTO_KEYS = 2048;

/**
 * The host's form of the key of this question; null if the host cannot use it.
 *
 * @param {SubtleCrypto} subtle
 * @param {Signature} question
 * @param {LastingEngine} engine
 */
function importKey(subtle, question, engine) {
  const jwk = JSON.parse(engine.jwk(question) ?? "null");
  return subtle.importKey("jwk", jwk, HOST_ALGORITHMS[question.algorithm].key, false, ["verify"]).catch(() => null);
}

/**
 * The same, imported once. A key without a number came with a request, and is kept for no other. The cache holds keys, not promises: a
 * runtime may forbid one request to wait for the promise of another. A host's key is for one algorithm, while one RSA key may be for several.
 *
 * @param {SubtleCrypto} subtle
 * @param {Signature} question
 * @param {LastingEngine} engine
 */
async function hostKey(subtle, question, engine) {
  const { algorithm, keyId, life: { cryptoKeys } } = question;
  if (keyId === undefined) return importKey(subtle, question, engine);
  const name = `${algorithm} ${keyId}`;
  const known = cryptoKeys.get(name);
  if (known !== undefined) return known;
  const key = await importKey(subtle, question, engine);
  if (cryptoKeys.size >= MAX_CRYPTO_KEYS) cryptoKeys.delete(/** @type {string} */ (cryptoKeys.keys().next().value));
  cryptoKeys.set(name, key);
  return key;
}

/**
 * Whether the host finds the signature right; undefined if the host has no answer, and another arithmetic has to decide.
 *
 * @param {Signature} question
 * @param {LastingEngine} engine
 * @returns {Promise<boolean | undefined>}
 */
export async function verifyByHost(question, engine) {
  const subtle = globalThis.crypto?.subtle;
  if (subtle === undefined || !Object.hasOwn(HOST_ALGORITHMS, question.algorithm)) return undefined;
  try {
    const key = await hostKey(subtle, question, engine);
    if (key === null) return undefined;
    return await subtle.verify(HOST_ALGORITHMS[question.algorithm].verify, key, question.signature, question.input);
  } catch {
    return undefined;
  }
}
