// The generated tokens, and who decides about them. Another test that wants them, in whatever runtime, takes them from here or reads the
// file itself: `cargo xtask test` writes it to target/differential.json, and names it in COUNTERSIGN_DIFFERENTIAL.
import { readFileSync } from "node:fs";
import { createValidator } from "countersign";

const path = process.env.COUNTERSIGN_DIFFERENTIAL ?? new URL("../../../target/differential.json", import.meta.url);

/**
 * `{now, policies: {name: {options, jwks}}, cases: [{class, detail, policy, token, asks, expected}]}`, where `asks` is the algorithm of the
 * signature that decides, if the decision comes so far, and `expected` the native verdict: `"accepted"` or a code.
 */
export function readTokens() {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error("the tokens are not there: `cargo xtask test --only package` makes them", { cause });
  }
}

/** By the name of the policy, one validator each. */
export async function validators(now, policies, crypto) {
  const rows = Object.entries(policies).map(async ([name, { options, jwks }]) => [name, await createValidator({ ...options, crypto, jwks, clock: () => now })]);
  return Object.fromEntries(await Promise.all(rows));
}

/** One row a backend of signatures: what the option names it, how it is asked, and what it has no arithmetic for. */
export const BACKENDS = [
  { name: "node:crypto", crypto: "node:crypto", lacks: [], verify: async (validator, token) => validator.verifySync(token) },
  { name: "WebCrypto", crypto: "webcrypto", lacks: [], verify: (validator, token) => validator.verify(token) },
  { name: "the wasm alone", crypto: "wasm", lacks: ["ES384", "ES512"], verify: async (validator, token) => validator.verifySync(token) },
];

/** What nobody can check is refused for its algorithm, as soon as the signature decides. */
export const expectedBy = ({ lacks }, { asks, expected }) => (lacks.includes(asks) ? "unsupported_algorithm" : expected);
