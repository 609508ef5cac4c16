/**
 * Strict validation of JWT bearer tokens at the edge.
 *
 * Sources named below: RFC 6750 (bearer tokens), RFC 7515 (JWS), RFC 7517 (JWK), RFC 7519 (JWT), RFC 8414 (server metadata),
 * RFC 8705 (certificate-bound tokens), RFC 9068 (JWT access tokens), RFC 9449 (DPoP), RFC 9470 (step-up), RFC 9728 (resource metadata).
 */

/**
 * Makes a validator for one issuer or several. It fetches nothing yet: keys are fetched with the first token that needs them.
 *
 * @throws {TokenError} `invalid_configuration`: the message names the option and says what to write instead. A misspelt option is an error.
 */
export function createValidator(options: ValidatorOptions): Promise<Validator>;

/** One issuer, whose options stand among the others, or several, each with options of its own. */
export type ValidatorOptions = ServerOptions & (OneIssuer | SeveralIssuers);

export type OneIssuer = IssuerOptions & { readonly issuers?: undefined };

export type SeveralIssuers = { readonly [Name in keyof IssuerOptions]?: undefined } & {
  /**
   * The issuers whose tokens are accepted, at most 1000. The `iss` of a token chooses, character by character, and the token is judged by
   * the keys and the options of that issuer alone (RFC 8725 §3.8). An issuer that is not listed is never asked for anything; one that is
   * down makes 503 of its own tokens and delays no others.
   */
  readonly issuers: readonly IssuerOptions[];
};

/** What is said of an issuer. */
export interface IssuerOptions {
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

  /**
   * Keys that were known when this was deployed (RFC 7517 §5): the first token is judged by them without waiting for the issuer, and an
   * outage at the start is survived. They are fetched anew with the first use, in the background where there is `waitUntil`; the first answer
   * takes their place, and without one they end a day after their first use. Not together with `jwks`, which is for ever.
   */
  readonly seedJwks?: JsonWebKeySet;

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
}

/** What is said of the validator as a whole. */
export interface ServerOptions {
  /**
   * Memory for tokens that were verified, in bytes, in the module and as much again beside it: one that is seen again costs no second
   * signature check; its time and scopes are judged each time. Default: 1048576. At most 67108864. 0 remembers none.
   */
  readonly cacheBytes?: number;

  /** Whether issuer and key set may be plain http on a loopback address. For development. Default: false. */
  readonly allowInsecureLoopback?: boolean;

  /** The `realm` of the challenge (RFC 9110 §11.5). */
  readonly realm?: string;

  /**
   * Take tokens by scheme `DPoP` too, which are bound to a key that the client proves with each request (RFC 9449 §7). A bound token never
   * passes as `Bearer`, with or without this option. `true`: as `DpopOptions` with nothing said. Default: false.
   */
  readonly dpop?: boolean | DpopOptions;

  /**
   * What clients write in front of this API's paths, such as `https://api.example.com`. A DPoP proof names the whole URI, and requests of
   * `node:http` know their path only; no forwarding field is believed about the rest. It takes the place of the origin of `request.url`,
   * which in Deno, in Bun and in servers for Node that make a Request is of the `Host` field: of what the client wrote.
   * Needed with `dpop` for requests that are no WHATWG Requests, unless `url` comes with each call.
   */
  readonly origin?: string;

  /**
   * Where machines remember together which DPoP proofs were used (RFC 9449 §11.1). Default: the memory of this isolate alone, in which a
   * proof passes once in each isolate for as long as it is good.
   */
  readonly store?: Store;

  /**
   * Where machines share the key sets that they fetched, so that a new one asks the store before the network. What is in it is bounded, read
   * and judged as an answer of the issuer of that time is, and grows no younger; a store that fails, lies about the form or takes more than
   * half a second leads to the network. Whoever can write to it can make keys, and with them tokens: it has to be as safe as this program.
   * `cacheStore` makes one. It need not be consistent, and so need not be the one of the option `store`.
   */
  readonly keyStore?: KeysOnlyStore | Store;

  /**
   * Metadata of this API (RFC 9728), for clients that do not know yet where to get a token: `validator.resourceMetadata` has the document
   * to serve, and every challenge names its URL. A text is the `resource` alone.
   */
  readonly resourceMetadata?: string | ResourceMetadataOptions;

