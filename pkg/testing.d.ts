/**
 * An authorization server for tests, in memory: it mints tokens, good and bad, and needs no network. For tests only: whoever can call it can
 * mint any token, and it asks nobody who they are.
 */

import type { AssertionAlgorithm } from "./client.js";
import type { ErrorCode, JsonWebKeySet } from "./index.js";

/** Makes an issuer with keys of its own. Options that are not known are a TypeError, here and with each token. */
export function createIssuer(options?: IssuerOptions): Promise<TestIssuer>;

export interface IssuerOptions {
  /** Default: `https://issuer.test`, which no real server can have (RFC 6761 §6.2). */
  readonly issuer?: string;
  /** `aud` of its tokens. Default: `https://api.test`. */
  readonly audience?: string;
  /** One key pair for each; tokens are signed with the first one unless they say otherwise. Default: ES256. RSA keys take longest to make. */
  readonly algorithms?: readonly AssertionAlgorithm[];
  /** The time, as a Date or in milliseconds since 1970; give the validator the same. Default: `Date.now`. */
  readonly clock?: () => Date | number;
}

/** What a token is to be like. What is left out is as RFC 9068 §2 wants it. */
export interface TokenRequest {
  /** `scope`. Default: none. */
  readonly scopes?: readonly string[];
  /** `client_id` and `sub`. Default: `test-client`. */
  readonly clientId?: string;
  /** Seconds from now to `exp`. Default: 300. */
  readonly expiresIn?: number;
  /** Claims in place of, or beside, those of a good token; undefined removes one. */
  readonly claims?: { readonly [claim: string]: unknown };
  /** The same for the header. */
  readonly header?: { readonly [parameter: string]: unknown };
  /** One of the issuer's `algorithms`. Default: the first. */
  readonly algorithm?: AssertionAlgorithm;
}

export interface TestIssuer {
  /** For `createValidator` and `createClient`. */
  readonly issuer: string;
  readonly audience: string;
  readonly jwks: JsonWebKeySet;

  /** A good token. */
  token(request?: TokenRequest): Promise<string>;

  /** A token that is good but for one thing: a validator refuses it with `code`, and `insufficient_scope` where it needs any scope. */
  badToken(code: BadTokenCode, request?: TokenRequest): Promise<string>;

  /**
   * A `fetch` that reaches this issuer's metadata, key set and token endpoint, and answers 404 for all else. Its token endpoint serves the
   * client credentials grant to everybody.
   */
  readonly fetch: typeof globalThis.fetch;
}

/** Codes of the refusals for which a token can be minted. */
export type BadTokenCode = Extract<
  ErrorCode,
  | "malformed_token"
  | "token_too_large"
  | "encrypted_token"
  | "unsupported_algorithm"
  | "unsupported_critical"
  | "key_not_found"
  | "invalid_signature"
  | "token_expired"
  | "token_not_yet_valid"
  | "issued_in_future"
  | "invalid_issuer"
  | "invalid_audience"
  | "invalid_type"
  | "claim_missing"
  | "claim_invalid"
  | "insufficient_scope"
  | "bound_token_without_proof"
>;
