// From a question to a verdict: asks the core what it needs, gets that, and asks again. No policy stands here.
import { obtain } from "./documents.js";
import { INTERNAL_ERROR } from "./error.js";
import { leave } from "./leave.js";
import { readClock } from "./options.js";

/**
 * @import { Store } from "../index.js"
 * @import { HostCrypto } from "./crypto/choose.js"
 * @import { LastingEngine, Question } from "./engine.js"
 * @import { Accepted, Decision, Refused, Signature } from "./step.js"
 * @import { Tell } from "./events.js"
 * @import { ProofMemory } from "./replay.js"
 */

/**
 * What one request may ask for before it is given up. The core sees to it that every question brings it further; this is only the wall
 * behind that, far above two fetches of full length with others waiting for them.
 */
const MAX_QUESTIONS = 1000;

/** From 20 ms to 320 ms, a tenth of the time that a fetch may take. */
const MAX_DOUBLINGS = 4;

/** @param {number} milliseconds */
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @type {Refused} */
const FAILED = Object.freeze({ kind: "refused", refusal: INTERNAL_ERROR });

/**
 * @typedef {object} Host what lies outside of the core
 * @property {() => Date | number} clock
 * @property {typeof globalThis.fetch} fetch
 * @property {ProofMemory} proofs
 * @property {Store | undefined} keyStore
 * @property {HostCrypto} crypto
 * @property {Tell} tell
 */

/** @type {(decision: Decision) => decision is Accepted | Refused} */
const isVerdict = (decision) => decision.kind === "accepted" || decision.kind === "refused";

/**
 * What comes after the answer about a signature: that of a host, or the wasm's own where no host has one. undefined if the question is gone.
 *
 * @param {LastingEngine} engine
 * @param {Host} host
 * @param {Signature} question
 * @param {boolean | undefined} valid
 */
function finished(engine, host, question, valid) {
  const answer = valid ?? engine.checkSignature(question);
  return answer === undefined ? undefined : engine.finish(question, answer, readClock(host.clock));
}

/**
 * The verdict, at once where nothing has to be waited for: a promise costs more than a rule.
 *
 * @param {LastingEngine} engine
 * @param {Host} host
 * @param {Question} question
 * @param {(work: Promise<unknown>) => void} [waitUntil] takes work that may go on after the answer
 * @returns {Accepted | Refused | Promise<Accepted | Refused>}
 */
export function decide(engine, host, question, waitUntil) {
  // The clock is read outside of the engine: what a caller's clock throws is no trap.
  const begin = () => engine.begin(question, readClock(host.clock));
  let decision = begin();
  for (let asked = 0; decision.kind === "signature" && asked < MAX_QUESTIONS; asked += 1) {
    const valid = host.crypto.verify(decision, engine);
    if (typeof valid === "object") return waited(engine, host, begin, waitUntil, decision, valid);
    decision = finished(engine, host, decision, valid) ?? begin();
  }
  return isVerdict(decision) ? decision : waited(engine, host, begin, waitUntil, decision);
}

/**
 * The same from a decision on that has to be waited for.
 *
 * @param {LastingEngine} engine
 * @param {Host} host
 * @param {() => Decision} begin
 * @param {((work: Promise<unknown>) => void) | undefined} waitUntil
 * @param {Decision} decision
 * @param {Promise<boolean | undefined>} [pending] what a host was asked about this decision already
 * @returns {Promise<Accepted | Refused>}
 */
async function waited(engine, host, begin, waitUntil, decision, pending) {
  let waits = 0;
  for (let asked = 0; asked < MAX_QUESTIONS; asked += 1) {
    switch (decision.kind) {
      case "signature": {
        const valid = await (pending ?? host.crypto.verify(decision, engine));
        pending = undefined;
        decision = finished(engine, host, decision, valid) ?? begin();
        break;
      }
      case "fetch": {
        const received = obtain(engine, host, decision, waitUntil);
        await (decision.background ? leave(received.catch(() => undefined), waitUntil) : received);
        decision = begin();
        break;
      }
      case "wait":
        // Each time twice as long, up to a point: a slow key server must not cost a busy loop for each request that waits for it.
        await sleep(decision.milliseconds * 2 ** Math.min(waits, MAX_DOUBLINGS));
        waits += 1;
        decision = begin();
        break;
      case "remember": {
        const first = await host.proofs.isFirst(decision, readClock(host.clock));
        decision = engine.remembered(decision, first, readClock(host.clock)) ?? begin();
        break;
      }
      default:
        return decision;
    }
  }
  return FAILED;
}

/**
 * The verdict without leaving this turn: no network, and only arithmetic that need not be waited for.
 *
 * @param {LastingEngine} engine
 * @param {Host} host
 * @param {Question} question one that never needs the network
 * @returns {Accepted | Refused}
 */
export function decideSync(engine, host, question) {
  let decision = engine.begin(question, readClock(host.clock));
  // One for each key that may be the one.
  for (let asked = 0; decision.kind === "signature" && asked < MAX_QUESTIONS; asked += 1) {
    decision = finished(engine, host, decision, host.crypto.verifySync(decision, engine)) ?? decision;
  }
  return isVerdict(decision) ? decision : FAILED;
}
