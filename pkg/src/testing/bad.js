// Tokens that are wrong in one way, by the code with which they are refused.

/** @import { BadTokenCode, TokenRequest } from "../../testing.js" */

/** Longer than any validator takes a token by default, in bytes. */
const TOO_LONG = 20_000;

/**
 * @typedef {object} Wrong
 * @property {TokenRequest} [request] what the token is minted with in place of what was asked for
 * @property {"foreign"} [key] signed with a key that is not in the key set
 * @property {(token: string) => string} [then] what becomes of the token
 */

/**
 * One row a code; `now` is in seconds.
 *
 * @type {Record<BadTokenCode, (now: number) => Wrong>}
 */
export const BAD = {
  malformed_token: () => ({ then: (token) => `${token}.` }),
  token_too_large: () => ({ request: { claims: { padding: "x".repeat(TOO_LONG) } } }),
  encrypted_token: () => ({ then: (token) => `${token}.AAAA.AAAA` }),
  unsupported_algorithm: () => ({ request: { header: { alg: "none" } } }),
  unsupported_critical: () => ({ request: { header: { crit: ["exp"] } } }),
  key_not_found: () => ({ request: { header: { kid: "no-such-key" } }, key: "foreign" }),
  invalid_signature: () => ({ key: "foreign" }),
  token_expired: (now) => ({ request: { claims: { iat: now - 7200, exp: now - 3600 } } }),
  token_not_yet_valid: (now) => ({ request: { claims: { nbf: now + 3600 }, expiresIn: 7200 } }),
  issued_in_future: (now) => ({ request: { claims: { iat: now + 3600, exp: now + 7200 } } }),
  invalid_issuer: () => ({ request: { claims: { iss: "https://another-issuer.test" } } }),
  invalid_audience: () => ({ request: { claims: { aud: "https://another-api.test" } } }),
  invalid_type: () => ({ request: { header: { typ: "logout+jwt" } } }),
  claim_missing: () => ({ request: { claims: { exp: undefined } } }),
  claim_invalid: () => ({ request: { claims: { exp: "tomorrow" } } }),
  insufficient_scope: () => ({ request: { scopes: [] } }),
  bound_token_without_proof: () => ({ request: { claims: { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } } } }),
};
