// One document that the core asks for: out of the store that machines share, where it may help, or over the network. What it is worth says
// the core, whoever has it.
import { Outcome } from "../wasm/countersign_validator.js";
import { download } from "./download.js";
import { leave } from "./leave.js";
import { readClock } from "./options.js";
import { membersOf } from "./plain.js";
import { timed } from "./timed.js";

/**
 * @import { Store } from "../index.js"
 * @import { Host } from "./decide.js"
 * @import { Download } from "./download.js"
 * @import { LastingEngine } from "./engine.js"
 * @import { Fetch } from "./step.js"
 */

/** In front of every key, so that a store may have other things too. Legal in any store and any URL. */
const PREFIX = "countersign.keys.";

/**
 * What a store has time for, in milliseconds, with each question: together with a fetch of full length less than the time after which the core
 * gives a fetch up. The network is there when it is late.
 */
const STORE_TIMEOUT = 500;

/** No key set is used for longer, in seconds, and so no entry is of use after it. */
const KEPT_SECONDS = 24 * 3600;

/** Characters: far more than an entry has with a key set of the greatest length that is read. */
const MAX_ENTRY = 2 ** 18;

/**
 * A key set as it was received, and when that was.
 *
 * @typedef {Download & { at: number }} Entry
 */

/**
 * @param {Entry} entry
 */
const written = ({ at, cacheControl, age, body }) =>
  JSON.stringify({ at, cacheControl, age, body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body) });

/**
 * undefined for anything that {@link written} does not write: a store may hold whatever others have put there.
 *
 * @param {unknown} text
 * @returns {Entry | undefined}
 */
function readEntry(text) {
  if (typeof text !== "string" || text.length > MAX_ENTRY) return undefined;
  const { at, cacheControl, age, body } = membersOf(text);
  const isField = (/** @type {unknown} */ value) => value === undefined || typeof value === "string";
  if (!Number.isFinite(at) || typeof body !== "string" || !isField(cacheControl) || !isField(age)) return undefined;
  return { at, cacheControl, age, status: 200, body: new TextEncoder().encode(body) };
}

/**
 * @param {Store} store
 * @param {string} key
 */
const get = async (store, key) => readEntry(await store.get(PREFIX + key));

/**
 * @param {Store} store
 * @param {string} key
 * @param {Entry} entry
 */
const put = async (store, key, entry) => void (await store.put(PREFIX + key, written(entry), KEPT_SECONDS));

/**
 * @param {LastingEngine} engine
 * @param {Host} host
 * @param {Fetch} question
 * @param {(work: Promise<unknown>) => void} [waitUntil]
 */
export async function obtain(engine, { clock, fetch, keyStore, tell }, question, waitUntil) {
  const now = () => readClock(clock);
  const began = now();
  const url = new URL(question.url);
  const place = { url: url.origin + url.pathname };
  if (keyStore !== undefined && question.isCold) {
    const entry = await timed(get(keyStore, question.storeKey), STORE_TIMEOUT);
    if (entry !== undefined && engine.stored(question, entry, now()) !== false) {
      return tell({ type: "fetch", from: "store", ...place, ok: true, status: 200, milliseconds: now() - began });
    }
  }
  const answer = await download(fetch, question);
  const received = now();
  const outcome = engine.received(question, answer, received);
  const { status } = answer;
  tell({ type: "fetch", from: "network", ...place, ok: outcome !== Outcome.Failed, status, milliseconds: received - began });
  if (keyStore === undefined || outcome !== Outcome.KeySet) return;
  await leave(timed(put(keyStore, question.storeKey, { ...answer, at: received }), STORE_TIMEOUT), waitUntil);
}
