// The public object: three callers of one path.
import { resultOf, tokenOrThrow } from "./answer.js";
import { readCall } from "./call.js";
import { hostCrypto } from "./crypto/choose.js";
import { decide, decideSync } from "./decide.js";
import { LastingEngine } from "./engine.js";
import { TokenError } from "./error.js";
import { teller } from "./events.js";
import { readOptions } from "./options.js";
import { ProofMemory } from "./replay.js";
import { fieldOf, methodOf, uriOf } from "./request.js";
import { freezeAll } from "./token.js";

/**
 * @import { RequestLike, Validator, ValidatorOptions } from "../index.js"
 * @import { Sent } from "../wasm/countersign_validator.js"
 * @import { Call } from "./call.js"
 * @import { Question } from "./engine.js"
 * @import { Accepted, Refused } from "./step.js"
 */

/** More characters than the core reads of any text; it is told no more of them, and says itself that they are too many. */
const LONGEST_TEXT = 2 ** 17;

/**
 * @template {string | undefined} Text
 * @param {Text} text
 */
const bounded = (text) => /** @type {Text} */ (text !== undefined && text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text);

/**
 * What came with a token, for the core; undefined where that is nothing.
 *
 * @param {Call} call
 * @param {Pick<Sent, "dpop" | "method" | "uri"> | undefined} request what a DPoP proof is about
 * @returns {Sent | undefined}
 */
function sentWith({ certificate, certificateThumbprint }, request) {
  if (request === undefined && certificate === undefined && certificateThumbprint === undefined) return undefined;
  const { dpop, method, uri } = request ?? { dpop: undefined, method: "", uri: "" };
  return { dpop: bounded(dpop), method: bounded(method), uri: bounded(uri), certificate, certificateThumbprint: bounded(certificateThumbprint) };
}

/**
 * Whether a question may take the shortcut. What is accepted in a field has a space in it, and no token has: a text that was accepted
 * as the one must not pass as the other, which would refuse it.
 *
 * @param {string | undefined} text
 * @param {"field" | "token"} as
 * @param {Sent | undefined} sent
 */
const isRepeatable = (text, as, sent) => sent === undefined && text !== undefined && text.includes(" ") === (as === "field");

/**
 * The question about a bare token. Nothing at all is no token, which the extraction from a request knows to say; another type than
 * text is a token of no form, and never counts as absent.
 *
 * @param {"begin" | "beginAtHand"} path
 * @param {unknown} jwt
 * @param {Call} call
 * @returns {Question}
 */
function aboutToken(path, jwt, call) {
  const { required } = call;
  const sent = sentWith(call, undefined);
  if (jwt === undefined || jwt === null) return { path: "beginRequest", text: undefined, sent, required, isRepeatable: false };
  const text = typeof jwt === "string" ? bounded(jwt) : "";
  return { path, text, sent, required, isRepeatable: isRepeatable(text, "token", sent) };
}

/**
 * @param {string | undefined} authorization
 * @param {Sent | undefined} sent
 * @param {Call} call
 * @returns {Question}
 */
const aboutRequest = (authorization, sent, { required }) => ({
  path: "beginRequest",
  text: authorization,
  sent,
  required,
  isRepeatable: isRepeatable(authorization, "field", sent),
});

/**
 * A request is answered even when the validator itself fails on it: with 500, which lets nobody in.
 *
 * @param {unknown} thrown
 * @returns {Refused}
 */
function failed(thrown) {
  if (thrown instanceof TokenError && thrown.code === "internal_error") return { kind: "refused", refusal: thrown };
  throw thrown;
}

/**
 * @param {ValidatorOptions} options
 * @returns {Promise<Validator>}
 */
export async function createValidator(options) {
  const { core, isSeeded, clock, fetch, crypto, takesDpop, origin, store, keyStore, events } = readOptions(options);
  const tell = teller(events);
  const engine = new LastingEngine(core, isSeeded, () => tell({ type: "replacement" }));
  const host = { clock, fetch, crypto: hostCrypto(crypto), proofs: new ProofMemory(store), keyStore, tell };
  const resource = engine.resource();
  const resourceMetadata = resource && { url: resource.url, document: JSON.parse(resource.document) };
  if (resourceMetadata !== undefined) freezeAll(resourceMetadata);

  /**
   * @param {RequestLike} request
   * @param {Call} call
   */
  const proved = (request, { url }) =>
    takesDpop ? { dpop: fieldOf(request, "DPoP"), method: methodOf(request), uri: url ?? uriOf(request, origin) } : undefined;

  /** @type {(verdict: Accepted | Refused) => Accepted | Refused} */
  const told = (verdict) => {
    if (verdict.kind === "refused") tell({ type: "refusal", code: verdict.refusal.code });
    return verdict;
  };

  /**
   * The verdict, or a promise of it where something has to be waited for.
   *
   * @param {Question} question
   * @param {Call["waitUntil"]} [waitUntil]
   */
  const answer = (question, waitUntil) => {
    try {
      const verdict = decide(engine, host, question, waitUntil);
      return "then" in verdict ? verdict.catch(failed).then(told) : told(verdict);
    } catch (thrown) {
      return told(failed(thrown));
    }
  };

  /** @param {Question} question */
  const answerNow = (question) => {
    try {
      return told(decideSync(engine, host, question));
    } catch (thrown) {
      return told(failed(thrown));
    }
  };

  /** @type {Validator} */
  const validator = {
    resourceMetadata,

    async authenticate(request, options) {
      const authorization = bounded(fieldOf(request, "Authorization"));
      const call = readCall(options, "request");
      const sent = sentWith(call, proved(request, call));
      const verdict = answer(aboutRequest(authorization, sent, call), call.waitUntil);
      return resultOf("then" in verdict ? await verdict : verdict);
    },

    async verify(jwt, options) {
      const verdict = answer(aboutToken("begin", jwt, readCall(options, "token")));
      return tokenOrThrow("then" in verdict ? await verdict : verdict);
    },

    verifySync(jwt, options) {
      return tokenOrThrow(answerNow(aboutToken("beginAtHand", jwt, readCall(options, "token"))));
    },
  };
  return Object.freeze(validator);
}
