// The answer of a token endpoint, read strictly (RFC 6749 §5).
import { ClientError, failed, knownRefusal } from "./error.js";
import { retryAfter } from "./retry-after.js";
import { AccessToken } from "./token.js";

/**
 * @import { Answer } from "./exchange.js"
 * @import { Need, Settings } from "./options.js"
 */

/** What an Authorization field can carry (RFC 6750 §2.1, `b64token`). Anything else would be another request. */
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
/** The longest token that is taken, in characters: what the verifying half takes at most. */
const MAX_TOKEN = 65_536;
/** A token is kept for at most a day, in seconds, whatever its server says. */
const MAX_LIFETIME = 86_400;
/** Answers that say "not now" rather than "no". */
const BUSY = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/**
 * @param {Record<string, any>} json
 * @param {Need} need
 */
function scopesOf({ scope }, need) {
  if (scope === undefined) return need.scopes; // It then is what was asked for (RFC 6749 §5.1).
  if (typeof scope !== "string") throw failed("invalid_token_response", "the answer of the token endpoint has a `scope` that is no text (RFC 6749 §5.1)");
  return scope.split(" ").filter((one) => one !== "");
}

/**
 * @param {Record<string, any>} json
 * @param {Settings} settings
 */
function lifetimeOf({ expires_in: seconds }, settings) {
  if (seconds === undefined) return settings.defaultLifetimeSeconds;
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 0) {
    throw failed("invalid_token_response", "the answer of the token endpoint has an `expires_in` that is no number of seconds (RFC 6749 §5.1)");
  }
  return Math.min(seconds, MAX_LIFETIME);
}

/**
 * Why there is no token.
 *
 * @param {Answer} answer
 * @param {number} now
 */
function refusalOf({ status, headers, json }, now) {
  const busy = BUSY.has(status);
  return new ClientError({
    code: busy ? "token_endpoint_unavailable" : "token_request_refused",
    detail: status >= 300 && status < 400 ? "the token endpoint redirects, and credentials follow no redirect; write the URL to which it leads" : undefined,
    status: status || undefined,
    error: busy ? undefined : knownRefusal(json?.error),
    retryAfterSeconds: retryAfter(headers, now),
  });
}

/**
 * @param {Answer} answer
 * @param {Settings} settings
 * @param {Need} need
 * @param {number} asked when the request was made, in milliseconds: the token is at least as old as its answer
 */
export function tokenOf(answer, settings, need, asked) {
  const { status, json } = answer;
  // An error with the status of success is one all the same: whoever asks again at once may be locked out.
  if (status !== 200 || typeof json?.error === "string") throw refusalOf(answer, settings.now());
  if (json === undefined) {
    throw failed("invalid_token_response", "the answer of the token endpoint is no JSON object of bounded length (RFC 6749 §5.1)");
  }
  const { access_token: value, token_type: type } = json;
  if (typeof value !== "string" || value.length > MAX_TOKEN || !B64TOKEN.test(value)) {
    throw failed("invalid_token_response", "the answer of the token endpoint has no `access_token` that can be sent (RFC 6749 §5.1, RFC 6750 §2.1)");
  }
  if (typeof type !== "string") throw failed("invalid_token_response", "the answer of the token endpoint has no `token_type` (RFC 6749 §5.1)");
  if (type.toLowerCase() !== "bearer") {
    throw failed(
      "unsupported_token_type",
      type.toLowerCase() === "dpop"
        ? "the token is bound to a key by DPoP (RFC 9449), which this client does not prove; let the server issue Bearer tokens to this client"
        : undefined,
    );
  }
  const lifetime = lifetimeOf(json, settings);
  return new AccessToken({ value, scopes: scopesOf(json, need), issued: asked, lifetime: lifetime * 1000 });
}
