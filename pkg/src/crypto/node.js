// Signatures by node:crypto: without waiting, and faster than WebCrypto wherever both are there. The module is found and never imported, so
// that this file loads in every runtime.
import { hostTable } from "./algorithms.js";
import { HOSTS, isPassing, keepKey, knownKey } from "./keys.js";

/**
 * @import { KeyObject, VerifyKeyObjectInput } from "node:crypto"
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

/**
 * Forms of a key, the quicker first. workerd takes an imported key by itself only; where more has to be said, it takes the key as text.
 *
 * @type {((key: KeyObject, how: How | undefined) => Usable)[]}
 */
const FORMS = [
  (key, how) => (how === undefined ? key : { key, ...how }),
  (key, how) => ({ key: key.export({ type: "spki", format: "pem" }), ...how }),
];

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
 * The key in each of its forms, made when it is come to; none if the host cannot use it.
 *
 * @param {typeof import("node:crypto")} host
 * @param {Row} row
 * @param {any} jwk
 * @returns {Generator<Usable>}
 */
function* formsOf(host, { how }, jwk) {
  try {
    const key = host.createPublicKey({ key: jwk, format: "jwk" });
    for (const form of FORMS) yield form(key, how);
  } catch {
    // It knows the key or the form not.
  }
}

/**
 * The first form of a key in which the host has an answer, and null if there is none. Found out once for a key, by a signature of ours: what
 * comes from outside must not decide how the signatures after it are checked.
 *
 * @param {typeof import("node:crypto")} host
 * @param {Row} row
 * @param {any} jwk
 * @returns {Usable | null}
 */
function usable(host, row, jwk) {
  const octets = { input: new Uint8Array(1), signature: anySignature(jwk) };
  for (const key of formsOf(host, row, jwk)) {
    if (ask(host, row, key, octets) !== undefined) return key;
  }
  return null;
}

/**
 * @param {typeof import("node:crypto")} host
 * @returns {(question: Signature, engine: LastingEngine) => boolean | undefined} whether the host finds the signature right; undefined if the
 *   host has no answer, and another arithmetic has to decide
 */
export const verifierByNode = (host) => (question, engine) => {
  const row = TABLE.get(question.algorithm);
  if (row === undefined) return undefined;
  const jwk = () => JSON.parse(engine.jwk(question) ?? "{}");
  const answer = (/** @type {Usable} */ key) => {
    const octets = engine.octets(question);
    return octets && ask(host, row, key, octets);
  };
  if (isPassing(question)) {
    for (const key of formsOf(host, row, jwk())) {
      const valid = answer(key);
      if (valid !== undefined) return valid;
    }
    return undefined;
  }
  const known = knownKey(HOSTS.node, question);
  const key = known === undefined ? usable(host, row, jwk()) : known;
  if (known === undefined) keepKey(HOSTS.node, question, key);
  return key === null ? undefined : answer(key);
};