  /** The time, as a Date or in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => Date | number;

  /**
   * Whose arithmetic checks RSA and ECDSA signatures. It changes the cost and never the verdict: what it cannot do, the next does.
   * `"auto"` (default): the first of the following that the runtime has. `"node:crypto"`: fastest, and used by `verifySync` too.
   * `"webcrypto"`: off the main thread in some runtimes, never used by `verifySync`. `"wasm"`: no host is asked.
   */
  readonly crypto?: "auto" | "node:crypto" | "webcrypto" | "wasm";

  /** Used for metadata and keys in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;

  /**
   * Called with what happens, for counters and logs: plain facts, none of which comes from a token or a request. It is not waited for, and
   * what it throws is dropped.
   */
  readonly events?: (event: ValidatorEvent) => unknown;
}

/** What happened. Frozen. */
export type ValidatorEvent =
  /**
   * Metadata or keys came, or did not: `ok` says whether they are of use. `url` is that of the configuration or the metadata, without its
   * query; `status` is 0 where there was no whole answer. The issuer's answer or one that `keyStore` had.
   */
  | {
      readonly type: "fetch";
      readonly from: "network" | "store";
      readonly url: string;
      readonly ok: boolean;
      readonly status: number;
      readonly milliseconds: number;
    }
  /** A request or a token was refused. */
  | { readonly type: "refusal"; readonly code: ErrorCode }
  /** The wasm instance failed, which is a defect of this package, and another one takes its place. */
  | { readonly type: "replacement" };

/** What is demanded of DPoP proofs (RFC 9449 §4.3). Each is used once, for one token, method and URI. */
export interface DpopOptions {
  /** Algorithms of proofs. Default: all of `Algorithm`. */
  readonly algorithms?: readonly Algorithm[];

  /** For how long after its `iat` a proof is good, in seconds. Default: 60. At most 300. */
  readonly maxAgeSeconds?: number;

  /** Whether tokens that are bound to no DPoP key are refused (`claim_missing`), and `Bearer` is no scheme any more. Default: false. */
  readonly required?: boolean;

  /**
   * Every proof has to carry a nonce of ours (RFC 9449 §9), so that none is made in advance: a client without one gets `use_dpop_nonce` and
   * the nonce in `DPoP-Nonce`. At least 32 bytes from a random source as text, such as `openssl rand -base64 32` prints, the same on all
   * machines; nothing else has to be shared. Default: no nonces.
   */
  readonly nonceSecret?: string;

  /** For how long a nonce is good at least, in seconds; it is good for less than twice that. Default: 60. At most 300. */
  readonly nonceSeconds?: number;
}

/**
 * What a platform has for state that several machines share: Redis, a Durable Object, Deno KV. An error, or no answer within two seconds,
 * refuses the request with `store_unavailable`. Keys are `countersign.dpop.` and 43 characters of base64url.
 */
export interface Store {
  /** Only that of `cacheStore` has it: a cache is no place for proofs. */
  readonly keysOnly?: false | undefined;

  /** What was put there and has not expired; undefined or null if there is nothing. */
  get(key: string): unknown;

  /**
   * Keeps it for so many whole seconds at least. `false` says that something was there already, and so do null, the answer of Redis to
   * `SET … NX`, and an object whose `ok` is false, that of Deno KV to an atomic commit: a store that can put-if-absent then lets no proof
   * pass twice, while get and then put leave a gap for two requests at one moment on two machines.
   */
  put(key: string, value: string, ttlSeconds: number): unknown;
}

/** A store that is good for key sets alone: what one machine puts there, another need not see. */
export interface KeysOnlyStore extends Omit<Store, "keysOnly"> {
  readonly keysOnly: true;
}

/**
 * The Cache API as a store for the option `keyStore`: `cacheStore(caches.default)` in Workers, `cacheStore(await caches.open("keys"))` in
 * Deno and service workers. Everything that runs on the same origin or in the same zone can write to it. `store` does not take it.
 *
 * @throws {TokenError} `invalid_configuration`: what is given is no cache, such as the promise of one.
 */
export function cacheStore(cache: CacheLike): KeysOnlyStore;

/** What is used of a `Cache`: named here, because the types of Node have none. */
export interface CacheLike {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<unknown>;
}

/** What the metadata of a protected resource says beside what the other options say (RFC 9728 §2). */
export interface ResourceMetadataOptions {
  /** The identifier of this API: an https URL without fragment. */
  readonly resource: string;

  /** Issuers of its tokens. Default: `issuer`. */
  readonly authorizationServers?: readonly string[];

  /** Scopes that requests may need. */
  readonly scopesSupported?: readonly string[];

