// One request to the authorization server, bounded in time and size. Redirects are never followed: they would carry credentials along.
import { readUpTo } from "../download.js";
import { isPlainObject } from "../plain.js";

/** The most bytes of an answer that are read: far more than a token and all that stands beside it take. */
const MAX_BYTES = 131_072;

/**
 * @typedef {object} Answer
 * @property {number} status 0 if there was no answer, or none within bounds
 * @property {Headers} headers
 * @property {Record<string, any> | undefined} json the body, if it is one JSON object in UTF-8 that says so. It has its own members only, whatever
 *   others have done to Object.prototype: no token and no endpoint comes from there
 */

/** @type {Answer} */
const NONE = { status: 0, headers: new Headers(), json: undefined };

/** @param {Headers} headers */
const isJson = (headers) => /^application\/json *(;|$)/i.test(headers.get("content-type") ?? "");

/** @param {Uint8Array} bytes */
function parse(bytes) {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isPlainObject(value) ? Object.assign(Object.create(null), value) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {string} url
 * @param {RequestInit} init
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>} it never throws
 */
export async function exchange(fetch, url, init, signal) {
  try {
    // "manual" and not "error", which some runtimes refuse; a redirect then is a status that nobody takes for success.
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    if (response.redirected) return NONE;
    const { status, headers } = response;
    if (!isJson(headers)) {
      response.body?.cancel().catch(() => undefined);
      return { status, headers, json: undefined };
    }
    return { status, headers, json: parse(await readUpTo(response.body, MAX_BYTES)) };
  } catch {
    return NONE;
  }
}

/**
 * Work with a deadline. Raced, not only signalled: a fetch that does not listen to its signal must not hold the caller either.
 *
 * @template T
 * @param {number} milliseconds
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @param {() => Error} late
 * @returns {Promise<T>}
 */
export async function within(milliseconds, work, late) {
  const controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), /** @type {Promise<never>} */ (deadline)]);
  } finally {
    clearTimeout(timer);
    controller.abort(); // Lets go of whatever was not read.
  }
}
