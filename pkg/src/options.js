// Options of this package, and arguments of its methods. Only what JavaScript itself uses is judged here; the policy goes to the core,
// which knows its options by name and refuses all others.
import { misuse } from "./error.js";

/** @import { ValidatorOptions, VerifyOptions } from "../index.js" */

/** @typedef {(value: any) => string | undefined} Judge what is expected instead, if the value is not that */

/** @type {(expected: string, test: (value: any) => boolean) => Judge} */
const expect = (expected, test) => (value) => (test(value) ? undefined : expected);

/** @type {(value: any) => boolean} */
const isFunction = (value) => typeof value === "function";
/**
 * An object literal, of this realm or another: what a Map, a class or a chain of prototypes holds would be overlooked.
 *
 * @type {(value: any) => boolean}
 */
function isPlainObject(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

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
 * @param {unknown} options
 * @param {string} of
 */
function members(options, of) {
  if (!isPlainObject(options)) throw misuse(`${of}: its options must be a plain object`);
  return Object.entries(/** @type {object} */ (options));
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function jsonText(name, value) {
  const problem = () => misuse(`option \`${name}\`: must be what can be written as JSON`);
  let text;
  try {
    text = JSON.stringify(value);
  } catch {
    throw problem();
  }
  if (text === undefined) throw problem();
  return text;
}

/**
 * @param {ValidatorOptions} options
 */
export function readOptions(options) {
  // Without a prototype: only what was given counts, whatever others have done to Object.prototype, and `__proto__` is a name like any.
  /** @type {Record<string, any>} */
  const own = Object.create(null);
  /** @type {Record<string, unknown>} */
  const core = Object.create(null);
  for (const [name, value] of members(options, "createValidator")) {
    if (value === undefined) continue;
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
  // A member that is there and undefined is judged like any other: a route whose scopes were forgotten must not be open to all.
  for (const [name, value] of members(options, "the call")) {
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
  const time = clock();
  const now = time instanceof Date ? time.getTime() : time;
  if (!Number.isFinite(now) || now < EARLIEST) {
    throw misuse("option `clock`: must return a Date or milliseconds since 1970, and what it returned is before 1973 or neither");
  }
  return now;
}

/** A clock that gives seconds is far before this, in 1970, where no token has expired yet. */
const EARLIEST = 1e11;
