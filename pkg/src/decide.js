// From a question to a verdict: asks the core what it needs, gets that, and asks again. No policy stands here.
import { obtain } from "./documents.js";
import { INTERNAL_ERROR } from "./error.js";
import { readClock } from "./options.js";

/**
 * @import { Store } from "../index.js"
 * @import { HostCrypto } from "./crypto/choose.js"
 * @import { LastingEngine, Question } from "./engine.js"
 * @import { Accepted, Refused } from "./step.js"
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

/**
 * @typedef {object} Host what lies outside of the core
 * @property {() => Date | number} clock
 * @property {typeof globalThis.fetch} fetch
 * @property {ProofMemory} proofs
 * @property {Store | undefined} keyStore
 * @property {HostCrypto} crypto
 * @property {Tell} tell
 */

/**
 * @param {LastingEngine} engine
 * @param {Host} host
 * @param {Question} question
 * @param {(work: Promise<unknown>) => void} [waitUntil] takes work that may go on after the answer
 * @returns {Promise<Accepted | Refused>}
 */
export async function decide(engine, host, question, waitUntil) {
  const now = () => readClock(host.clock);
  // The clock is read outside of the engine: what a caller's clock throws is no trap.
  const begin = () => engine.begin(question, now());
  let decision = begin();
  let waits = 0;
  for (let asked = 0; asked < MAX_QUESTIONS; asked += 1) {
    switch (decision.kind) {
      case "signature": {
        const valid = (await host.crypto.verify(decision, engine)) ?? engine.checkSignature(decision);
        const next = valid === undefined ? undefined : engine.finish(decision, valid, now());
        decision = next ?? begin();
        break;
      }
      case "fetch": {
        const question = decision;
        const received = obtain(engine, host, question, waitUntil);
        // Without anyone who keeps a runtime at work after the answer it might never end, and so this request makes it.
        if (question.background && waitUntil !== undefined) waitUntil(received.catch(() => undefined));
        else await received;
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
        const first = await host.proofs.isFirst(decision, now());
        decision = engine.remembered(decision, first, now()) ?? begin();
        break;
      }
      default:
        return decision;
    }
  }
  return { kind: "refused", refusal: INTERNAL_ERROR };
}

/**
 * The same without leaving this turn: no network, and only arithmetic that need not be waited for.
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
    const valid = host.crypto.verifySync(decision, engine) ?? engine.checkSignature(decision);
    decision = engine.finish(decision, valid ?? null, readClock(host.clock)) ?? decision;
  }
  if (decision.kind === "accepted" || decision.kind === "refused") return decision;
  return { kind: "refused", refusal: INTERNAL_ERROR };
}
