// A step of the core as a plain value: what is read out of it while it lives.
import { StepKind } from "../wasm/countersign_validator.js";
import { tokenOf } from "./token.js";

/**
 * @import { VerifiedToken } from "../index.js"
 * @import { Engine, Step } from "../wasm/countersign_validator.js"
 * @import { Refusal } from "./error.js"
 * @import { Instance } from "./instance.js"
 * @import { OpenQuestions } from "./open.js"
 * @import { SeenTokens } from "./seen.js"
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
 * @typedef {{ kind: "fetch", background: boolean, url: string, ticket: number, maxBytes: number, timeoutMilliseconds: number, storeKey: string, isCold: boolean, life: Life }} Fetch
 * @typedef {{ kind: "wait", milliseconds: number }} Wait
 * @typedef {{ kind: "remember", replayKey: string, replayUntil: number, handle: Step, life: Life }} Remember
 * @typedef {Accepted | Refused | Signature | Fetch | Wait | Remember} Decision
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
  [StepKind.Fetch]: ({ url, ticket, maxBytes, timeoutMilliseconds, background, storeKey, isCold }, life) => ({
    kind: "fetch",
    background,
    url,
    ticket,
    maxBytes,
    timeoutMilliseconds,
    storeKey,
    isCold,
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
export function read(step, life, now, text) {
  const decision = READ[step.kind](/** @type {Filled} */ (step), life, text);
  // The handle of a question with an answer is needed once more; all other steps have said what they had to say.
  if ("handle" in decision) life.open.add(step, now);
  else step.free();
  return decision;
}
