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
 * Where WebCrypto has its answer sooner than node:crypto, even one at a time, by the runtime's global object. Everywhere else node:crypto is
 * asked, which takes no turn of the event loop: from a fifth to two thirds of the time of WebCrypto, in workerd about the same
 * (pkg/BENCHMARKS.md, the last two lines of each table).
 *
 * @type {Record<string, string[]>}
 */
const SOONER_BY_WEBCRYPTO = {
  Deno: ["ES256"], // 542 µs, and 663 by its node:crypto
};

const soonerByWebCrypto = () => new Set(Object.entries(SOONER_BY_WEBCRYPTO).flatMap(([name, algorithms]) => (name in globalThis ? algorithms : [])));

/**
 * One row a choice, the fastest first; undefined where the runtime does not have it.
 *
 * @type {Record<Exclude<NonNullable<ValidatorOptions["crypto"]>, "auto">, (isOurChoice: boolean) => HostCrypto | undefined>}
 */
const CHOICES = {
  "node:crypto": (isOurChoice) => {
    const found = findNodeCrypto();
    if (found === undefined) return undefined;
    const verifySync = verifierByNode(found);
    const sooner = isOurChoice && hasWebCrypto() ? soonerByWebCrypto() : new Set();
    const verify = (/** @type {Signature} */ question, /** @type {LastingEngine} */ engine) =>
      sooner.has(question.algorithm)
        ? verifyByWebCrypto(question, engine)
        : // Some that have node:crypto have not all of its curves, and those of WebCrypto.
          (verifySync(question, engine) ?? verifyByWebCrypto(question, engine));
    return { verify, verifySync };
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
    const chosen = CHOICES[choice](false);
    if (chosen === undefined) throw misuse(`option \`crypto\`: this runtime has no ${choice}; leave the option out to take what it has`);
    return chosen;
  }
  for (const choose of Object.values(CHOICES)) {
    const found = choose(true);
    if (found !== undefined) return found;
  }
  return WASM;
}
