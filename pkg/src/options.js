// Options of this package. Only what JavaScript itself uses is judged here; the policy goes to the core,
// which knows its options by name and refuses all others.
import { CRYPTO_NAMES } from "./crypto/choose.js";
import { misuse } from "./error.js";
import { isPlainObject } from "./plain.js";

/** @import { IssuerOptions, Store, ValidatorOptions } from "../index.js" */

/** @typedef {(value: any) => string | undefined} Judge what is expected instead, if the value is not that */

/** @type {(expected: string, test: (value: any) => boolean) => Judge} */
export const expect = (expected, test) => (value) => (test(value) ? undefined : expected);

/** @type {(value: any) => boolean} */
const isFunction = (value) => typeof value === "function";

/**
 * An origin as a client writes it in front of a path: nothing after it, no default port.
 *
 * @type {(value: any) => boolean}
 */
const isOrigin = (value) => typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value;

/** @type {(value: any) => boolean} */
const isStore = (value) => typeof value === "object" && value !== null && isFunction(value.get) && isFunction(value.put);

/** A cache is no place where one of two finds what the other has put. @type {(value: any) => boolean} */
const isProofStore = (value) => isStore(value) && value.keysOnly !== true;

/**
 * One row an option that does not go to the core.
 *
 * @type {Record<string, Judge>}
 */
const OWN_OPTIONS = {
  clock: expect("a function that returns a Date or milliseconds since 1970", isFunction),
  crypto: expect(`one of ${CRYPTO_NAMES.map((name) => `"${name}"`).join(", ")}`, (value) => CRYPTO_NAMES.includes(value)),
  fetch: expect("a function like the global fetch", isFunction),
  origin: expect('an origin, such as "https://api.example.com", with nothing after it', isOrigin),
  events: expect("a function that takes an event", isFunction),
  keyStore: expect("an object with the methods get(key) and put(key, value, ttlSeconds)", isStore),
  store: expect("an object with the methods get(key) and put(key, value, ttlSeconds), other than cacheStore, which two machines do not see at one moment", isProofStore),
};

/**
 * One row an option whose value goes to the core in another form.
 *
 * @type {Record<string, Judge>}
 */
const CONVERTED_OPTIONS = {
  issuers: expect("an array of plain objects, each with an issuer and its audience", (value) => Array.isArray(value) && value.every(isPlainObject)),
  jwks: expect("a JWK Set: {keys: [...]}", (value) => isPlainObject(value) && Array.isArray(value.keys)),
  seedJwks: expect("a JWK Set: {keys: [...]}", (value) => isPlainObject(value) && Array.isArray(value.keys)),
};

/**
 * @param {Record<string, Judge>} table
 * @param {string} name
 * @param {unknown} value
 * @param {string} [place] the object in which the option stands
 */
export function judge(table, name, value, place = "") {
  const expected = table[name](value);
  if (expected !== undefined) throw misuse(`option \`${place}${name}\`: must be ${expected}`);
}

/**
 * @param {unknown} options
 * @param {string} of
 */
export function members(options, of) {
  if (!isPlainObject(options)) throw misuse(`${of}: its options must be a plain object`);
  return Object.entries(/** @type {object} */ (options));
}

/**
 * Whether JSON has the value whole: undefined, functions and symbols it leaves out, numbers without end it writes as null, and of a Map, a
 * class or a chain of prototypes it overlooks what they hold.
 *
 * @param {unknown} value
 */
function isWhole(value) {
  if (typeof value === "object") return value === null || Array.isArray(value) || isPlainObject(value);
  return typeof value === "number" ? Number.isFinite(value) : typeof value === "string" || typeof value === "boolean";
}

/**
 * A member that is there and that JSON has not whole is a mistake: a demand whose value was forgotten must not vanish with it, and null, which
 * opts out, has to be said.
 *
 * @param {string} name
 * @param {unknown} value
 * @param {boolean} [isJudged] whether what JSON has not whole is refused
 */
export function jsonText(name, value, isJudged = true) {
  let place = "";
  /**
   * @this {any} what holds the member
   * @param {string} member
   * @param {unknown} value
   */
  function whole(member, value) {
    place = member === "" ? "" : ` \`${member}\` in it`;
    if (!isWhole(value) || (value === null && this[member] !== null)) throw new TypeError("not whole");
    return value;
  }
  let text;
  try {
    text = JSON.stringify(value, isJudged ? whole : undefined);
  } catch {
    // Told below.
  }
  if (text === undefined) {
    throw misuse(`option \`${name}\`:${place} must be plain values: objects, arrays, texts, finite numbers, true, false, null, and nothing undefined`);
  }
  return text;
}

/**
 * The members for the core as JSON text, which nobody changes: the engine may have to be made again, and must then come out the same.
 *
 * @param {[string, unknown][]} given
 * @param {string} [place] the object in which they stand
 */
function coreText(given, place = "") {
  const texts = given.filter(([, value]) => value !== undefined).map(([name, value]) => {
    if (Object.hasOwn(CONVERTED_OPTIONS, name)) judge(CONVERTED_OPTIONS, name, value, place);
    return `${JSON.stringify(name)}:${memberText(name, value, place)}`;
  });
  return `{${texts.join()}}`;
}

/**
 * @param {string} name
 * @param {any} value
 * @param {string} place
 * @returns {string}
 */
function memberText(name, value, place) {
  // A JWK Set as text in a text: what stands in it is judged by the rules for key sets, and not by those for options.
  if (name === "jwks" || name === "seedJwks") return JSON.stringify(jsonText(`${place}${name}`, value, false));
  if (name !== "issuers" || place !== "") return jsonText(`${place}${name}`, value);
  const issuers = value.map((/** @type {IssuerOptions} */ one, /** @type {number} */ at) => coreText(Object.entries(one), `issuers[${at}].`));
  return `[${issuers.join()}]`;
}

/**
 * @param {ValidatorOptions} options
 */
export function readOptions(options) {
  // Without a prototype: only what was given counts, whatever others have done to Object.prototype, and `__proto__` is a name like any.
  /** @type {Record<string, any>} */
  const own = Object.create(null);
  const given = members(options, "createValidator").filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (Object.hasOwn(OWN_OPTIONS, name)) judge(OWN_OPTIONS, name, value);
    own[name] = value;
  }
  const core = coreText(given.filter(([name]) => !Object.hasOwn(OWN_OPTIONS, name)));
  const issuers = own.issuers ?? [own];
  const has = (/** @type {string} */ option) => (/** @type {object} */ one) => Object.entries(one).some(([name, value]) => name === option && value !== undefined);
  if (!issuers.every(has("jwks")) && own.fetch === undefined && typeof globalThis.fetch !== "function") {
    throw misuse("option `fetch`: this runtime has none of its own; give one, or give the keys by value as jwks");
  }
  return {
    core,
    isSeeded: /** @type {boolean} */ (issuers.some(has("seedJwks"))),
    events: /** @type {ValidatorOptions["events"]} */ (own.events),
    keyStore: /** @type {Store | undefined} */ (own.keyStore),
    takesDpop: (own.dpop ?? false) !== false,
    origin: /** @type {string | undefined} */ (own.origin),
    store: /** @type {Store | undefined} */ (own.store),
    clock: /** @type {() => Date | number} */ (own.clock ?? Date.now),
    crypto: /** @type {ValidatorOptions["crypto"]} */ (own.crypto),
    // Looked up with each call, so that instrumentation which replaces the global one is honoured.
    fetch: /** @type {typeof globalThis.fetch} */ (own.fetch ?? ((input, init) => globalThis.fetch(input, init))),
  };
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
