// Options of a client, and arguments of its methods: one row each, every problem told with the name of the option.
import { isPlainObject } from "../plain.js";
import { ALGORITHMS } from "../sign.js";
import { algorithmOf, isCryptoKey, isPem } from "./assertion.js";
import { misuse } from "./error.js";
import { urlProblem } from "./urls.js";

/** @import { AssertionAlgorithm, ClientOptions, TokenOptions } from "../../client.js" */

/** @typedef {(value: any, options: Record<string, any>) => string | undefined} Judge what is wrong with the value */

/** Visible characters, as RFC 6749 appendix A allows them for ids and scopes. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
/** The longest text of one option and the longest list, in characters and members. */
const MAX_TEXT = 4096;
const MAX_LIST = 256;

/** A clock that gives seconds in place of milliseconds is far before this, in 1970. */
const EARLIEST = 1e11;

const METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/** @type {(value: any) => boolean} */
const isText = (value) => typeof value === "string" && value.length > 0 && value.length <= MAX_TEXT;
/** @type {(value: any) => boolean} */
const isFunction = (value) => typeof value === "function";
/** @type {(value: any) => boolean} */
const isKey = (value) => (typeof value === "string" ? isPem(value) : isCryptoKey(value) || (isPlainObject(value) && typeof value.kty === "string"));
/** @type {(what: string, test: (value: any) => boolean) => Judge} */
const must = (what, test) => (value) => (test(value) ? undefined : `must be ${what}`);
/** @type {(low: number, high: number, unit: string) => Judge} */
const between = (low, high, unit) =>
  must(`${low} to ${high} ${unit}`, (value) => typeof value === "number" && value >= low && value <= high);
/** @type {Judge} */
const url = (value, { allowInsecureLoopback }) => urlProblem(value, allowInsecureLoopback === true);
const text = must("a text that is not empty", isText);

/** @type {Judge} */
const scopes = must("an array of scopes, each without spaces and quotes (RFC 6749 §3.3)", (value) =>
  Array.isArray(value) && value.length <= MAX_LIST && value.every((scope) => isText(scope) && SCOPE.test(scope)),
);
/** @type {Judge} */
const resource = must("an absolute URI without a fragment, or an array of them (RFC 8707 §2)", (value) => {
  const list = [value].flat();
  return list.length <= MAX_LIST && list.every((uri) => isText(uri) && URL.canParse(uri) && !uri.includes("#"));
});
/** @type {Judge} */
const origin = (value, options) =>
  url(value, options) ?? (new URL(value).origin === value ? undefined : "must be origins, such as https://api.example.com, with no path and no slash at the end");

/** @type {Record<string, Judge>} */
const WHAT = { scopes, resource, audience: text };

/** @type {Record<string, Judge>} */
const OPTIONS = {
  ...WHAT,
  allowInsecureLoopback: must("true or false", (value) => typeof value === "boolean"),
  issuer: (value, options) => url(value, options) ?? (value.includes("?") ? "must have no query (RFC 8414 §2)" : undefined),
  tokenEndpoint: url,
  clientId: text,
  clientSecret: text,
  privateKey: must("a CryptoKey, a JWK, or PKCS #8 as PEM, with its line breaks, from -----BEGIN PRIVATE KEY----- on", isKey),
  algorithm: must(`one of ${Object.keys(ALGORITHMS).join(", ")}`, (value) => Object.hasOwn(ALGORITHMS, value)),
  keyId: text,
  authentication: must(`one of ${METHODS.join(", ")}`, (value) => METHODS.includes(value)),
  assertionAudience: text,
  origins: (value, options) => {
    if (!Array.isArray(value)) return "must be an array of origins";
    return value.map((one) => origin(one, options)).find((problem) => problem !== undefined);
  },
  renewBeforeSeconds: between(0, 3600, "seconds"),
  defaultLifetimeSeconds: between(1, 86_400, "seconds"),
  timeoutSeconds: between(0.1, 60, "seconds"),
  clock: must("a function that returns a Date or milliseconds since 1970", isFunction),
  fetch: must("a function like the global fetch", isFunction),
};

/**
 * @param {Record<string, Judge>} table
 * @param {unknown} given
 * @param {string} of
 */
function judged(table, given, of) {
  if (!isPlainObject(given)) throw misuse(`${of}: its options must be a plain object`);
  /** @type {Record<string, any>} */
  const options = Object.create(null);
  for (const [name, value] of Object.entries(/** @type {object} */ (given))) {
    if (!Object.hasOwn(table, name)) throw misuse(`option \`${name}\`: is not known; known are ${Object.keys(table).join(", ")}`);
    if (value !== undefined) options[name] = value;
  }
  for (const [name, value] of Object.entries(options)) {
    const problem = table[name](value, options);
    if (problem !== undefined) throw misuse(`option \`${name}\`: ${problem}`);
  }
  return options;
}

