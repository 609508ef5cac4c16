/**
 * The other end of the flow: gets access tokens with the client credentials grant (RFC 6749 §4.4), keeps them, and sends them.
 *
 * Sources named below: RFC 6749 (OAuth 2.0), RFC 6750 (bearer tokens), RFC 7523 (assertions), RFC 8414 (server metadata), RFC 8707
 * (resource indicators).
 */

/**
 * Makes a client. It asks for nothing yet: the first call that needs a token does.
 *
 * @throws {ClientError} `invalid_configuration`: the message names the option. `not_for_browsers`: in a page or a worker of a browser, where
 *   the secret would be public. A page is told by its `document`, a worker by its `importScripts`; no server runtime has either.
 */
export function createClient(options: ClientOptions): Client;

/** What a token is asked for. */
export interface TokenOptions {
  /** Scopes (RFC 6749 §3.3). Default: none is sent, and the server decides. */
  readonly scopes?: readonly string[];
  /** The API that the token is for, or several (RFC 8707 §2). Default: none is sent. */
  readonly resource?: string | readonly string[];
  /** The same by the parameter `audience`, which some servers have in place of `resource`. Default: none is sent. */
  readonly audience?: string;
}

export type ClientOptions = ClientBasics & Whereabouts & Credentials;

/** Where tokens come from: by the issuer's metadata, or directly. */
export type Whereabouts =
  | {
      /**
       * The issuer identifier. Its metadata (RFC 8414 §3, and where that answers 404, OpenID Connect Discovery) must name it character by
       * character. Believed for an hour.
       */
      readonly issuer: string;
      readonly tokenEndpoint?: string;
    }
  | {
      readonly issuer?: string;
      /** The URL of the token endpoint; no metadata is fetched then. */
      readonly tokenEndpoint: string;
    };

/** How the client says who it is. */
export type Credentials =
  | {
      readonly clientSecret: string;
      /** In the Authorization field (default), or in the body (RFC 6749 §2.3.1). */
      readonly authentication?: "client_secret_basic" | "client_secret_post";
    }
  | {
      /**
       * Signs an assertion (RFC 7523 §2.2): a `CryptoKey` with the usage `sign`, which need not be extractable, a private JWK, or PKCS #8 as
       * PEM, which begins with `-----BEGIN PRIVATE KEY-----`. RSA keys must have 2048 bits or more.
       */
      readonly privateKey: SigningKey | PrivateJsonWebKey | string;
      /** Needed where the key leaves a choice: for PEM, and for an RSA key as JWK without `alg`. */
      readonly algorithm?: AssertionAlgorithm;
      /** `kid` of the assertion. Default: that of the JWK. */
      readonly keyId?: string;
      readonly authentication?: "private_key_jwt";
      /** `aud` of the assertion. Default: the issuer, as draft-ietf-oauth-rfc7523bis demands; some servers still want their token endpoint. */
      readonly assertionAudience?: string;
    };

/** Algorithms of an assertion (RFC 7518 §3.1, RFC 8037 §3.1). */
export type AssertionAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA";

export interface ClientBasics extends TokenOptions {
  readonly clientId: string;

  /**
   * Origins (`https://host[:port]`) to which `fetch` sends the token. To any other it sends nothing at all. Default: none, for clients that
   * only use `token`.
   */
  readonly origins?: readonly string[];

  /** How long before its end a token is renewed, in seconds, and not before the last quarter of its life. Default: 60. At most 3600. */
  readonly renewBeforeSeconds?: number;

  /** How long a token is used whose `expires_in` the server has left out (RFC 6749 §5.1), in seconds. Default: 300. At most 86400. */
  readonly defaultLifetimeSeconds?: number;

  /** The longest time for metadata and token request together, in seconds. Default: 10. 0.1 to 60. */
  readonly timeoutSeconds?: number;

  /** Whether issuer, token endpoint and origins may be plain http on a loopback address. For development. Default: false. */
  readonly allowInsecureLoopback?: boolean;

  /** The time, as a Date or in milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => Date | number;

  /** Used for all requests in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Make one and use it for all requests; its methods may be taken off it. It can be printed: neither secret nor token shows. */
export interface Client {
  /**
   * A token that is good now: the one in memory, or a new one. Of many calls at once, one asks for it. One whose life is over when it comes goes
   * to those who waited for it, and to nobody else.
   *
   * @throws {ClientError}
   */
  token(): Promise<AccessToken>;

  /**
   * `fetch` with the token. It goes to `origins` only, and no redirect is followed: its answer comes back as it is. On a 401 the request is
   * sent once more with a new token, unless its body is a stream, which that of a Request is too, or a token was replaced in the last 30
   * seconds already. A `signal` ends the waiting for a token as well; without one nothing limits the time of the request itself.
   *
   * @throws {ClientError} and whatever `fetch` throws, or the `reason` of the signal
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;

  /** The same client for other scopes or another API; what is left out stays. The tokens of all of them are kept together, at most 64. */
  with(options: TokenOptions): Client;
}

/** A token. Printed or written as JSON, it shows when it ends and not what it is. */
export interface AccessToken {
  readonly value: string;
  /** The value of an Authorization field: `Bearer` and the token (RFC 6750 §2.1). */
  readonly authorization: string;
  /** What was granted, which may be less than was asked for (RFC 6749 §5.1). */
  readonly scopes: readonly string[];
  /** When it was asked for and when it ends, in milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What a `CryptoKey` is: named here, because the types of Node have no global one. */
export interface SigningKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

/** A private key as JWK (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). */
export interface PrivateJsonWebKey {
  readonly kty?: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
  readonly key_ops?: readonly string[];
  readonly ext?: boolean;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
  readonly d?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
}

/** Errors of a token endpoint (RFC 6749 §5.2, RFC 8707 §2). */
export type TokenEndpointError =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "invalid_scope"
  | "invalid_target";

export type ClientErrorCode =
  /** An option or argument is wrong; the message names it. */
  | "invalid_configuration"
  /** The program runs in a browser. */
  | "not_for_browsers"
  /** The URL is not at one of `origins`. */
  | "origin_not_allowed"
  /** The issuer's metadata is not to be had. */
  | "metadata_unavailable"
  /** The metadata names another issuer, or no safe token endpoint. */
  | "invalid_metadata"
  /** No answer in time, or one that says "not now". */
  | "token_endpoint_unavailable"
  /** A refusal; `error` says which, if it is a known one. */
  | "token_request_refused"
  /** No answer of RFC 6749 §5.1. */
  | "invalid_token_response"
  /** Another type than Bearer. */
  | "unsupported_token_type";

/** Why there is no token. `message` holds fixed words: nothing of the secret, of a token, or of what a server wrote. */
export class ClientError extends Error {
  private constructor();
  readonly name: "ClientError";
  readonly code: ClientErrorCode;
  /** The status that the token endpoint answered. A refusal may have that of success. */
  readonly status: number | undefined;
  readonly error: TokenEndpointError | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /**
   * `Retry-After` of the server in seconds, at most 300. Until then nothing is asked for by this client, whatever the need, and calls that have
   * no token fail at once; nor for some seconds after other failures, where that is longer.
   */
  readonly retryAfterSeconds: number | undefined;
}
