// Requests with the token: only to origins that were named, and never across a redirect.
import { failed, misuse } from "./error.js";

/**
 * @import { Need, Settings } from "./options.js"
 * @import { Tokens } from "./tokens.js"
 */

/**
 * Whether the body can be sent a second time: a stream is gone after the first.
 *
 * @param {Request | string} target
 * @param {RequestInit} init
 */
function canBeSentAgain(target, init) {
  const body = init.body ?? undefined;
  if (body === undefined) return typeof target === "string" || target.body === null;
  return !(body instanceof ReadableStream) && !(Symbol.asyncIterator in Object(body));
}

/**
 * What fetch would read of its second argument: members that it inherits too, since a Request may serve as one.
 *
 * @param {any} given
 * @returns {RequestInit}
 */
function copy(given) {
  /** @type {Record<string, any>} */
  const init = {};
  for (const name in given) init[name] = given[name];
  return init;
}

/**
 * What is sent, fixed now: a URL object or an init that the caller changes while a token is fetched must not change where that goes.
 *
 * @param {RequestInfo | URL} input
 * @param {RequestInit | undefined} given
 * @param {Settings} settings
 */
function judge(input, given, settings) {
  const { url, headers: own, signal } = input instanceof Request ? input : { url: String(input) };
  if (!URL.canParse(url)) throw misuse("`input`: must be an absolute URL or a Request");
  const { href, origin, username, password } = new URL(url);
  // In one form: a caller's `fetch` may have another parser, which finds another host where this one reads past a backslash or a tab.
  const target = input instanceof Request ? input : href;
  if (!settings.origins.includes(origin)) throw failed("origin_not_allowed");
  if (username !== "" || password !== "") throw misuse("`input`: must have no user name and no password in it; the token says who calls");
  const init = copy(given);
  const headers = new Headers(init.headers ?? own);
  if (headers.has("authorization")) throw misuse("`init.headers`: must have no Authorization field; this function sets it");
  return { target, signal: init.signal ?? signal, init: { ...init, headers, redirect: /** @type {const} */ ("manual") } };
}

/**
 * What comes of the work, for as long as the caller wants to wait. The work goes on: others wait for what comes of it.
 *
 * @template T
 * @param {AbortSignal | undefined} signal
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function unlessAborted(signal, work) {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const end = () => signal.removeEventListener("abort", abort);
    work().then(resolve, reject).finally(end);
  });
}

/**
 * @param {Settings} settings
 * @param {Tokens} tokens
 * @param {Need} need
 * @param {RequestInfo | URL} input
 * @param {RequestInit} [given]
 * @returns {Promise<Response>}
 */
export async function fetchWithToken(settings, tokens, need, input, given) {
  const { target, init, signal } = judge(input, given, settings);
  const { fetch } = settings; // Called by its bare name, as the global one is: it neither needs a `this` nor is it shown the settings.
  const token = await unlessAborted(signal, () => tokens.get(need));
  /** @param {string} authorization */
  const send = (authorization) => {
    init.headers.set("authorization", authorization);
    return fetch(target, init);
  };
  const response = await send(token.authorization);
  // 403 is about the scopes of the token, and a new one would have the same.
  if (response.status !== 401 || !canBeSentAgain(target, init)) return response;
  // Without another token the API's answer is the better one.
  const other = await unlessAborted(signal, () => tokens.replace(need, token)).catch(() => undefined);
  if (other === undefined) return response;
  response.body?.cancel().catch(() => undefined);
  return send(other.authorization);
}
