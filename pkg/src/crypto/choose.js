// Whose arithmetic checks signatures. What is chosen changes the cost and never the verdict: what it cannot do, the next one does.
import { misuse } from "../error.js";
import { findNodeCrypto, verifierByNode } from "./node.js";
import { hasWebCrypto, verifyByWebCrypto } from "./web.js";

/**
 * @import { LastingEngine } from "../engine.js"
 * @import { Signature } from "../step.js"
 * @import { ValidatorOptions } from "../../index.js"
 *
 * @typedef {object} HostCrypto undefined, in an answer, means that the wasm has to decide
 * @property {(question: Signature, engine: LastingEngine) => boolean | undefined | Promise<boolean | undefined>} verify
 * @property {(question: Signature, engine: LastingEngine) => boolean | undefined} verifySync
 */

const nobody = () => undefined;

/** @type {HostCrypto} */
const WASM = { verify: nobody, verifySync: nobody };

/**
 * One row a choice, the fastest first; undefined where the runtime does not have it.
 *
 * @type {Record<Exclude<NonNullable<ValidatorOptions["crypto"]>, "auto">, () => HostCrypto | undefined>}
 */
const CHOICES = {
  "node:crypto": () => {
    const found = findNodeCrypto();
    if (found === undefined) return undefined;
    const verifySync = verifierByNode(found);
    // Some that have node:crypto have not all of its curves, and those of WebCrypto.
    return { verify: (question, engine) => verifySync(question, engine) ?? verifyByWebCrypto(question, engine), verifySync };
  },
  webcrypto: () => (hasWebCrypto() ? { verify: verifyByWebCrypto, verifySync: nobody } : undefined),
  wasm: () => WASM,
};

export const CRYPTO_NAMES = ["auto", ...Object.keys(CHOICES)];

/**
 * @param {NonNullable<ValidatorOptions["crypto"]>} choice
 * @returns {HostCrypto}
 */
export function hostCrypto(choice = "auto") {
  if (choice !== "auto") {
    const chosen = CHOICES[choice]();
    if (chosen === undefined) throw misuse(`option \`crypto\`: this runtime has no ${choice}; leave the option out to take what it has`);
    return chosen;
  }
  for (const choose of Object.values(CHOICES)) {
    const found = choose();
    if (found !== undefined) return found;
  }
  return WASM;
}