/**
 * What a token is asked for. Two calls that ask for the same share a token, whatever the order in which they name it.
 *
 * @typedef {object} Need
 * @property {readonly string[]} scopes
 * @property {readonly string[]} resources
 * @property {string | undefined} audience
 */

/** @param {readonly string[]} list */
const distinct = (list) => [...new Set(list)].sort();

/**
 * @param {Record<string, any>} options
 * @returns {Need}
 */
const needOf = ({ scopes = [], resource = [], audience }) => ({
  scopes: distinct(scopes),
  resources: distinct([resource].flat()),
  audience,
});

/**
 * @typedef {object} Settings
 * @property {string | undefined} issuer
 * @property {string | undefined} tokenEndpoint
 * @property {boolean} allowInsecureLoopback
 * @property {string} clientId
 * @property {string | undefined} clientSecret
 * @property {CryptoKey | JsonWebKey | string | undefined} privateKey
 * @property {AssertionAlgorithm | undefined} algorithm
 * @property {string | undefined} keyId
 * @property {string} authentication
 * @property {string | undefined} assertionAudience
 * @property {readonly string[]} origins
 * @property {number} renewBeforeSeconds
 * @property {number} defaultLifetimeSeconds
 * @property {number} timeoutSeconds
 * @property {Need} need what is asked for where a call says nothing else
 * @property {() => number} now in milliseconds
 * @property {typeof globalThis.fetch} fetch
 */

/**
 * What the options demand of each other.
 *
 * @param {Record<string, any>} options
 */
function together(options) {
  if (options.clientId === undefined) throw misuse("option `clientId`: is missing");
  if (options.issuer === undefined && options.tokenEndpoint === undefined) throw misuse("option `issuer`: give it, or `tokenEndpoint`");
  const signs = options.privateKey !== undefined;
  if (!signs && options.clientSecret === undefined) throw misuse("option `clientSecret`: is missing or undefined; give it, or `privateKey`");
  if (signs && options.clientSecret !== undefined) throw misuse("option `clientSecret`: give it or `privateKey`, not both");
  const authentication = options.authentication ?? (signs ? "private_key_jwt" : "client_secret_basic");
  if (signs !== (authentication === "private_key_jwt")) {
    throw misuse("option `authentication`: private_key_jwt goes with `privateKey`, the others with `clientSecret`");
  }
  if (!signs) return { authentication, algorithm: undefined, assertionAudience: undefined, privateKey: undefined, keyId: undefined };
  const { privateKey, algorithm = algorithmOf(privateKey), assertionAudience = options.issuer } = options;
  if (algorithm === undefined) throw misuse("option `algorithm`: is missing, because the key does not say what it is for");
  if (isCryptoKey(privateKey) && (algorithmOf(privateKey) !== algorithm || !privateKey.usages.includes("sign"))) {
    throw misuse("option `privateKey`: is not a private key for this `algorithm`");
  }
  if (assertionAudience === undefined) throw misuse("option `issuer`: is missing; it is the audience of the client's assertion");
  return { authentication, algorithm, assertionAudience, privateKey: copy(privateKey), keyId: options.keyId ?? privateKey.kid };
}

/** @param {CryptoKey | JsonWebKey | string} key */
const copy = (key) => (typeof key === "string" || isCryptoKey(key) ? key : { ...key });

/**
 * @param {ClientOptions} given
 * @returns {Settings}
 */
export function readOptions(given) {
  const options = judged(OPTIONS, given, "createClient");
  const { clock = Date.now, origins = [], fetch } = options;
  return {
    issuer: options.issuer,
    tokenEndpoint: options.tokenEndpoint,
    allowInsecureLoopback: options.allowInsecureLoopback ?? false,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    ...together(options),
    origins: [...origins],
    renewBeforeSeconds: options.renewBeforeSeconds ?? 60,
    defaultLifetimeSeconds: options.defaultLifetimeSeconds ?? 300,
    timeoutSeconds: options.timeoutSeconds ?? 10,
    need: needOf(options),
    now() {
      const now = Number(clock());
      if (!(now >= EARLIEST && now < Infinity)) throw misuse("option `clock`: must return a Date or milliseconds since 1970");
      return now;
    },
    // Looked up with each call, so that instrumentation which replaces the global one is honoured.
    fetch: fetch ?? ((/** @type {RequestInfo | URL} */ input, /** @type {RequestInit} */ init) => globalThis.fetch(input, init)),
  };
}

/**
 * What a call asks for: what it says itself, and else what the client was made with.
 *
 * @param {Need} usual
 * @param {TokenOptions} given
 * @returns {Need}
 */
export function readNeed(usual, given) {
  const options = judged(WHAT, given, "the call");
  const own = needOf(options);
  return {
    scopes: options.scopes === undefined ? usual.scopes : own.scopes,
    resources: options.resource === undefined ? usual.resources : own.resources,
    audience: options.audience === undefined ? usual.audience : own.audience,
  };
}
