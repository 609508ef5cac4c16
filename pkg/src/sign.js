// JWTs signed by WebCrypto: assertions of the client, tokens for tests. Nothing that verifies comes here.

/** @import { AssertionAlgorithm } from "../client.js" */

/** @type {(hash: string) => { import: any, sign: any }} */
const pkcs1 = (hash) => ({ import: { name: "RSASSA-PKCS1-v1_5", hash }, sign: { name: "RSASSA-PKCS1-v1_5" } });
/** @type {(hash: string, saltLength: number) => { import: any, sign: any }} */
const pss = (hash, saltLength) => ({ import: { name: "RSA-PSS", hash }, sign: { name: "RSA-PSS", saltLength } });
/** @type {(namedCurve: string, hash: string) => { import: any, sign: any }} */
const ecdsa = (namedCurve, hash) => ({ import: { name: "ECDSA", namedCurve }, sign: { name: "ECDSA", hash } });

/**
 * One row an algorithm (RFC 7518 §3, RFC 8037 §3.1): what WebCrypto is told to import or make a key, and to sign. The salt of PSS is as long
 * as the hash (RFC 7518 §3.5).
 *
 * @type {Record<AssertionAlgorithm, { import: any, sign: any }>}
 */
export const ALGORITHMS = {
  RS256: pkcs1("SHA-256"),
  RS384: pkcs1("SHA-384"),
  RS512: pkcs1("SHA-512"),
  PS256: pss("SHA-256", 32),
  PS384: pss("SHA-384", 48),
  PS512: pss("SHA-512", 64),
  ES256: ecdsa("P-256", "SHA-256"),
  ES384: ecdsa("P-384", "SHA-384"),
  ES512: ecdsa("P-521", "SHA-512"),
  EdDSA: { import: { name: "Ed25519" }, sign: { name: "Ed25519" } },
};

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
