/**
 * Strict validation of JWT bearer tokens at the edge.
 *
 * Sources named below: RFC 6750 (bearer tokens), RFC 7515 (JWS), RFC 7517 (JWK), RFC 7519 (JWT), RFC 8414 (server metadata),
 * RFC 9068 (JWT access tokens).
 */

/**
 * Makes a validator for one issuer. It fetches nothing yet: keys are fetched with the first token that needs them.
 *
 * @throws {TokenError} `invalid_configuration`: the message names the option and says what to write instead. A misspelt option is an error.
 */
export function createValidator(options: ValidatorOptions): Promise<Validator>;

export interface ValidatorOptions {
  /**
   * The issuer identifier of the authorization server, compared with `iss` character by character (RFC 9068 §4).
   * Without `jwks` and `jwksUri`, the keys are discovered from its metadata (RFC 8414 §3, then OpenID Connect Discovery).
   */
  readonly issuer: string;

  /**
   * The identifier of this API, or several: one of them must stand in `aud` (RFC 9068 §4). It has to be said;
   * `null` accepts tokens for any audience, which makes a token that was stolen from another API good for yours.
   */
  readonly audience: string | readonly string[] | null;

  /** The issuer's keys by value (RFC 7517 §5). Nothing is ever fetched then. Not together with `jwksUri`. */
  readonly jwks?: JsonWebKeySet;

  /** Where the issuer's keys are: an https URL. Default: discovered from the issuer. */
  readonly jwksUri?: string;

  /**
   * Origins (`https://host[:port]`), beside the issuer's own, on which a key set may stand that is discovered. Whoever answers there
   * speaks for the issuer. Default: none.
   */
  readonly jwksOrigins?: readonly string[];

  /** Signature algorithms that are accepted (RFC 8725 §3.1). Default: RS256, PS256, ES256 and EdDSA. */
  readonly algorithms?: readonly Algorithm[];

  /**
   * What the token has to look like. `"at+jwt"` (default): RFC 9068, with its header `typ` and all the claims that it requires.
   * `"jwt"`: for authorization servers that issue tokens with `typ` "JWT" or none. The others are for the servers that they name.
   */
  readonly profile?: Profile;

  /**
   * Claims in which the scopes stand, in place of those of the profile: `scope`, `scp`, `permissions`, `roles`, or any path with dots,
   * such as `realm_access.roles`. A token's scopes are those of all of them.
   */
  readonly scopeClaims?: readonly string[];

  /** How far the issuer's clock may be off, in seconds, for `exp`, `nbf` and `iat` (RFC 7519 §4.1.4). Default: 5. At most 300. */
  readonly clockToleranceSeconds?: number;

  /** The longest time since `iat`, in seconds, whatever `exp` says. Default: no limit but `exp`. */
  readonly maxAgeSeconds?: number;

  /** The longest time from `iat` to `exp`, in seconds. Default: no limit. */
  readonly maxLifetimeSeconds?: number;

  /** Longer tokens are refused before they are decoded, in bytes. Default: 16384. At most 65536. */
  readonly maxTokenBytes?: number;

  /**
   * Memory for tokens that were verified, in bytes: one that is seen again costs no second signature check; its time and scopes are judged
   * each time. Default: 1048576. At most 67108864. 0 remembers none.
   */
  readonly cacheBytes?: number;

  /** Whether issuer and key set may be plain http on a loopback address. For development. Default: false. */
  readonly allowInsecureLoopback?: boolean;

  /** The `realm` of the challenge (RFC 9110 §11.5). */
  readonly realm?: string;

