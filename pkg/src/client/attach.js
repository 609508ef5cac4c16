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
 * What is sent, fixed now: a URL object or an init that the caller changes while a token is fetched must not change where that goes.
 *
 * @param {RequestInfo | URL} input
 * @param {RequestInit | undefined} init
 * @param {Settings} settings
 */
function judge(input, init, settings) {
  const target = input instanceof Request ? input : String(input);
  const url = typeof target === "string" ? target : target.url;
  if (!URL.canParse(url)) throw misuse("`input`: must be an absolute URL or a Request");
  if (!settings.origins.includes(new URL(url).origin)) throw failed("origin_not_allowed");
  const headers = new Headers(init?.headers ?? (typeof target === "string" ? undefined : target.headers));
  if (headers.has("authorization")) throw misuse("`init.headers`: must have no Authorization field; this function sets it");
  return { target, init: { ...init, headers, redirect: /** @type {const} */ ("manual") } };
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
  const { target, init } = judge(input, given, settings);
  const token = await tokens.get(need);
  /** @param {string} authorization */
  const send = (authorization) => {
    init.headers.set("authorization", authorization);
    return settings.fetch(target, init);
  };
  const response = await send(token.authorization);
  // 403 is about the scopes of the token, and a new one would have the same.
  if (response.status !== 401 || !canBeSentAgain(target, init)) return response;
  const other = await tokens.replace(need, token).catch(() => undefined); // The API's answer is the better one then.
  if (other === undefined) return response;
  response.body?.cancel().catch(() => undefined);
  return send(other.authorization);
}
