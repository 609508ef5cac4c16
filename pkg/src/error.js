/** @import { BearerError, ErrorCode } from "../index.js" */

/**
 * Why a token, a request or a configuration was refused, as a plain value. The core gives it; only `internal_error` and the faults of a
 * caller's own arguments are made on this side.
 *
 * @typedef {object} Refusal
 * @property {ErrorCode} code
 * @property {number} status
 * @property {BearerError | undefined} error
 * @property {string} message
 * @property {boolean} retryable
 * @property {string | undefined} [challenge] the value of WWW-Authenticate
 * @property {string | undefined} [dpopNonce] the value of DPoP-Nonce
 * @property {number | undefined} [retryAfterSeconds]
 */

/** A refusal as an exception. It holds names and fixed words, never a byte of a token. */
export class TokenError extends Error {
  /** @param {Refusal} refusal */
  constructor({ code, status, error, message, retryable }) {
    super(message);
    this.code = code;
    this.status = status;
    this.error = error;
    this.retryable = retryable;
  }
}
// On the prototype, as the names of the built-in errors are: not an own property of each error.
Object.defineProperty(TokenError.prototype, "name", { value: "TokenError", configurable: true, writable: true });

/**
 * An argument or option that cannot be meant: what is wrong, and what to write instead.
 *
 * @param {string} message
 */
export const misuse = (message) =>
  new TokenError({ code: "invalid_configuration", status: 500, error: undefined, message, retryable: false });

/** What a defect of this package looks like from outside: nothing is told, and nothing is let through. */
export const INTERNAL_ERROR = Object.freeze(
  /** @type {Refusal} */ ({
    code: "internal_error",
    status: 500,
    error: undefined,
    message: "the validator failed; this is a defect of countersign",
    retryable: false,
  }),
);