  /** The time, as a Date or in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => Date | number;

  /** Used for metadata and keys in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Signature algorithms by their names in JOSE (RFC 7518 §3.1, RFC 8037 §3.1). */
export type Algorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  /** Checked by the host's WebCrypto alone: `unsupported_algorithm` where that lacks the curve, and in `verifySync`. */
  | "ES384"
  /** Checked by the host's WebCrypto alone, as ES384. */
  | "ES512"
  | "EdDSA"
  /** The same as EdDSA, by its name of RFC 9864. */
  | "Ed25519";

/** Forms of access tokens: that of RFC 9068, that of plain JWTs, and those of named servers. */
export type Profile = "at+jwt" | "jwt" | "auth0" | "cognito" | "entra" | "keycloak" | "okta";

/** Scopes that a request needs: a list of which all are needed, or terms inside each other (at most eight deep). */
export type ScopeRequirement =
  | readonly ScopeTerm[]
  | { readonly allOf: readonly ScopeTerm[] }
  | { readonly anyOf: readonly ScopeTerm[] }
  | { readonly not: ScopeTerm };

/** A scope, or a requirement inside another. */
export type ScopeTerm = string | ScopeRequirement;

/** A JWK Set (RFC 7517 §5). Keys that are not usable are skipped; at least one must be. */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKeyObject[];
}

/** A public key (RFC 7517 §4). */
export interface JsonWebKeyObject {
  readonly kty?: string;
  readonly [member: string]: unknown;
}

export interface VerifyOptions {
  /** Scopes that the token must have (RFC 6750 §3.1): of a list all of them. Default: none. */
  readonly scopes?: ScopeRequirement;
}

/** Holds the issuer's keys and the policy. Make one and use it for all requests; its methods may be taken off it. */
export interface Validator {
  /**
   * Judges a request by the token in its `Authorization` field (RFC 6750 §2.1; query and body are never looked at).
   * Every verdict is a result, never an exception: `jwks_unavailable` and `internal_error` too.
   *
   * @throws {TokenError} `invalid_configuration`: only where the call itself is wrong, such as `scopes` that are none.
   */
  authenticate(request: RequestLike, options?: VerifyOptions): Promise<AuthenticateResult>;

  /**
   * Judges a bare token.
   *
   * @throws {TokenError} if the token is refused.
   */
  verify(jwt: string, options?: VerifyOptions): Promise<VerifiedToken>;

  /**
   * Judges a bare token without waiting for anything: all arithmetic is done here, and only keys that are in memory are used,
   * those given as `jwks` or fetched before; without any, `jwks_unavailable` is thrown.
   *
   * @throws {TokenError} if the token is refused.
   */
  verifySync(jwt: string, options?: VerifyOptions): VerifiedToken;
}

/** A WHATWG `Request`, a request of `node:http` or of a framework on it, or anything else with such headers. */
export interface RequestLike {
  readonly headers:
    | { get(name: string): string | null | undefined }
    | { readonly [name: string]: string | readonly string[] | undefined };
  /** Names and values in turn, as in `node:http`: the only place where it shows a repeated `Authorization` field. */
  readonly rawHeaders?: readonly string[];
}

export type AuthenticateResult = Accepted | Refused;

export interface Accepted {
  readonly ok: true;
  readonly token: VerifiedToken;
}

export interface Refused extends RefusalFacts {
  readonly ok: false;
  /** The answer to give: status, `WWW-Authenticate` (RFC 6750 §3), `Retry-After` with 503, `Cache-Control: no-store`. */
  readonly response: Response;
  /** What was wrong, in fixed words. It never contains any part of the token. */
  readonly message: string;
}

export interface RefusalFacts {
  /** What was wrong, for programs. Codes never change their meaning. */
  readonly code: ErrorCode;
  /** The HTTP status that fits: 400, 401, 403, 500 or 503. */
  readonly status: number;
  /** The `error` parameter of the challenge (RFC 6750 §3.1), where the answer has one. */
  readonly error: BearerError | undefined;
  /** Whether the same request may succeed later without a change by the client. */
  readonly retryable: boolean;
}

/** A refusal, or a configuration that cannot be meant. `message` says what was wrong and never contains any part of a token. */
export class TokenError extends Error implements RefusalFacts {
  private constructor();
  readonly name: "TokenError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly error: BearerError | undefined;
  readonly retryable: boolean;
}

