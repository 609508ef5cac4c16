// What can go wrong on the way to a token: a closed table of codes, each with fixed words. No text of any server, no secret and no token
// gets into an error, and none has a `cause`.

/** @import { ClientErrorCode, TokenEndpointError } from "../../client.js" */

/**
 * @typedef {object} Failure
 * @property {ClientErrorCode} code
 * @property {string} [detail] fixed words in place of those of the table
 * @property {number} [status] what the server answered
 * @property {TokenEndpointError} [error]
 * @property {number} [retryAfterSeconds]
 */

/**
 * One row a code: its words, and whether the same call may succeed later with nothing changed.
 *
 * @type {Record<ClientErrorCode, { words: string, retryable: boolean }>}
 */
const CODES = {
  invalid_configuration: { words: "an option or argument is wrong", retryable: false },
  not_for_browsers: {
    words: "client credentials must not run in a browser, where everybody can read them (RFC 6749 §2.1); call your own server, and let it get the token",
    retryable: false,
  },
  origin_not_allowed: { words: "the token is not sent to this origin; name it in the option `origins` if it is to have the token", retryable: false },
  metadata_unavailable: { words: "the issuer's metadata could not be fetched (RFC 8414 §3); check that it can be reached, or give `tokenEndpoint`", retryable: true },
  invalid_metadata: { words: "the issuer's metadata is not what RFC 8414 §3.2 asks for", retryable: false },
  token_endpoint_unavailable: { words: "the token endpoint did not answer, or is too busy", retryable: true },
  token_request_refused: { words: "the token endpoint refused the request, with no error of RFC 6749 §5.2", retryable: false },
  invalid_token_response: { words: "the answer of the token endpoint is not what RFC 6749 §5.1 asks for", retryable: false },
  unsupported_token_type: { words: "the token endpoint issued no Bearer token (RFC 6749 §7.1); let it issue Bearer tokens to this client", retryable: false },
};

/**
 * The errors of a token endpoint that are known (RFC 6749 §5.2, RFC 8707 §2), in our words: what a server writes itself is never repeated.
 *
 * @type {Record<TokenEndpointError, string>}
 */
const REFUSALS = {
  invalid_request: "the token endpoint found the request malformed; check `authentication`, `resource` and `audience`",
  invalid_client: "the token endpoint does not accept the client's credentials; check `clientId`, its secret or key, and `authentication`",
  invalid_grant: "the token endpoint does not accept the grant",
  unauthorized_client: "the client may not use the client credentials grant; allow it at the authorization server",
  unsupported_grant_type: "the authorization server does not offer the client credentials grant",
  invalid_scope: "the scopes are unknown, or more than the client may have; check `scopes`",
  invalid_target: "the resource is unknown, or not for this client; check `resource`",
};

/**
 * The error of a refusal, if it is one that is known.
 *
 * @param {unknown} error
 * @returns {TokenEndpointError | undefined}
 */
export const knownRefusal = (error) =>
  typeof error === "string" && Object.hasOwn(REFUSALS, error) ? /** @type {TokenEndpointError} */ (error) : undefined;

/** No token, and why. */
export class ClientError extends Error {
  /** @param {Failure} failure */
  constructor({ code, detail, status, error, retryAfterSeconds }) {
    super(detail ?? (error === undefined ? CODES[code].words : REFUSALS[error]));
    this.code = code;
    this.status = status;
    this.error = error;
    this.retryable = CODES[code].retryable;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
// On the prototype, as the names of the built-in errors are.
Object.defineProperty(ClientError.prototype, "name", { value: "ClientError", configurable: true, writable: true });

/**
 * An option or argument that cannot be meant: what is wrong, and what to write instead.
 *
 * @param {string} detail
 */
export const misuse = (detail) => new ClientError({ code: "invalid_configuration", detail });

/**
 * @param {ClientErrorCode} code
 * @param {string} [detail]
 */
export const failed = (code, detail) => new ClientError({ code, detail });
