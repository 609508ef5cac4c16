// Options of this package, and arguments of its methods. Only what JavaScript itself uses is judged here; the policy goes to the core,
// which knows its options by name and refuses all others.
import { misuse } from "./error.js";

/** @import { ValidatorOptions, VerifyOptions } from "../index.js" */

/** @typedef {(value: any) => string | undefined} Judge what is expected instead, if the value is not that */

/** @type {(expected: string, test: (value: any) => boolean) => Judge} */
const expect = (expected, test) => (value) => (test(value) ? undefined : expected);

/** @type {(value: any) => boolean} */
const isFunction = (value) => typeof value === "function";
/** @type {(value: any) => boolean} */
const isPlainObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * One row an option that does not go to the core.
 *
 * @type {Record<string, Judge>}
 */
const OWN_OPTIONS = {
  clock: expect("a function that returns a Date or milliseconds since 1970", isFunction),
  fetch: expect("a function like the global fetch", isFunction),
  jwks: expect("a JWK Set: {keys: [...]}", (value) => isPlainObject(value) && Array.isArray(value.keys)),
};

/**
 * One row an argument of a call.
 *
 * @type {Record<string, Judge>}
 */
const CALL_OPTIONS = {
  // What stands inside is the core's to judge.
  scopes: expect(
    "an array of strings, or one of { allOf: [...] }, { anyOf: [...] }, { not: ... }",
    (value) => Array.isArray(value) || isPlainObject(value),
  ),
};

/**
 * @param {Record<string, Judge>} table
 * @param {string} name
 * @param {unknown} value
 */
function judge(table, name, value) {
  const expected = table[name](value);
  if (expected !== undefined) throw misuse(`option \`${name}\`: must be ${expected}`);
}

/**
 * The members that were given; one that is undefined was not.
 *
 * @param {unknown} options
 * @param {string} of
 */
function given(options, of) {
  if (!isPlainObject(options)) throw misuse(`${of}: its options must be an object`);
  return Object.entries(/** @type {object} */ (options)).filter(([, value]) => value !== undefined);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function jsonText(name, value) {
  try {
    return JSON.stringify(value);
  } catch {
    throw misuse(`option \`${name}\`: must be what can be written as JSON`);
  }
}

/**
 * @param {ValidatorOptions} options
 */
export function readOptions(options) {
  /** @type {Record<string, any>} */
  const own = {};
  /** @type {Record<string, unknown>} */
  const core = {};
  for (const [name, value] of given(options, "createValidator")) {
    if (Object.hasOwn(OWN_OPTIONS, name)) {
      judge(OWN_OPTIONS, name, value);
      own[name] = value;
    } else {
      // A copy: the engine may have to be made again, and must then come out the same.
      core[name] = Array.isArray(value) ? [...value] : value;
    }
  }
  if (own.jwks === undefined && own.fetch === undefined && typeof globalThis.fetch !== "function") {
    throw misuse("option `fetch`: this runtime has none of its own; give one, or give the keys by value as jwks");
  }
  return {
    core,
    jwks: own.jwks === undefined ? undefined : jsonText("jwks", own.jwks),
    clock: /** @type {() => Date | number} */ (own.clock ?? Date.now),
    // Looked up with each call, so that instrumentation which replaces the global one is honoured.
    fetch: /** @type {typeof globalThis.fetch} */ (own.fetch ?? ((input, init) => globalThis.fetch(input, init))),
  };
}

/**
 * @param {VerifyOptions | undefined} options
 * @returns {string} the requirement of scopes as JSON text, as the core reads it
 */
export function requiredScopes(options) {
  if (options === undefined) return "[]";
  let scopes = "[]";
  for (const [name, value] of given(options, "the call")) {
    if (!Object.hasOwn(CALL_OPTIONS, name)) {
      throw misuse(`option \`${name}\`: is not known; known are ${Object.keys(CALL_OPTIONS).join(", ")}`);
    }
    judge(CALL_OPTIONS, name, value);
    scopes = jsonText(name, value);
  }
  return scopes;
}

/**
 * The time by a caller's clock.
 *
 * @param {() => Date | number} clock
 */
export function readClock(clock) {
  const now = Number(clock());
  if (!Number.isFinite(now)) throw misuse("option `clock`: must return a Date or milliseconds since 1970");
  return now;
}
