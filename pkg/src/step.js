// A step of the core as a plain value: what is read of it before anything else is asked.
import { StepKind } from "../wasm/countersign_validator.js";
import { membersOf } from "./plain.js";
import { tokenOf } from "./token.js";

/**
 * @import { VerifiedToken } from "../index.js"
 * @import { Engine } from "../wasm/countersign_validator.js"
 * @import { Refusal } from "./error.js"
 * @import { Instance } from "./instance.js"
 * @import { SeenTokens } from "./seen.js"
 */

/** @typedef {CryptoKey | import("node:crypto").KeyLike | import("node:crypto").VerifyPublicKeyInput | import("node:crypto").VerifyKeyObjectInput} HostKey a key in the form of the host that checks signatures */

/**
 * What ends with the instance it was made in.
 *
 * @typedef {object} Life
 * @property {Instance} instance
 * @property {Engine} engine
 * @property {WebAssembly.Memory} memory
 * @property {string[]} algorithms by the numbers that the engine gives them
 * @property {Map<string, number>} demands what the engine has read of requirements, by their text: the place where it has them
 * @property {Map<number, HostKey | null>} cryptoKeys the host's form of this engine's keys, by algorithm and the number that the engine
 *   gave them; null where the host cannot use the key
 * @property {SeenTokens} seen
 */

/**
 * @typedef {{ kind: "accepted", token: VerifiedToken, dpopNonce: string | undefined }} Accepted
 * @typedef {{ kind: "refused", refusal: Refusal }} Refused
 * @typedef {{ kind: "signature", algorithm: string, keyId: number, text: string | undefined, handle: number, life: Life }} Signature a key
 *   that came with the request has a negative number
 * @typedef {{ kind: "fetch", background: boolean, url: string, ticket: number, maxBytes: number, timeoutMilliseconds: number, storeKey: string, isCold: boolean, life: Life }} Fetch
 * @typedef {{ kind: "wait", milliseconds: number }} Wait
 * @typedef {{ kind: "remember", replayKey: string, replayUntil: number, handle: number, life: Life }} Remember
 * @typedef {Accepted | Refused | Signature | Fetch | Wait | Remember} Decision
 */

/** @param {Engine} engine */
const said = (engine) => membersOf(engine.said());

/**
 * One row a kind.
 *
 * @type {Record<StepKind, (life: Life, text: string | undefined) => Decision | undefined>}
 */
const READ = {
  [StepKind.Accepted]: ({ engine, seen }, text) => {
    const { number, dpopNonce } = engine;
    const json = engine.said();
    const { token, nodes } = tokenOf(json);
    if (text !== undefined && number >= 0) seen.add(text, number, token, json.length, nodes);
    return { kind: "accepted", token, dpopNonce };
  },
  [StepKind.Refused]: ({ engine }) => ({ kind: "refused", refusal: said(engine) }),
  [StepKind.Signature]: (life, text) => {
    const { engine, algorithms } = life;
    const handle = engine.question;
    return { kind: "signature", algorithm: algorithms[engine.algorithm(handle)], keyId: engine.keyId(handle), text, handle, life };
  },
  [StepKind.Fetch]: (life) => ({ kind: "fetch", ...said(life.engine), life }),
  [StepKind.Wait]: ({ engine }) => ({ kind: "wait", ...said(engine) }),
  [StepKind.Remember]: (life) => ({ kind: "remember", ...said(life.engine), handle: life.engine.question, life }),
  [StepKind.Gone]: () => undefined,
};

/**
 * undefined if the question of an answer was gone.
 *
 * @param {StepKind} kind what the last call to the engine gave
 * @param {Life} life
 * @param {string} [text] of the question
 */
export const read = (kind, life, text) => READ[kind](life, text);
