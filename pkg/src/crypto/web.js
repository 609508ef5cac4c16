// Signatures by the host's WebCrypto: where there is no node:crypto, several times faster than wasm arithmetic for RSA and ECDSA.
import { hostTable } from "./algorithms.js";
import { keepKey, knownKey } from "./keys.js";

/** @import { LastingEngine, Signature } from "../engine.js" */

/** Names and parameters: Web Cryptography API §20, §21, §23. */
const TABLE = hostTable((row) => {
  const hash = `SHA-${row.bits}`;
  switch (row.scheme) {
    case "ECDSA":
      return { key: { name: row.scheme, namedCurve: row.curve }, verify: { name: row.scheme, hash } };
    case "RSA-PSS":
      return { key: { name: row.scheme, hash }, verify: { name: row.scheme, saltLength: row.bits / 8 } };
    default:
      return { key: { name: row.scheme, hash }, verify: { name: row.scheme } };
  }
});

/** @returns {SubtleCrypto | undefined} looked up with each use, as `fetch` is */
const subtle = () => globalThis.crypto?.subtle;

export const hasWebCrypto = () => typeof subtle()?.verify === "function";

/**
 * Whether the host finds the signature right; undefined if the host has no answer, and another arithmetic has to decide.
 *
 * @param {Signature} question
 * @param {LastingEngine} engine
 * @returns {Promise<boolean | undefined>}
 */
export async function verifyByWebCrypto(question, engine) {
  const row = TABLE.get(question.algorithm);
  const host = subtle();
  if (row === undefined || host === undefined) return undefined;
  try {
    let key = /** @type {CryptoKey | null | undefined} */ (knownKey("webcrypto", question));
    if (key === undefined) {
      const jwk = JSON.parse(engine.jwk(question) ?? "null");
      key = await host.importKey("jwk", jwk, row.key, false, ["verify"]).catch(() => null);
      keepKey("webcrypto", question, key);
    }
    if (key === null) return undefined;
    return await host.verify(row.verify, key, question.signature, question.input);
  } catch {
    return undefined;
  }
}
