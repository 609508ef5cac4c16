// Tokens in memory: one for each need, renewed before it ends by one caller while the others go on with the old one. All that callers share
// are values; nobody waits for the promise of another, because some runtimes forbid that between requests.
import { authenticate } from "./authentication.js";
import { since } from "./clock.js";
import { ClientError, failed } from "./error.js";
import { exchange, within } from "./exchange.js";
import { Endpoint } from "./metadata.js";
import { tokenOf } from "./response.js";

/**
 * @import { AccessToken } from "./token.js"
 * @import { Failure } from "./error.js"
 * @import { Need, Settings } from "./options.js"
 */

/** So many different needs are remembered; beyond that the one goes that was not needed for longest. A program has a handful. */
const MAX_NEEDS = 64;
/** A token is renewed no sooner than in the last part of its life, so that short-lived ones are used at all. */
const LATE_PART = 0.25;
/** After a failure nobody asks again for so long, in milliseconds, or for longer if the server says so: a wrong secret must not lock the client
 * out, whatever the server says. */
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
 * @typedef {{ flight: Flight, failure: Failure, at: number, pause: number }} Failed
 *
 * @typedef {object} Entry what is known about one need
 * @property {AccessToken} [token]
 * @property {AccessToken} [doubted] a token that an API has refused: used only if no other is to be had
 * @property {number} [replaced] when a token was last replaced for that
 * @property {Flight} [flight]
 * @property {Failed} [failed]
 */

/** @param {ClientError} error @returns {Failure} */
const failureOf = ({ code, message, status, error, retryAfterSeconds }) => ({ code, detail: message, status, error, retryAfterSeconds });

/** @param {Failure} failure */
const pauseAfter = ({ code, retryAfterSeconds = 0 }) =>
  Math.max(retryAfterSeconds * 1000, code === "token_request_refused" ? QUIET_AFTER_REFUSAL : QUIET_AFTER_FAILURE);

/**
 * Whether the failure would meet every need: the server wants to be left alone, or does not believe who asks.
 *
 * @param {Failure} failure
 */
const isOfClient = ({ error, retryAfterSeconds }) => retryAfterSeconds !== undefined || error === "invalid_client";

export class Tokens {
  #settings;
  #endpoint = new Endpoint();
  #key = {};
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** @type {Failed | undefined} the last one that concerned every need */
  #failed;

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings;
  }

  /** @param {Need} need */
  #entry(need) {
    const name = JSON.stringify([need.scopes, need.resources, need.audience]);
    const entry = this.#entries.get(name) ?? {};
    this.#entries.delete(name);
    this.#entries.set(name, entry); // Behind all others.
    if (this.#entries.size > MAX_NEEDS) this.#entries.delete(/** @type {string} */ (this.#entries.keys().next().value));
    return entry;
  }

  /**
   * What a token is good for now: nothing, to go on with until there is another, or all.
   *
   * @param {AccessToken | undefined} token
   * @param {number} now
   */
  #worth(token, now) {
    if (token === undefined) return "nothing";
    const life = token.expiresAt - token.issuedAt;
    const age = since(token.issuedAt, now);
    if (age >= life) return "nothing";
    return age < life - Math.min(this.#settings.renewBeforeSeconds * 1000, life * LATE_PART) ? "all" : "a while";
  }

  /**
   * @param {Need} need
   * @returns {Promise<AccessToken>}
   */
  async get(need) {
    const entry = this.#entry(need);
    const patience = this.#settings.timeoutSeconds * 1000;
    const before = entry.token;
    /** @type {Flight | undefined} */
    let awaited;
    for (let waited = 0, pause = FIRST_WAIT; ; ) {
      const now = this.#settings.now();
      const { token, flight, doubted } = entry;
      // Nobody could get a newer one than what has come while this call waited, however short its life.
      if (token !== undefined && token !== before) return token;
      // A caller that is gone leaves its flight behind: it is given up after the time that it may take, by the clock or by waiting.
      const flying = flight !== undefined && since(flight.since, now) < patience && !(flight === awaited && waited >= patience);
      // The failure of the flight that this call waited for is its own; and after one nobody begins another for a while.
      const isTold = (/** @type {Failed} */ { flight: its, at, pause }) => its === awaited || (!flying && since(at, now) < pause);
      const last = [entry.failed, this.#failed].find((one) => one !== undefined && isTold(one));
      const worth = token === doubted ? "nothing" : this.#worth(token, now);
      if (token !== undefined && (worth === "all" || (worth === "a while" && flying))) return token;
      if (last !== undefined) return this.#after(entry, now, new ClientError(last.failure));
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
    if (entry.token === refused && entry.doubted !== refused) {
      const now = this.#settings.now();
      if (entry.replaced !== undefined && since(entry.replaced, now) < REPLACEMENT_PAUSE) return undefined;
      entry.replaced = now;
      entry.doubted = refused;
    }
    const token = await this.get(need);
    return token === refused ? undefined : token;
  }

  /**
   * After a failure the token goes on in use to its end, also one that an API has refused: another may take it.
   *
   * @param {Entry} entry
   * @param {number} now
   * @param {ClientError} error
   */
  #after({ token }, now, error) {
    if (token === undefined || this.#worth(token, now) === "nothing") throw error;
    return token;
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
      return (entry.token = await within(timeoutSeconds * 1000, (signal) => this.#obtain(need, signal), late));
    } catch (thrown) {
      if (!(thrown instanceof ClientError)) throw thrown;
      const failure = failureOf(thrown);
      const failed = { flight, failure, at: now(), pause: pauseAfter(failure) };
      if (isOfClient(failure)) this.#failed = failed;
      else entry.failed = failed;
      return this.#after(entry, failed.at, thrown);
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
