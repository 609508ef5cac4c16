// When a server wants to be asked again.

/** It is obeyed up to here, in seconds: no server may silence a client for longer. */
const MAX_RETRY_AFTER = 300;

/**
 * `Retry-After` in seconds: a whole number of them, or a date (RFC 9110 §10.2.3). undefined for anything else, in which `Date.parse` would find
 * some date or other.
 *
 * @param {Headers} headers
 * @param {number} now in milliseconds
 */
export function retryAfter(headers, now) {
  const field = headers.get("retry-after") ?? "";
  const seconds = /^\d+$/.test(field) ? Number(field) : / GMT$/.test(field) ? (Date.parse(field) - now) / 1000 : NaN;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 0), MAX_RETRY_AFTER);
}
