// A verdict as the caller gets it.
import { TokenError } from "./error.js";

/**
 * @import { AuthenticateResult, VerifiedToken } from "../index.js"
 * @import { Accepted, Refused } from "./step.js"
 * @import { Refusal } from "./error.js"
 */

/**
 * The HTTP answer to a refusal (RFC 6750 §3, RFC 9449 §7.1 and §9). The body is the bare code, for the eyes of whoever reads a log of it.
 *
 * @param {Refusal} refusal
 */
function responseOf({ code, status, challenge, dpopNonce, retryAfterSeconds }) {
  const headers = new Headers({ "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" });
  if (challenge !== undefined) headers.set("www-authenticate", challenge);
  if (dpopNonce !== undefined) headers.set("dpop-nonce", dpopNonce);
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(Math.ceil(retryAfterSeconds)));
  return new Response(`${code}\n`, { status, headers });
}

/**
 * @param {Accepted | Refused} verdict
 * @returns {AuthenticateResult}
 */
export function resultOf(verdict) {
  if (verdict.kind === "accepted") return Object.freeze({ ok: true, token: verdict.token, dpopNonce: verdict.dpopNonce });
  const { code, status, error, message, retryable } = verdict.refusal;
  return Object.freeze({ ok: false, response: responseOf(verdict.refusal), code, status, error, message, retryable });
}

/**
 * @param {Accepted | Refused} verdict
 * @returns {VerifiedToken}
 */
export function tokenOrThrow(verdict) {
  if (verdict.kind === "accepted") return verdict.token;
  throw new TokenError(verdict.refusal);
}
