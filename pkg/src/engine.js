// The core's Engine and Steps as plain values, safe against traps: what leaves this file is either data of ours or a TokenError.
import { Engine, StepKind } from "../wasm/countersign_validator.js";
import { INTERNAL_ERROR, TokenError } from "./error.js";
import { currentInstance, replaceInstance } from "./instance.js";

/**
 * @import { Step } from "../wasm/countersign_validator.js"
 * @import { Instance } from "./instance.js"
 * @import { Refusal } from "./error.js"
 */

/**
 * @typedef {{ kind: "accepted", header: string, claims: string, scopes: string[], clientId: string | undefined, subject: string | undefined }} Accepted
 * @typedef {{ kind: "refused", refusal: Refusal }} Refused
 * @typedef {{ kind: "signature", algorithm: string, keyId: number, input: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, handle: Step, instance: Instance }} Signature
 * @typedef {{ kind: "fetch", url: string, ticket: number, maxBytes: number, timeoutMilliseconds: number, instance: Instance }} Fetch
 * @typedef {{ kind: "wait", milliseconds: number }} Wait
 * @typedef {Accepted | Refused | Signature | Fetch | Wait} Decision
 */

/**
 * One row a kind: what is read out of a step while it lives.
 *
 * @type {Record<StepKind, (step: Step, instance: Instance) => Decision>}
 */
const READ = {
  [StepKind.Accepted]: ({ header, claims, scopes, clientId, subject }) => ({ kind: "accepted", header, claims, scopes, clientId, subject }),
  [StepKind.Refused]: ({ code, status, error, message, retryable, challenge, retryAfterSeconds }) => ({
    kind: "refused",
    refusal: /** @type {Refusal} */ ({ code, status, error, message, retryable, challenge, retryAfterSeconds }),
  }),
  [StepKind.Signature]: (step, instance) => ({
    kind: "signature",
    algorithm: step.algorithm,
    keyId: step.keyId,
    input: /** @type {Uint8Array<ArrayBuffer>} */ (step.input),
    signature: /** @type {Uint8Array<ArrayBuffer>} */ (step.signature),
    handle: step,
    instance,
  }),
  [StepKind.Fetch]: ({ url, ticket, maxBytes, timeoutMilliseconds }, instance) => ({
    kind: "fetch",
    url,
    ticket,
    maxBytes,
    timeoutMilliseconds,
    instance,
  }),
  [StepKind.Wait]: ({ waitMilliseconds }) => ({ kind: "wait", milliseconds: waitMilliseconds }),
};

/**
 * @param {Step} step
 * @param {Instance} instance
 */
function read(step, instance) {
  const decision = READ[step.kind](step, instance);
  // The handle of a signature is needed once more; all other steps have said what they had to say.
  if (decision.kind !== "signature") step.free();
  return decision;
}

/** What the core throws on purpose is a plain refusal; all else is a trap or a defect, after which the instance is not trusted. */
const isRefusal = (/** @type {any} */ thrown) =>
  typeof thrown === "object" && thrown !== null && typeof thrown.code === "string" && typeof thrown.status === "number";

/** An Engine that outlives the wasm instance it stands in. */
export class LastingEngine {
  #options;
  #jwks;
  /** @type {Instance | undefined} */
  #instance;
  /** @type {Engine | undefined} */
  #engine;

  /**
   * @param {object} options of the core
   * @param {string | undefined} jwks a JWK Set by value, as JSON text
   */
  constructor(options, jwks) {
    this.#options = options;
    this.#jwks = jwks;
    this.#use(() => undefined); // A wrong option is to be told now, not with the first request.
  }

  /**
   * The only way into the wasm: on a living engine, with every exception translated.
   *
   * @template T
   * @param {(engine: Engine, instance: Instance) => T} work
   * @returns {T}
   */
  #use(work) {
    const instance = currentInstance();
    try {
      if (this.#engine === undefined || this.#instance !== instance) {
        this.#engine = undefined;
        const engine = new Engine(this.#options);
        if (this.#jwks !== undefined) engine.setKeys(this.#jwks);
        this.#engine = engine;
        this.#instance = instance;
      }
      return work(this.#engine, instance);
    } catch (thrown) {
      if (isRefusal(thrown)) throw new TokenError(/** @type {Refusal} */ (thrown));
      replaceInstance(instance);
      throw new TokenError(INTERNAL_ERROR);
    }
  }

  /**
   * @param {(engine: Engine) => Step} ask
   * @returns {Decision}
   */
  step(ask) {
    return this.#use((engine, instance) => read(ask(engine), instance));
  }

  /**
   * The answer to a question of `decision`; undefined if its instance is gone, and the question with it.
   *
   * @template T
   * @param {Signature | Fetch} decision
   * @param {(engine: Engine) => T} answer
   * @returns {T | undefined}
   */
  #answer(decision, answer) {
    return decision.instance === currentInstance() ? this.#use(answer) : undefined;
  }

  /**
   * The public key as JWK text. Asked for only when the host does not have the key yet.
   *
   * @param {Signature} question
   */
  jwk(question) {
    return this.#answer(question, () => question.handle.jwk);
  }

  /**
   * The verdict of the wasm's own arithmetic.
   *
   * @param {Signature} question
   */
  checkSignature(question) {
    return this.#answer(question, (engine) => engine.checkSignature(question.handle));
  }

  /**
   * @param {Signature} question
   * @param {boolean} valid
   * @param {number} now
   */
  finish(question, valid, now) {
    return this.#answer(question, (engine) => read(engine.finish(question.handle, valid, now), question.instance));
  }

  /**
   * @param {Fetch} question
   * @param {{ status: number, body: Uint8Array }} download
   * @param {number} now
   */
  received(question, { status, body }, now) {
    this.#answer(question, (engine) => engine.received(question.ticket, status, body, now));
  }
}