  /** Whether `certificate` or `certificateThumbprint` come with the calls, so that tokens may be bound to certificates. Default: false. */
  readonly certificateBoundTokens?: boolean;
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
  /** Checked by the host's crypto alone: `unsupported_algorithm` where that lacks the curve, and in `verifySync` without node:crypto. */
  | "ES384"
  /** Checked by the host's crypto alone, as ES384. */
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

  /**
   * How the user must have authenticated (RFC 9470); if not so, `insufficient_user_authentication`. Not for tokens of client credentials,
   * which have no user. Default: no demand.
   */
  readonly authentication?: RequiredAuthentication;

  /**
   * The certificate with which the client made the connection, DER, as the TLS layer has it: for tokens that are bound to one
   * (RFC 8705 §3), which are refused without it. In Node: `socket.getPeerCertificate().raw`. Never take it from a field of the request
   * that clients may send themselves. undefined: there was none.
   */
  readonly certificate?: Uint8Array | ArrayBuffer | undefined;

  /**
   * In place of `certificate`, its SHA-256 in base64url or hexadecimal. In a Worker: `request.cf?.tlsClientAuth?.certFingerprintSHA256`.
   * undefined or empty: there was none.
   */
  readonly certificateThumbprint?: string | undefined;
}

export interface AuthenticateOptions extends VerifyOptions {
  /** The absolute URL that the client asked for, where neither `request.url` nor `origin` tell it. For DPoP. */
  readonly url?: string | URL | undefined;

  /**
   * Takes work that may go on after the answer: `(work) => context.waitUntil(work)`. Keys are then refreshed ahead of their end without any
   * request waiting for it. Without it, and where it fails, one request in ten minutes or so waits.
   */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** At least one of the two. */
export interface RequiredAuthentication {
  /** Values of which `acr` must be one, in order of preference. */
  readonly acrValues?: readonly string[];

  /** The longest time since `auth_time`, in seconds. */
  readonly maxAgeSeconds?: number;
}

/** Holds the issuer's keys and the policy. Make one and use it for all requests; its methods may be taken off it. */
export interface Validator {
  /** What the option `resourceMetadata` makes; undefined without it. */
  readonly resourceMetadata: ResourceMetadata | undefined;

  /**
   * Judges a request by the token in its `Authorization` field (RFC 6750 §2.1; query and body are never looked at), and, with `dpop`, by
   * its `DPoP` field, its method and its URL.
   * Every verdict is a result, never an exception: `jwks_unavailable` and `internal_error` too.
   *
   * @throws {TokenError} `invalid_configuration`: only where the call itself is wrong, such as `scopes` that are none.
   */
  authenticate(request: RequestLike, options?: AuthenticateOptions): Promise<AuthenticateResult>;

  /**
   * Judges a bare token, which has no DPoP proof with it.
   *
   * @throws {TokenError} if the token is refused.
   */
  verify(jwt: string, options?: VerifyOptions): Promise<VerifiedToken>;

  /**
   * Judges a bare token without waiting for anything: by node:crypto or in the wasm, and only with keys that are in memory,
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
  /** With `dpop`: the method, in its own case. */
  readonly method?: string | undefined;
  /** With `dpop`: the absolute URL, or with `origin` the path. */
  readonly url?: string | undefined;
  /** Counts before `url`, which Express changes on its way to a router. */
  readonly originalUrl?: string | undefined;
}

/** Where the metadata of this API stands, and what it says (RFC 9728 §3): serve it at that URL as `application/json`. */
export interface ResourceMetadata {
  readonly url: string;
  readonly document: { readonly resource: string; readonly [member: string]: Json };
}

export type AuthenticateResult = Accepted | Refused;

export interface Accepted {
  readonly ok: true;
  readonly token: VerifiedToken;
  /** With `dpop.nonceSecret`: the nonce for the client's next proof, to be sent as `DPoP-Nonce` (RFC 9449 §8.2). */
  readonly dpopNonce: string | undefined;
}

export interface Refused extends RefusalFacts {
  readonly ok: false;
  /** The answer to give: status, `WWW-Authenticate` (RFC 6750 §3), `DPoP-Nonce`, `Retry-After` with 503, `Cache-Control: no-store`. */
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
  /** 503: the issuer's keys are not to be had now, or stand on an origin that is not among `jwksOrigins`; the message says which. */
  | "jwks_unavailable"
  /** 503: whether a DPoP proof was used before is not known now: `store` fails, or the memory is full. */
  | "store_unavailable"
  /** 500: an option or an argument is wrong, or what the issuer publishes does not fit the options. */
  | "invalid_configuration"
  /** 500: a defect of this package. */
  | "internal_error";
