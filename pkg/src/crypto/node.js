// Signatures by node:crypto: without waiting, and faster than WebCrypto wherever both are there. The module is found and never imported, so
// that this file loads in every runtime.
import { hostTable } from "./algorithms.js";
import { HOSTS, isPassing, keepKey, knownKey } from "./keys.js";

/**
 * @import { VerifyKeyObjectInput } from "node:crypto"
 * @import { LastingEngine } from "../engine.js"
 * @import { Signature } from "../step.js"
 *
 * @typedef {Pick<VerifyKeyObjectInput, "padding" | "saltLength" | "dsaEncoding">} How beside the key
 * @typedef {{ hash: string | null, how: How | undefined }} Row
 * @typedef {any} Usable what `verify` of node:crypto takes for a key
 */

/** RSASSA-PSS by its number in OpenSSL, which node:crypto takes; not every runtime that has node:crypto has its `constants`. */
const RSA_PKCS1_PSS_PADDING = 6;

/** Signatures of ECDSA are two numbers side by side in JOSE (RFC 7518 §3.4). */
const TABLE = hostTable((row) => {
  switch (row.scheme) {
    case "Ed25519":
      return { hash: null, how: undefined };
    case "ECDSA":
      return { hash: `sha${row.bits}`, how: { dsaEncoding: /** @type {const} */ ("ieee-p1363") } };
    case "RSA-PSS":
      return { hash: `sha${row.bits}`, how: { padding: RSA_PKCS1_PSS_PADDING, saltLength: row.bits / 8 } };
    default:
      return { hash: `sha${row.bits}`, how: undefined };
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

/** The octets of a base64url text. @param {string} [text] */
const lengthOf = (text = "") => Math.floor((text.length * 3) / 4);

/**
 * Any signature of the length that the key makes; nobody expects it to be right.
 *
 * @param {{ n?: string, x?: string }} jwk
 */
const anySignature = ({ n, x }) => new Uint8Array(n === undefined ? 2 * lengthOf(x) : lengthOf(n));

/**
 * Whether the host finds the signature right; undefined if it has no answer.
 *
 * @param {typeof import("node:crypto")} host
 * @param {Row} row
 * @param {Usable} key
 * @param {{ input: Uint8Array, signature: Uint8Array }} octets
 */
function ask(host, { hash }, key, { input, signature }) {
  try {
    const valid = host.verify(hash, input, key, signature);
    return typeof valid === "boolean" ? valid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The key as `verify` takes it. workerd takes an imported key by itself only. As text, with more beside it, it takes one too, but does not look at
 * the padding: a signature of RS256 is then one of PS256. So no other form is tried.
 *
 * @param {typeof import("node:crypto")} host
 * @param {Row} row
 * @param {any} jwk
 * @returns {Usable}
 */
function imported(host, { how }, jwk) {
  const key = host.createPublicKey({ key: jwk, format: "jwk" });
  return how === undefined ? key : { key, ...how };
}

/**
 * The key of this question; null if the host cannot use it. For a key that is kept this is found out once, by a signature of ours: what comes
 * from outside must not decide how the signatures after it are checked.
 *
 * @param {typeof import("node:crypto")} host
 * @param {Row} row
 * @param {Signature} question
 * @param {LastingEngine} engine
 * @returns {Usable | null}
 */
function keyOf(host, row, question, engine) {
  const known = knownKey(HOSTS.node, question);
  if (known !== undefined) return known;
  let key = null;
  try {
    const jwk = JSON.parse(engine.jwk(question) ?? "null");
    const found = imported(host, row, jwk);
    const octets = { input: new Uint8Array(1), signature: anySignature(jwk) };
    if (isPassing(question) || ask(host, row, found, octets) !== undefined) key = found;
  } catch {
    // It does not know such keys.
  }
  keepKey(HOSTS.node, question, key);
  return key;
}

/**
 * @param {typeof import("node:crypto")} host
 * @returns {(question: Signature, engine: LastingEngine) => boolean | undefined} whether the host finds the signature right; undefined if the
 *   host has no answer, and another arithmetic has to decide
 */
export const verifierByNode = (host) => (question, engine) => {
  const row = TABLE.get(question.algorithm);
  if (row === undefined) return undefined;
  const key = keyOf(host, row, question, engine);
  const octets = key === null ? undefined : engine.octets(question);
  return octets && ask(host, row, key, octets);
};
