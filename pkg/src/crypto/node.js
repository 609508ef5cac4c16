// Signatures by node:crypto: without waiting, and faster than WebCrypto wherever both are there. The module is found and never imported, so
// that this file loads in every runtime.
import { hostTable } from "./algorithms.js";
import { keepKey, knownKey } from "./keys.js";

/**
 * @import { KeyObject } from "node:crypto"
 * @import { LastingEngine } from "../engine.js"
 * @import { Signature } from "../step.js"
 */

/** RSASSA-PSS by its number in OpenSSL, which node:crypto takes; not every runtime that has node:crypto has its `constants`. */
const RSA_PKCS1_PSS_PADDING = 6;

/** Signatures of ECDSA are two numbers side by side in JOSE (RFC 7518 §3.4). */
const TABLE = hostTable((row) => {
  const hash = `sha${row.bits}`;
  switch (row.scheme) {
    case "ECDSA":
      return { hash, how: { dsaEncoding: /** @type {const} */ ("ieee-p1363") } };
    case "RSA-PSS":
      return { hash, how: { padding: RSA_PKCS1_PSS_PADDING, saltLength: row.bits / 8 } };
    default:
      return { hash, how: undefined };
  }
});

/** @returns {typeof import("node:crypto") | undefined} */
export function findNodeCrypto() {
  try {
    const found = globalThis.process?.getBuiltinModule?.("node:crypto");
    return typeof found?.verify === "function" && typeof found?.createPublicKey === "function" ? found : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {typeof import("node:crypto")} host
 * @param {Signature} question
 * @param {LastingEngine} engine
 * @returns {KeyObject | null} null if the host cannot use it
 */
function importKey(host, question, engine) {
  try {
    return host.createPublicKey({ key: JSON.parse(engine.jwk(question) ?? "null"), format: "jwk" });
  } catch {
    return null;
  }
}

/**
 * @param {typeof import("node:crypto")} host
 * @returns {(question: Signature, engine: LastingEngine) => boolean | undefined} whether the host finds the signature right; undefined if the
 *   host has no answer, and another arithmetic has to decide
 */
export const verifierByNode = (host) => (question, engine) => {
  const row = TABLE.get(question.algorithm);
  if (row === undefined) return undefined;
  let key = /** @type {KeyObject | null | undefined} */ (knownKey("node:crypto", question));
  if (key === undefined) {
    key = importKey(host, question, engine);
    keepKey("node:crypto", question, key);
  }
  if (key === null) return undefined;
  try {
    // workerd takes an imported key by itself only, and leaves what needs more than that to its WebCrypto.
    const how = row.how === undefined ? key : { key, ...row.how };
    const valid = host.verify(row.hash, question.input, how, question.signature);
    return typeof valid === "boolean" ? valid : undefined;
  } catch {
    return undefined;
  }
};
