// Signatures by the host's WebCrypto: where there is no node:crypto, several times faster than wasm arithmetic.
import { forWebCrypto, hostTable } from "./algorithms.js";
import { HOSTS, keepKey, knownKey } from "./keys.js";

/**
 * @import { LastingEngine } from "../engine.js"
 * @import { Signature } from "../step.js"
 */

const TABLE = hostTable(forWebCrypto);

/** @returns {SubtleCrypto | undefined} looked up with each use, as `fetch` is */
const subtle = () => globalThis.crypto?.subtle;

export const hasWebCrypto = () => typeof subtle()?.verify === "function";

/**
 * null for a key that the host will never use: of an algorithm that it does not have, or that it finds malformed. A failure of the
 * operation itself (OperationError) may not come again, and is thrown.
 *
 * @param {unknown} reason
 */
function unusable(reason) {
  if (reason instanceof Error && reason.name === "OperationError") throw reason;
  return null;
}

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
    let key = /** @type {CryptoKey | null | undefined} */ (knownKey(HOSTS.web, question));
    if (key === undefined) {
      const jwk = JSON.parse(engine.jwk(question) ?? "null");
      key = await host.importKey("jwk", jwk, row.key, false, ["verify"]).catch(unusable);
      keepKey(HOSTS.web, question, key);
    }
    const octets = key === null ? undefined : engine.octets(question);
    if (octets === undefined || key === null) return undefined;
    // Copies: what happens in the wasm while the host is at work must not reach what it looks at.
    return await host.verify(row.verify, key, octets.signature.slice(), octets.input.slice());
  } catch {
    return undefined;
  }
}
