// Key pairs for tests, made by WebCrypto.
import { ALGORITHMS } from "../sign.js";

/** @import { AssertionAlgorithm } from "../../client.js" */

/** RSA keys of tests are as small as is accepted (RFC 7518 §3.3), because larger ones take long to make. */
const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/**
 * @typedef {{ algorithm: AssertionAlgorithm, kid: string, privateKey: CryptoKey, publicJwk: Record<string, unknown> }} KeyPair
 *
 * @param {AssertionAlgorithm} algorithm
 * @param {string} kid
 * @returns {Promise<KeyPair>}
 */
export async function keyPair(algorithm, kid) {
  const { import: parameters } = ALGORITHMS[algorithm];
  const size = parameters.name.startsWith("RSA") ? RSA : {};
  const pair = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey({ ...parameters, ...size }, false, ["sign", "verify"]));
  const { key_ops: _operations, ext: _extractable, alg: _name, ...members } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { algorithm, kid, privateKey: pair.privateKey, publicJwk: { ...members, kid, alg: algorithm, use: "sig" } };
}
