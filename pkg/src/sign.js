// JWTs signed by WebCrypto: assertions of the client, tokens for tests. Nothing that verifies comes here.

import { forWebCrypto, hostTable } from "./crypto/algorithms.js";

/** @import { AssertionAlgorithm } from "../client.js" */

/** Ed25519 (RFC 8037 §3.1): to be signed with by the host, while it is never verified there. */
const ED25519 = { import: { name: "Ed25519" }, sign: { name: "Ed25519" } };

/**
 * One row an algorithm: what WebCrypto is told to import or make a key, and to sign.
 *
 * @type {Record<AssertionAlgorithm, { import: any, sign: any }>}
 */
export const ALGORITHMS = /** @type {any} */ ({
  ...Object.fromEntries(
    hostTable((row) => {
      const { key, verify } = forWebCrypto(row);
      return { import: key, sign: verify };
    }),
  ),
  EdDSA: ED25519,
});

/** @param {Uint8Array} bytes */
export const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const utf8 = new TextEncoder();

/** @param {object} value */
const part = (value) => base64url(utf8.encode(JSON.stringify(value)));

/**
 * A JWT in compact serialization (RFC 7515 §7.1).
 *
 * @param {object} header
 * @param {object} claims
 * @param {CryptoKey} key
 * @param {AssertionAlgorithm} algorithm
 */
export async function signJwt(header, claims, key, algorithm) {
  const input = `${part(header)}.${part(claims)}`;
  const signature = await crypto.subtle.sign(ALGORITHMS[algorithm].sign, key, utf8.encode(input));
  return `${input}.${base64url(new Uint8Array(signature))}`;
}
