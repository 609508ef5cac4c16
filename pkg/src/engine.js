// The core's Engine and Steps as plain values, safe against traps: what leaves this file is either data of ours or a TokenError.
import { Engine } from "../wasm/countersign_validator.js";
import { INTERNAL_ERROR, TokenError } from "./error.js";
import { currentInstance, enter, leave } from "./instance.js";
import { OpenQuestions } from "./open.js";
import { SeenTokens } from "./seen.js";
import { read } from "./step.js";

/**
 * @import { Step } from "../wasm/countersign_validator.js"
 * @import { Entry } from "./documents.js"
 * @import { Download } from "./download.js"
 * @import { Refusal } from "./error.js"
 * @import { Decision, Fetch, Life, Remember, Signature } from "./step.js"
 */

/**
 * What is asked about a token.
 *
 * @typedef {object} Question
 * @property {(engine: Engine, now: number) => Step} ask
 * @property {string} required what the token must meet, as JSON text
 * @property {string} [text] what the token came in, if it came with nothing else: whoever is asked about the same again may take the shortcut
 */

/** What the core throws on purpose is a plain refusal; all else is a trap or a defect, after which the instance is not trusted. */
const isRefusal = (/** @type {any} */ thrown) =>
  typeof thrown === "object" && thrown !== null && typeof thrown.code === "string" && typeof thrown.status === "number";

/** An Engine that outlives the wasm instance it stands in. */
export class LastingEngine {
  #options;
  #trapped;
  /** @type {Life | undefined} */
  #life;
  /** @type {number | undefined} when keys in the options were first used: undefined before that, and 0 if there are none */
  #seededAt;

  /**
   * @param {string} options of the core, as JSON text
   * @param {boolean} [isSeeded] whether there are keys in them that grow old
   * @param {() => void} [trapped] told of each instance that has trapped
   */
  constructor(options, isSeeded = false, trapped = () => undefined) {
    this.#options = options;
    this.#trapped = trapped;
    this.#seededAt = isSeeded ? undefined : 0;
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
        const engine = new Engine(this.#options, this.#seededAt ?? 0);
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
        this.#trapped();
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
    if (this.#seededAt === undefined) this.#seed(now);
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
   * Keys in the options are as old as their first use, here and in any later instance. A clock is asked no earlier: Workers have none yet
   * when most validators are made.
   *
   * @param {number} now
   */
  #seed(now) {
    this.#use(({ engine }) => engine.free());
    this.#life = undefined;
    this.#seededAt = now;
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
   * What was made of it.
   *
   * @param {Fetch} question
   * @param {Download} download
   * @param {number} now
   */
  received(question, { status, body, cacheControl, age }, now) {
    return this.#answer(question, ({ engine }) => engine.received(question.ticket, status, body, now, cacheControl, age));
  }

  /**
   * Whether this takes the place of the request.
   *
   * @param {Fetch} question
   * @param {Entry} entry
   * @param {number} now
   */
  stored(question, { body, at, cacheControl, age }, now) {
    return this.#answer(question, ({ engine }) => engine.stored(question.ticket, body, at, now, cacheControl, age));
  }
}
