// The core's Engine as plain values, safe against traps: what leaves this file is either data of ours or a TokenError.
import { Engine, algorithms, instanceMemory } from "../wasm/countersign_validator.js";
import { INTERNAL_ERROR, TokenError } from "./error.js";
import { currentInstance, enter, leave } from "./instance.js";
import { isPlainObject } from "./plain.js";
import { SeenTokens } from "./seen.js";
import { read } from "./step.js";

/**
 * @import { Sent } from "../wasm/countersign_validator.js"
 * @import { Entry } from "./documents.js"
 * @import { Download } from "./download.js"
 * @import { Refusal } from "./error.js"
 * @import { Decision, Fetch, Life, Remember, Signature } from "./step.js"
 */

/**
 * What is asked about a token.
 *
 * @typedef {object} Question
 * @property {"begin" | "beginAtHand" | "beginRequest"} path by which the core is asked
 * @property {string | undefined} text what the token came in; nothing at all is a request without the field
 * @property {Sent | undefined} sent what came with it
 * @property {string} required what the token must meet, as JSON text
 * @property {boolean} isRepeatable whether the text came with nothing else: whoever is asked about the same again may take the shortcut
 */

/** So many demands are kept as they were read; most applications have one a route. */
const MAX_DEMANDS = 64;

/** What the core throws on purpose is a plain refusal; all else is a trap or a defect, after which the instance is not trusted. */
const isRefusal = (/** @type {any} */ thrown) => isPlainObject(thrown) && Object.hasOwn(thrown, "code") && Object.hasOwn(thrown, "status");

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
      if (this.#life?.instance !== instance) this.#life = this.#begun(instance);
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
   * @param {import("./instance.js").Instance} instance
   * @returns {Life}
   */
  #begun(instance) {
    const engine = new Engine(this.#options, this.#seededAt ?? 0);
    return {
      instance,
      engine,
      memory: instanceMemory(),
      algorithms: JSON.parse(algorithms()),
      demands: new Map(),
      cryptoKeys: new Map(),
      seen: new SeenTokens(engine.cacheBytes),
    };
  }

  /**
   * Where the token of this question stands; by the shortcut, if it was accepted before and is good again.
   *
   * @param {Question} question
   * @param {number} now
   * @returns {Decision}
   */
  begin(question, now) {
    if (this.#seededAt === undefined) this.#seed(now);
    return this.#use((life) => {
      const { engine, demands } = life;
      const { path, text, sent, required, isRepeatable } = question;
      const demand = demands.get(required) ?? demanded(life, required);
      const repeated = isRepeatable ? text : undefined;
      const seen = repeated === undefined ? undefined : life.seen.get(repeated);
      if (seen !== undefined) {
        const number = engine.judgeAgain(seen.number, demand, now);
        if (number >= 0) {
          seen.number = number;
          return seen.verdict;
        }
      }
      const length = /** @type {number} */ (text === undefined ? undefined : written(life, text)); // Only beginRequest does without one.
      return /** @type {Decision} */ (read(engine[path](length, sent, demand, now), life, repeated));
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
   * The answer to a question of `decision`; undefined if its engine or instance is gone, and the question with it.
   *
   * @template T
   * @param {Signature | Fetch | Remember} decision
   * @param {(life: Life) => T} answer
   * @returns {T | undefined}
   */
  #answer(decision, answer) {
    return decision.life === this.#life && decision.life.instance === currentInstance() ? this.#use(answer) : undefined;
  }

  /**
   * The public key as JWK text. Asked for only when the host does not have the key yet.
   *
   * @param {Signature} question
   */
  jwk(question) {
    return this.#answer(question, ({ engine }) => engine.jwk(question.handle));
  }

  /**
   * What was signed, and the signature, where they lie: to be read before anything else is asked of any engine, and not to be kept.
   *
   * @param {Signature} question
   */
  octets(question) {
    const { handle } = question;
    return this.#answer(question, ({ engine, memory }) => octetsIn(engine, memory, handle));
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
   * undefined if the question took too long, or its instance is gone.
   *
   * @param {Signature} question
   * @param {boolean | null} valid null if nobody could tell
   * @param {number} now
   */
  finish(question, valid, now) {
    return this.#answer(question, (life) => read(life.engine.finish(question.handle, valid, now), life, question.text));
  }

  /**
   * As for a signature.
   *
   * @param {Remember} question
   * @param {boolean | undefined} first whether the proof comes for the first time; undefined if nobody could tell
   * @param {number} now
   */
  remembered(question, first, now) {
    return this.#answer(question, (life) => read(life.engine.remembered(question.handle, first, now), life));
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

/**
 * Has the engine read what is required. It goes to the place of what was read longest ago, if all places are taken.
 *
 * @param {Life} life
 * @param {string} required
 * @returns {number} its place
 */
function demanded({ engine, demands }, required) {
  const isFull = demands.size >= MAX_DEMANDS;
  const [oldest, place] = isFull ? /** @type {[string, number]} */ (demands.entries().next().value) : ["", demands.size];
  engine.demand(place, required);
  if (isFull) demands.delete(oldest);
  demands.set(required, place);
  return place;
}

const encoder = new TextEncoder();

/**
 * Writes a text for the next call: a character of a token is one octet, so that this is what most need; others take up to three.
 *
 * @param {Life} life
 * @param {string} text
 * @returns {number} how many octets it has
 */
function written({ engine, memory }, text) {
  const write = (/** @type {number} */ room) => {
    const at = engine.roomFor(room);
    return encoder.encodeInto(text, new Uint8Array(memory.buffer, at, room));
  };
  const tight = write(text.length);
  return tight.read === text.length ? tight.written : write(3 * text.length).written;
}

/**
 * The views come after all questions: a question may make the memory another one, and no view stays right then.
 *
 * @param {Engine} engine
 * @param {WebAssembly.Memory} memory
 * @param {number} handle
 */
function octetsIn(engine, memory, handle) {
  const input = engine.inputAt(handle);
  const inputLength = engine.inputLength(handle);
  const signature = engine.signatureAt(handle);
  const signatureLength = engine.signatureLength(handle);
  return {
    input: /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array(memory.buffer, input, inputLength)),
    signature: /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array(memory.buffer, signature, signatureLength)),
  };
}
