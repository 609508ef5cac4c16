// The core's Engine and Steps as plain values, safe against traps: what leaves this file is either data of ours or a TokenError.
import { Engine, StepKind } from "../wasm/countersign_validator.js";
import { INTERNAL_ERROR, TokenError } from "./error.js";
import { currentInstance, enter, leave } from "./instance.js";
import { OpenQuestions } from "./open.js";
import { SeenTokens } from "./seen.js";
import { tokenOf } from "./token.js";

/**
 * @import { VerifiedToken } from "../index.js"
 * @import { Step } from "../wasm/countersign_validator.js"
 * @import { Download } from "./download.js"
 * @import { Instance } from "./instance.js"
 * @import { Refusal } from "./error.js"
 */

/** @typedef {CryptoKey | import("node:crypto").KeyObject} HostKey a key in the form of the host that checks signatures */

/**
 * What ends with the instance it was made in.
 *
 * @typedef {object} Life
 * @property {Instance} instance
 * @property {Engine} engine
 * @property {Map<string, HostKey | null>} cryptoKeys the host's form of this engine's keys, by algorithm and the number that the engine
 *   gave them; null where the host cannot use the key
 * @property {SeenTokens} seen
 * @property {OpenQuestions} open
 */

/**
 * @typedef {{ kind: "accepted", token: VerifiedToken, dpopNonce: string | undefined }} Accepted
 * @typedef {{ kind: "refused", refusal: Refusal }} Refused
 * @typedef {{ kind: "signature", algorithm: string, keyId: number | undefined, input: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, text: string | undefined, handle: Step, life: Life }} Signature
 * @typedef {{ kind: "fetch", background: boolean, url: string, ticket: number, maxBytes: number, timeoutMilliseconds: number, life: Life }} Fetch
 * @typedef {{ kind: "wait", milliseconds: number }} Wait
 * @typedef {{ kind: "remember", replayKey: string, replayUntil: number, handle: Step, life: Life }} Remember
 * @typedef {Accepted | Refused | Signature | Fetch | Wait | Remember} Decision
 */

/**
 * What is asked about a token.
 *
 * @typedef {object} Question
 * @property {(engine: Engine, now: number) => Step} ask
 * @property {string} required what the token must meet, as JSON text
 * @property {string} [text] what the token came in, if it came with nothing else: whoever is asked about the same again may take the shortcut
 */

/**
 * A step with the members of its kind in place; the glue cannot know which those are.
 *
 * @typedef {{ [Member in keyof Step]: NonNullable<Step[Member]> }} Filled
 */

/**
 * One row a kind: what is read out of a step while it lives.
 *
 * @type {Record<StepKind, (step: Filled, life: Life, text: string | undefined) => Decision>}
 */
const READ = {
  [StepKind.Accepted]: ({ header, claims, scopes, clientId, subject, dpopNonce, number }, { seen }, text) => {
    const token = tokenOf(header, claims, { scopes, clientId, subject });
    if (text !== undefined && number !== undefined) seen.add(text, number, token, header, claims);
    return { kind: "accepted", token, dpopNonce };
  },
  [StepKind.Refused]: ({ refusal }) => ({ kind: "refused", refusal }),
  [StepKind.Signature]: (step, life, text) => ({
    kind: "signature",
    algorithm: step.algorithm,
    keyId: step.keyId,
    input: /** @type {Uint8Array<ArrayBuffer>} */ (step.input),
    signature: /** @type {Uint8Array<ArrayBuffer>} */ (step.signature),
    text,
    handle: /** @type {any} */ (step),
    life,
  }),
  [StepKind.Fetch]: ({ url, ticket, maxBytes, timeoutMilliseconds, background }, life) => ({
    kind: "fetch",
    background,
    url,
    ticket,
    maxBytes,
    timeoutMilliseconds,
    life,
  }),
  [StepKind.Wait]: ({ waitMilliseconds }) => ({ kind: "wait", milliseconds: waitMilliseconds }),
  [StepKind.Remember]: (step, life) => ({
    kind: "remember",
    replayKey: step.replayKey,
    replayUntil: step.replayUntil,
    handle: /** @type {any} */ (step),
    life,
  }),
};

/**
 * @param {Step} step
 * @param {Life} life
 * @param {number} now
 * @param {string} [text] of the question
 */
