// Where the token endpoint is, by the issuer's own word (RFC 8414).
import { since } from "./clock.js";
import { ClientError, failed } from "./error.js";
import { exchange } from "./exchange.js";
import { retryAfter } from "./retry-after.js";
import { urlProblem } from "./urls.js";

/**
 * @import { Answer } from "./exchange.js"
 * @import { Settings } from "./options.js"
 */

/** What was found is believed for so long, in milliseconds: an hour. */
const LIFETIME = 3_600_000;

/**
 * The places, in order: that of RFC 8414 §3.1, between host and path, and that of OpenID Connect Discovery §4, behind the path.
 *
 * @param {string} issuer
 */
function places(issuer) {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [`${origin}/.well-known/oauth-authorization-server${path}`, `${origin}${path}/.well-known/openid-configuration`];
}

/**
 * @param {Answer["json"]} metadata
 * @param {Settings} settings
 */
function endpointOf(metadata, { issuer, allowInsecureLoopback }) {
  if (metadata === undefined) throw failed("invalid_metadata");
  // Character by character (RFC 8414 §3.3): otherwise the credentials would go to whoever that other issuer is.
  if (metadata.issuer !== issuer) {
    throw failed("invalid_metadata", "the issuer's metadata names another issuer (RFC 8414 §3.3); write `issuer` exactly as the server does");
  }
  if (urlProblem(metadata.token_endpoint, allowInsecureLoopback) !== undefined) {
    throw failed("invalid_metadata", "the issuer's metadata names no token endpoint to which a secret may be sent; give `tokenEndpoint`");
  }
  return /** @type {string} */ (metadata.token_endpoint);
}

/** The token endpoint, and how long it is believed. Values only: a promise must not go from one request to another. */
export class Endpoint {
  /** @type {{ url: string, at: number } | undefined} */
  #found;

  /**
   * @param {Settings} settings
   * @param {AbortSignal} signal
   * @returns {Promise<string>}
   */
  async of(settings, signal) {
    if (settings.tokenEndpoint !== undefined) return settings.tokenEndpoint;
    const now = settings.now();
    if (this.#found !== undefined && since(this.#found.at, now) < LIFETIME) return this.#found.url;
    let retryAfterSeconds;
    for (const place of places(/** @type {string} */ (settings.issuer))) {
      const { status, headers, json } = await exchange(settings.fetch, place, { headers: { accept: "application/json" } }, signal);
      // Only a place that is not there is passed over; one that cannot answer now will say what it has to say later.
      if (status === 404) continue;
      if (status !== 200) {
        retryAfterSeconds = retryAfter(headers, settings.now());
        break;
      }
      this.#found = { url: endpointOf(json, settings), at: now };
      return this.#found.url;
    }
    throw new ClientError({ code: "metadata_unavailable", retryAfterSeconds });
  }
}