/** A token that has passed every check. Frozen to its depth. */
export interface VerifiedToken {
  readonly claims: Claims;
  readonly header: Header;
  /** The scopes that were granted (RFC 9068 §2.2.3). */
  readonly scopes: readonly string[];
  /** Who calls (RFC 9068 §2.2, `client_id`). */
  readonly clientId: string | undefined;
  /** `sub`; with client credentials it stands for the client (RFC 9068 §5). */
  readonly subject: string | undefined;
}

/** Any JSON value, frozen. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** The claims (RFC 7519 §4, RFC 9068 §2.2). Times are in seconds since 1970. */
export interface Claims {
  readonly iss: string;
  readonly exp: number;
  readonly aud?: string | readonly string[];
  readonly sub?: string;
  readonly client_id?: string;
  readonly iat?: number;
  readonly nbf?: number;
  readonly jti?: string;
  readonly scope?: string;
  readonly [claim: string]: Json | undefined;
}

/** The JOSE header (RFC 7515 §4). */
export interface Header {
  readonly alg: Algorithm;
  readonly typ?: string;
  readonly kid?: string;
  readonly [parameter: string]: Json | undefined;
}

/** Values of the `error` parameter of a challenge (RFC 6750 §3.1). */
export type BearerError =
  | "invalid_request"
  | "invalid_token"
  | "insufficient_scope"
  /** RFC 9449 §7.1. */
  | "invalid_dpop_proof"
  /** RFC 9449 §9. */
  | "use_dpop_nonce"
  /** RFC 9470 §3. */
  | "insufficient_user_authentication";

export type ErrorCode =
  /** 401: no bearer token in the request. */
  | "missing_token"
  /** 400: the `Authorization` field is no bearer token (RFC 6750 §2.1). */
  | "malformed_request"
  /** 400: more than one credential (RFC 6750 §3.1). */
  | "multiple_tokens"
  /** 401: no JWT in compact serialization (RFC 7515 §7.1), or not in its one strict form. */
  | "malformed_token"
  /** 401: longer than `maxTokenBytes`. */
  | "token_too_large"
  /** 401: a JWE or a nested token. */
  | "encrypted_token"
  /** 401: `alg` is not among `algorithms`. */
  | "unsupported_algorithm"
  /** 401: the header demands an extension (RFC 7515 §4.1.11). */
  | "unsupported_critical"
  /** 401: the issuer has no such key. */
  | "key_not_found"
  /** 401: the key must not be used for this (RFC 7517 §4.2 to §4.4). */
  | "unsuitable_key"
  /** 401: the signature does not verify. */
  | "invalid_signature"
  /** 401: `exp` has passed. */
  | "token_expired"
  /** 401: `nbf` has not come. */
  | "token_not_yet_valid"
  /** 401: `iat` lies in the future. */
  | "issued_in_future"
  /** 401: `iss` is another. */
  | "invalid_issuer"
  /** 401: `aud` names others only. */
  | "invalid_audience"
  /** 401: `typ` is not that of the `profile`. */
  | "invalid_type"
  /** 401: a claim that the `profile` requires is absent. */
  | "claim_missing"
  /** 401: a claim has a wrong type or value. */
  | "claim_invalid"
  /** 401: issued longer ago than allowed. */
  | "token_too_old"
  /** 403: good, but without a scope that is required. */
  | "insufficient_scope"
  /** 401: bound to a key (`cnf`, RFC 7800 §3.1) and sent as a plain bearer token. */
  | "bound_token_without_proof"
  /** 401: bound to another client certificate than that of the connection (RFC 8705 §3). */
  | "certificate_mismatch"
  /** 401: the DPoP proof is missing or wrong (RFC 9449 §4.3). */
  | "invalid_dpop_proof"
  /** 401: the DPoP proof needs the nonce of the answer (RFC 9449 §9). */
  | "use_dpop_nonce"
  /** 401: good, but the user's authentication is too weak or too long ago (RFC 9470 §3). */
  | "insufficient_user_authentication"
  /** 503: the issuer's keys are not to be had now. */
  | "jwks_unavailable"
  /** 500: an option or an argument is wrong, or what the issuer publishes does not fit the options. */
  | "invalid_configuration"
  /** 500: a defect of this package. */
  | "internal_error";
