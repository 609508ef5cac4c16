// Tokens in memory: one for each need, renewed before it ends by one caller while the others go on with the old one. All that callers share
// are values; nobody waits for the promise of another, because some runtimes forbid that between requests.
import { authenticate } from "./authentication.js";
import { ClientError, failed } from "./error.js";
import { exchange, within } from "./exchange.js";
import { Endpoint } from "./metadata.js";
import { tokenOf } from "./response.js";

/**
 * @import { AccessToken } from "./token.js"
 * @import { Failure } from "./error.js"
 * @import { Need, Settings } from "./options.js"
 */

/** So many different needs are remembered; beyond that the oldest goes. A program has a handful. */
const MAX_NEEDS = 64;
/** A token is renewed no sooner than in the last part of its life, so that short-lived ones are used at all. */
const LATE_PART = 0.25;
/** After a failure nobody asks again for so long, in milliseconds, unless the server names a time: a wrong secret must not lock the client out. */
const QUIET_AFTER_FAILURE = 1000;
const QUIET_AFTER_REFUSAL = 10_000;
/** Refused by an API, a token is replaced at once, and then no more often than this, in milliseconds: an API that refuses everything must not
 * cost a token each time. */
const REPLACEMENT_PAUSE = 30_000;
/** Waiting for another caller's request: from 20 ms, each time twice as long, to 320 ms. */
const FIRST_WAIT = 20;
const LONGEST_WAIT = 320;

/** @param {number} milliseconds */
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * @typedef {{ readonly since: number }} Flight a request to the token endpoint that some caller makes; a value, not its promise
 *
 * @typedef {object} Entry what is known about one need
 * @property {AccessToken} [token]
 * @property {number} [replaced] when a token was last replaced because an API had refused it
 * @property {Flight} [flight]
 * @property {{ flight: Flight, failure: Failure, until: number }} [failed]
 */

/** @param {ClientError} error @returns {Failure} */
const failureOf = ({ code, message, status, error, retryAfterSeconds }) => ({ code, detail: message, status, error, retryAfterSeconds });

/** @param {Failure} failure */
function quietTime({ code, retryAfterSeconds }) {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000;
  return code === "token_request_refused" ? QUIET_AFTER_REFUSAL : QUIET_AFTER_FAILURE;
}

export class Tokens {
  #settings;
  #endpoint = new Endpoint();
  #key = {};
  /** @type {Map<string, Entry>} */
  #entries = new Map();

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings;
  }

  /** @param {Need} need */
  #entry(need) {
    const name = JSON.stringify([need.scopes, need.resources, need.audience]);
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      if (this.#entries.size >= MAX_NEEDS) this.#entries.delete(/** @type {string} */ (this.#entries.keys().next().value));
      this.#entries.set(name, (entry = {}));
    }
    return entry;
  }

  /** @param {AccessToken} token */
  #renewAt({ issuedAt, expiresAt }) {
    return expiresAt - Math.min(this.#settings.renewBeforeSeconds * 1000, (expiresAt - issuedAt) * LATE_PART);
  }

  /**
   * @param {Need} need
   * @returns {Promise<AccessToken>}
   */
  async get(need) {
    const entry = this.#entry(need);
    const patience = this.#settings.timeoutSeconds * 1000;
    /** @type {Flight | undefined} */
    let awaited;
    for (let waited = 0, pause = FIRST_WAIT; ; ) {
      const now = this.#settings.now();
      const { token, flight, failed: last } = entry;
      const quiet = last !== undefined && now < last.until;
      // A caller that is gone leaves its flight behind: it is given up after the time that it may take, by the clock or by waiting.
      const flying = flight !== undefined && now - flight.since < patience && !(flight === awaited && waited >= patience);
      if (token !== undefined && now < token.expiresAt && (now < this.#renewAt(token) || flying || quiet)) return token;
      if (last !== undefined && (quiet || last.flight === awaited)) throw new ClientError(last.failure);
      if (!flying) return this.#fly(entry, need);
      if (flight !== awaited) [awaited, waited, pause] = [flight, 0, FIRST_WAIT];
      await sleep(pause);
      waited += pause;
      pause = Math.min(pause * 2, LONGEST_WAIT);
    }
  }

  /**
   * Another token than one that an API has refused; undefined if it is too soon for that.
   *
   * @param {Need} need
   * @param {AccessToken} refused
   * @returns {Promise<AccessToken | undefined>}
   */
  async replace(need, refused) {
    const entry = this.#entry(need);
    if (entry.token === refused) {
      const now = this.#settings.now();
      if (entry.replaced !== undefined && now - entry.replaced < REPLACEMENT_PAUSE) return undefined;
      entry.replaced = now;
      entry.token = undefined;
    }
    return this.get(need);
  }

  /**
   * @param {Entry} entry
   * @param {Need} need
   */
  async #fly(entry, need) {
    const { now, timeoutSeconds } = this.#settings;
    const flight = { since: now() };
    entry.flight = flight;
    try {
      const late = () => failed("token_endpoint_unavailable");
      const token = await within(timeoutSeconds * 1000, (signal) => this.#obtain(need, signal), late);
      entry.failed = undefined;
      return (entry.token = token);
    } catch (thrown) {
      if (!(thrown instanceof ClientError)) throw thrown;
      const failure = failureOf(thrown);
      entry.failed = { flight, failure, until: now() + quietTime(failure) };
      // It was only to be renewed ahead of time: the old one is still good.
      if (entry.token !== undefined && now() < entry.token.expiresAt) return entry.token;
      throw thrown;
    } finally {
      if (entry.flight === flight) entry.flight = undefined;
    }
  }

  /**
   * One token request (RFC 6749 §4.4.2).
   *
   * @param {Need} need
   * @param {AbortSignal} signal
   */
  async #obtain(need, signal) {
    const settings = this.#settings;
    const endpoint = await this.#endpoint.of(settings, signal);
    const form = new URLSearchParams({ grant_type: "client_credentials" });
    if (need.scopes.length > 0) form.set("scope", need.scopes.join(" "));
    for (const resource of need.resources) form.append("resource", resource);
    if (need.audience !== undefined) form.set("audience", need.audience);
    const headers = new Headers({ accept: "application/json", "content-type": "application/x-www-form-urlencoded" });
    const asked = settings.now();
    await authenticate(settings, { headers, form }, this.#key, asked);
    const answer = await exchange(settings.fetch, endpoint, { method: "POST", headers, body: form.toString() }, signal);
    return tokenOf(answer, settings, need, asked);
  }
}
