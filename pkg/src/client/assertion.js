// The assertion of private_key_jwt (RFC 7523 §2.2, §3), signed by WebCrypto.
import { ALGORITHMS, base64url, signJwt } from "../sign.js";
import { misuse } from "./error.js";

/** @import { AssertionAlgorithm } from "../../client.js" */

/** An assertion lives so long, in seconds: it is made for one request. RFC 7523 §3 leaves the length to the parties. */
const LIFETIME = 60;

/** Bytes of the `jti`: 128 bits, so that no two are alike. */
const JTI_BYTES = 16;

/** RSA keys must have so many bits (RFC 7518 §3.3). */
const MIN_RSA_BITS = 2048;

/**
 * Whether a key of the host is one for the algorithm.
 *
 * @param {any} key
 * @param {AssertionAlgorithm} name
 */
function fits(key, name) {
  const { import: wanted } = ALGORITHMS[name];
  return (
    key.algorithm.name === wanted.name &&
    (wanted.hash === undefined || key.algorithm.hash?.name === wanted.hash) &&
    (wanted.namedCurve === undefined || key.algorithm.namedCurve === wanted.namedCurve)
  );
}

const names = /** @type {AssertionAlgorithm[]} */ (Object.keys(ALGORITHMS));

/** @param {unknown} key @returns {key is CryptoKey} */
export const isCryptoKey = (key) => Object.prototype.toString.call(key) === "[object CryptoKey]";

/**
 * The algorithm that a key is for, where the key leaves no choice.
 *
 * @param {CryptoKey | JsonWebKey | string} key
 * @returns {AssertionAlgorithm | undefined}
 */
export function algorithmOf(key) {
  if (typeof key === "string") return undefined;
  if (isCryptoKey(key)) return names.find((name) => fits(key, name));
  if (key.alg !== undefined) return names.find((name) => name === key.alg || (key.alg === "Ed25519" && name === "EdDSA"));
  if (key.kty === "OKP") return key.crv === "Ed25519" ? "EdDSA" : undefined;
  return names.find((name) => key.kty === "EC" && ALGORITHMS[name].import.namedCurve === key.crv);
}

/** PKCS #8 (RFC 7468 §10). Of the line breaks it can do without those that are white space, but not with those that are a backslash and an n. */
const PEM = /^\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----\s*$/;
/** The longest that is taken, in characters: twice what the largest RSA key has. */
const MAX_PEM = 16_384;

/** @param {string} text */
export const isPem = (text) => text.length <= MAX_PEM && PEM.test(text);

/** @param {string} pem */
function pkcs8(pem) {
  const [, base64 = ""] = PEM.exec(pem) ?? [];
  return Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
}

/**
 * The host's form of the key. What the host says about a key that it does not take is not repeated: it may quote it.
 *
 * @param {CryptoKey | JsonWebKey | string} key
 * @param {AssertionAlgorithm} algorithm
 * @returns {Promise<CryptoKey>}
 */
export async function importKey(key, algorithm) {
  const { import: parameters } = ALGORITHMS[algorithm];
  let imported;
  try {
    if (isCryptoKey(key)) imported = key;
    else if (typeof key === "string") imported = await crypto.subtle.importKey("pkcs8", pkcs8(key), parameters, false, ["sign"]);
    else {
      // Only what makes up the key: `use`, `key_ops` and `alg` are spelt in ways that hosts refuse.
      const { alg: _alg, use: _use, key_ops: _ops, ext: _ext, ...members } = key;
      imported = await crypto.subtle.importKey("jwk", members, parameters, false, ["sign"]);
    }
  } catch {
    throw misuse("option `privateKey`: is not a private key for this `algorithm`, or this runtime does not support it");
  }
  if (/** @type {any} */ (imported.algorithm).modulusLength < MIN_RSA_BITS) {
    throw misuse("option `privateKey`: an RSA key must have 2048 bits or more (RFC 7518 §3.3)");
  }
  return imported;
}

/**
 * @param {object} facts
 * @param {CryptoKey} facts.key
 * @param {AssertionAlgorithm} facts.algorithm
 * @param {string | undefined} facts.keyId
 * @param {string} facts.clientId
 * @param {string} facts.audience
 * @param {number} facts.now in milliseconds
 */
export function assertion({ key, algorithm, keyId, clientId, audience, now }) {
  const iat = Math.floor(now / 1000);
  // The type keeps it from being taken for another kind of JWT (draft-ietf-oauth-rfc7523bis §4, RFC 8725 §3.11).
  const header = { alg: algorithm, typ: "client-authentication+jwt", kid: keyId };
  const jti = base64url(crypto.getRandomValues(new Uint8Array(JTI_BYTES)));
  const claims = { iss: clientId, sub: clientId, aud: audience, jti, iat, exp: iat + LIFETIME };
  return signJwt(header, claims, key, algorithm);
}