function read(step, life, now, text) {
  const decision = READ[step.kind](/** @type {Filled} */ (step), life, text);
  // The handle of a question with an answer is needed once more; all other steps have said what they had to say.
  if ("handle" in decision) life.open.add(step, now);
  else step.free();
  return decision;
}

/** What the core throws on purpose is a plain refusal; all else is a trap or a defect, after which the instance is not trusted. */
const isRefusal = (/** @type {any} */ thrown) =>
  typeof thrown === "object" && thrown !== null && typeof thrown.code === "string" && typeof thrown.status === "number";

/** An Engine that outlives the wasm instance it stands in. */
export class LastingEngine {
  #options;
  /** @type {Life | undefined} */
  #life;

  /**
   * @param {string} options of the core, as JSON text
   */
  constructor(options) {
    this.#options = options;
    this.#use(() => undefined); // A wrong option is to be told now, not with the first request.
  }

  /**
   * The only way into the wasm: on a living engine, with every exception translated.
   *
   * @template T
   * @param {(life: Life) => T} work
   * @returns {T}
   */
  #use(work) {
    const instance = currentInstance();
    const former = this.#life;
    enter();
    try {
      if (this.#life?.instance !== instance) {
        const engine = new Engine(this.#options);
        this.#life = { instance, engine, cryptoKeys: new Map(), seen: new SeenTokens(engine.cacheBytes), open: new OpenQuestions() };
      }
      const result = work(this.#life);
      leave();
      return result;
    } catch (thrown) {
      // Options that were good once are not refused later but by a defect.
      const isMadeAgain = former !== undefined && former.instance !== instance && this.#life === former;
      if (!isRefusal(thrown) || isMadeAgain) {
        currentInstance(); // It was not left, and so it is replaced: now, or before the next call if there is no stack for it here.
        throw new TokenError(INTERNAL_ERROR);
      }
      leave();
      throw new TokenError(/** @type {Refusal} */ (thrown));
    }
  }

  /**
   * Where the token of this question stands; by the shortcut, if it was accepted before and is good again.
   *
   * @param {Question} question
   * @param {number} now
   * @returns {Decision}
   */
  begin({ ask, required, text }, now) {
    return this.#use((life) => {
      life.open.letGo(now);
      const seen = text === undefined ? undefined : life.seen.get(text);
      const number = seen && life.engine.judgeAgain(seen.number, required, now);
      if (seen === undefined || number === undefined) return read(ask(life.engine, now), life, now, text);
      seen.number = number;
      return { kind: "accepted", token: seen.token, dpopNonce: undefined };
    });
  }

  /**
   * The answer to a question of `decision`; undefined if its instance is gone, or it took too long, and the question with it.
   *
   * @template T
   * @param {Signature | Fetch | Remember} decision
   * @param {(life: Life) => T} answer
   * @returns {T | undefined}
   */
  #answer(decision, answer) {
    const isGone = decision.life.instance !== currentInstance() || ("handle" in decision && !decision.life.open.has(decision.handle));
    return isGone ? undefined : this.#use(answer);
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
   * The verdict of the wasm's own arithmetic; null if it has none for the algorithm.
   *
   * @param {Signature} question
   */
  checkSignature(question) {
    return this.#answer(question, ({ engine }) => engine.checkSignature(question.handle) ?? null);
  }

  /**
   * @param {Signature} question
   * @param {boolean | null} valid null if nobody could tell
   * @param {number} now
   */
  finish(question, valid, now) {
    return this.#answer(question, (life) => {
      life.open.close(question.handle);
      return read(life.engine.finish(question.handle, valid, now), life, now, question.text);
    });
  }

  /**
   * @param {Remember} question
   * @param {boolean | undefined} first whether the proof comes for the first time; undefined if nobody could tell
   * @param {number} now
   */
  remembered(question, first, now) {
    return this.#answer(question, (life) => {
      life.open.close(question.handle);
      return read(life.engine.remembered(question.handle, first, now), life, now);
    });
  }

  /** Where the metadata of the resource stands, and what it says; undefined where the options have none. */
  resource() {
    return this.#use(({ engine: { resourceUrl: url, resourceDocument: document } }) =>
      url === undefined || document === undefined ? undefined : { url, document },
    );
  }

  /**
   * @param {Fetch} question
   * @param {Download} download
   * @param {number} now
   */
  received(question, { status, body, cacheControl, age }, now) {
    this.#answer(question, ({ engine }) => engine.received(question.ticket, status, body, now, cacheControl, age));
  }
}
