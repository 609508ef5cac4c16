// URLs to which credentials or tokens may go: https, and plain http to loopback where that was asked for.

/** Names and addresses that never leave the machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** The longest URL that is taken, in characters. */
const MAX_LENGTH = 2048;

/**
 * Why the text is no such URL; undefined if it is one.
 *
 * @param {unknown} text
 * @param {boolean} allowInsecureLoopback
 */
export function urlProblem(text, allowInsecureLoopback) {
  if (typeof text !== "string" || text.length > MAX_LENGTH || !URL.canParse(text)) return "must be an absolute URL";
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || text.includes("#")) return "must have neither credentials nor a fragment";
  if (url.protocol === "https:") return undefined;
  if (url.protocol !== "http:" || !LOOPBACK.test(url.hostname)) return "must be https";
  return allowInsecureLoopback ? undefined : "must be https, or loopback with `allowInsecureLoopback: true`";
}
