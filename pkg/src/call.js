// Arguments of a call: what it needs of the token, which the core judges, and what came with the token.
import { misuse } from "./error.js";
import { expect, judge, jsonText, members } from "./options.js";
import { isPlainObject } from "./plain.js";

/**
 * @import { AuthenticateOptions, VerifyOptions } from "../index.js"
 * @import { Judge } from "./options.js"
 */

/**
 * @typedef {object} Call
 * @property {string} required what the core reads of `scopes` and `authentication`, as JSON text
 * @property {string} [url]
 * @property {Uint8Array} [certificate]
 * @property {string} [certificateThumbprint]
 * @property {(work: Promise<unknown>) => void} [waitUntil]
 */

/** @type {Call} */
const NOTHING = Object.freeze({ required: "{}", url: undefined, certificate: undefined, certificateThumbprint: undefined, waitUntil: undefined });

/**
 * What a request must meet: JSON for the core. One that is there and undefined is judged like any other: a route whose scopes were
 * forgotten must not be open to all.
 *
 * @type {Record<string, Judge>}
 */
const DEMANDS = {
  scopes: expect(
    "an array of strings, or one of { allOf: [...] }, { anyOf: [...] }, { not: ... }",
    (value) => Array.isArray(value) || isPlainObject(value),
  ),
  authentication: expect("{ acrValues: [...], maxAgeSeconds: ... }, with one of them at least", isPlainObject),
};

/**
 * What came with the token. Left out and undefined are the same: nothing came, which opens nothing.
 *
 * @type {Record<string, Judge>}
 */
const CERTIFICATES = {
  certificate: expect("the client's certificate as bytes, DER", (value) => value instanceof Uint8Array || value instanceof ArrayBuffer),
  certificateThumbprint: expect("a string", (value) => typeof value === "string"),
};

/** @type {Record<string, Judge>} */
const WITH_REQUEST = {
  ...CERTIFICATES,
  url: expect("an absolute http or https URL", (value) => /^https?:\/\//i.test(String(value)) && (typeof value === "string" || value instanceof URL)),
  waitUntil: expect("a function like waitUntil of the runtime's context", (value) => typeof value === "function"),
};

/** The common demand, with no place in which a member could be forgotten. */
const isListOfTexts = (/** @type {unknown} */ value) => Array.isArray(value) && value.every((one) => typeof one === "string");

/** The list of scopes that was demanded last with nothing else, and its text: most often it is the same again. */
let last = { scopes: [""], required: '{"scopes":[""]}' };

/**
 * @param {[string, any][]} demands
 * @returns {string}
 */
function textOf(demands) {
  const [[name, value] = ["", undefined]] = demands;
  const isAlone = demands.length === 1 && name === "scopes" && Array.isArray(value);
  if (isAlone && value.length === last.scopes.length && last.scopes.every((one, at) => one === value[at])) return last.required;
  // Nothing is missing in a list of texts.
  const texts = demands.map(([name, value]) => `"${name}":${jsonText(name, value, !isListOfTexts(value))}`);
  const required = `{${texts.join()}}`;
  if (isAlone && isListOfTexts(value)) last = { scopes: [...value], required };
  return required;
}

/**
 * @param {AuthenticateOptions | VerifyOptions | undefined} options
 * @param {"request" | "token"} about
 * @returns {Call}
 */
export function readCall(options, about) {
  if (options === undefined) return NOTHING;
  const facts = about === "request" ? WITH_REQUEST : CERTIFICATES;
  /** @type {any} */
  const call = { required: "", url: undefined, certificate: undefined, certificateThumbprint: undefined, waitUntil: undefined };
  /** @type {[string, any][]} */
  const demands = [];
  for (const [name, value] of members(options, "the call")) {
    if (Object.hasOwn(DEMANDS, name)) {
      judge(DEMANDS, name, value);
      demands.push([name, value]);
    } else if (!Object.hasOwn(facts, name)) {
      const known = [...Object.keys(DEMANDS), ...Object.keys(facts)].join(", ");
      throw misuse(`option \`${name}\`: is not known; known are ${known}`);
    } else if (value !== undefined && value !== null && value !== "") {
      judge(facts, name, value);
      if (name === "waitUntil") call[name] = value;
      // A copy of bytes: a caller may use its buffer for something else while keys are fetched.
      else call[name] = name === "certificate" ? new Uint8Array(value).slice() : String(value);
    }
  }
  call.required = textOf(demands);
  return call;
}
