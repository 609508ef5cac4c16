// An authorization server for tests, in memory: keys, tokens, and a fetch that reaches it and nothing else.
import { ALGORITHMS, signJwt } from "../sign.js";
import { BAD } from "./bad.js";
import { keyPair } from "./keys.js";

/** @import { BadTokenCode, IssuerOptions, TestIssuer, TokenRequest } from "../../testing.js" */

const METADATA = "/.well-known/oauth-authorization-server";
const JWKS = "/jwks";
const TOKEN = "/token";
/** How long a token lives where nothing is said, in seconds. */
const LIFETIME = 300;

/**
 * An object without the members that are undefined: what a JSON text of it would hold.
 *
 * @param {object} value
 */
const defined = (value) => Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));

/**
 * @template T
 * @param {object} table
 * @param {T} name
 * @param {string} what
 */
function known(table, name, what) {
  if (!Object.hasOwn(table, /** @type {PropertyKey} */ (name))) throw new TypeError(`${what}: must be one of ${Object.keys(table).join(", ")}`);
  return name;
}

/** Misspelt, an option would make another token than the test is about. */
const ISSUER_OPTIONS = ["issuer", "audience", "algorithms", "clock"];
const TOKEN_OPTIONS = ["claims", "header", "scopes", "expiresIn", "clientId", "algorithm"];

/**
 * @param {readonly string[]} names
 * @param {object} given
 */
function onlyOf(names, given) {
  const other = Object.keys(given).find((name) => !names.includes(name));
  if (other !== undefined) throw new TypeError(`option \`${other}\`: is not known; known are ${names.join(", ")}`);
}

/**
 * @param {IssuerOptions} [options]
 * @returns {Promise<TestIssuer>}
 */
export async function createIssuer(options = {}) {
  onlyOf(ISSUER_OPTIONS, options);
  const { issuer = "https://issuer.test", audience = "https://api.test", algorithms = ["ES256"], clock = Date.now } = options;
  for (const algorithm of algorithms) known(ALGORITHMS, algorithm, "option `algorithms`");
  const pairs = await Promise.all(algorithms.map((algorithm) => keyPair(algorithm, algorithm.toLowerCase())));
  const foreign = await Promise.all(pairs.map(({ algorithm, kid }) => keyPair(algorithm, kid)));
  const jwks = { keys: pairs.map(({ publicJwk }) => publicJwk) };
  const now = () => Math.floor(Number(clock()) / 1000);

  /**
   * @param {TokenRequest} request
   * @param {typeof pairs} keys
   */
  function mint(request, keys) {
    onlyOf(TOKEN_OPTIONS, request);
    const { claims, header, scopes, expiresIn = LIFETIME, clientId = "test-client", algorithm = algorithms[0] } = request;
    if (scopes !== undefined && !Array.isArray(scopes)) throw new TypeError("option `scopes`: must be an array of strings");
    const pair = keys.find((one) => one.algorithm === algorithm);
    if (pair === undefined) throw new TypeError(`option \`algorithm\`: must be one of ${algorithms.join(", ")}`);
    const iat = now();
    const usual = { iss: issuer, aud: audience, sub: clientId, client_id: clientId, jti: crypto.randomUUID(), iat, exp: iat + expiresIn };
    return signJwt(
      defined({ alg: algorithm, typ: "at+jwt", kid: pair.kid, ...header }),
      defined({ ...usual, scope: scopes?.join(" ") || undefined, ...claims }),
      pair.privateKey,
      algorithm,
    );
  }

  /** @type {TestIssuer["token"]} */
  const token = async (request = {}) => mint(request, pairs);

  /** @type {TestIssuer["badToken"]} */
  async function badToken(code, request = {}) {
    const { request: changes = {}, key, then = (minted) => minted } = BAD[known(BAD, code, "`code`")](now());
    const merged = {
      ...request,
      ...changes,
      claims: { ...request.claims, ...changes.claims },
      header: { ...request.header, ...changes.header },
    };
    return then(await mint(merged, key === "foreign" ? foreign : pairs));
  }

  /** @param {Request} request */
  async function tokenResponse(request) {
    const form = new URLSearchParams(await request.text());
    if (request.method !== "POST" || form.get("grant_type") !== "client_credentials") {
      return Response.json({ error: "unsupported_grant_type" }, { status: 400 });
    }
    const scope = form.get("scope") ?? undefined;
    const resource = form.getAll("resource");
    const aud = resource.length > 1 ? resource : (resource[0] ?? form.get("audience") ?? audience);
    const minted = await token({ scopes: scope?.split(" "), claims: { aud } });
    return Response.json({ access_token: minted, token_type: "Bearer", expires_in: LIFETIME }, { headers: { "cache-control": "no-store" } });
  }

  const base = issuer.replace(/\/$/, "");
  const { origin, pathname } = new URL(base);
  /** @type {Record<string, (request: Request) => Response | Promise<Response>>} */
  const ANSWERS = {
    [`${origin}${METADATA}${pathname.replace(/\/$/, "")}`]: () =>
      Response.json({
        issuer,
        jwks_uri: `${base}${JWKS}`,
        token_endpoint: `${base}${TOKEN}`,
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
      }),
    [`${base}${JWKS}`]: () => Response.json(jwks),
    [`${base}${TOKEN}`]: tokenResponse,
  };

  /**
   * @param {RequestInfo | URL} input
   * @param {RequestInit} [init]
   */
  async function fetch(input, init) {
    const request = new Request(input, init);
    return ANSWERS[request.url]?.(request) ?? new Response(null, { status: 404 });
  }

  return Object.freeze({ issuer, audience, jwks, token, badToken, fetch });
}
