// The corpus of the native core, with its codes, through every backend of signatures that this runtime must have.
import { createValidator } from "countersign";
import corpus from "./corpus-data.mjs";

const WAYS = {
  verify: (validator, token, scopes) => validator.verify(token, { scopes }),
  verifySync: async (validator, token, scopes) => validator.verifySync(token, { scopes }),
};

const codeOf = (promise) => promise.then(() => "accepted", (thrown) => thrown.code ?? String(thrown));

/** @param {string[]} backends those that must be here; any other must be refused */
export async function everyBackend(backends) {
  const wrong = [];
  let held = 0;
  const compare = (what, got, expected) => {
    if (got === expected) held += 1;
    else wrong.push(`${what}: expected ${expected}, got ${got}`);
  };
  for (const crypto of ["auto", "node:crypto", "webcrypto", "wasm"]) {
    for (const { name, token, options, scopes, expected } of corpus.cases) {
      const settings = { ...options, crypto, jwks: JSON.parse(corpus.jwks), clock: () => corpus.now };
      if (crypto !== "auto" && !backends.includes(crypto)) {
        compare(`a validator by ${crypto}`, await codeOf(createValidator(settings)), "invalid_configuration");
        break;
      }
      const validator = await createValidator(settings);
      for (const [way, verify] of Object.entries(WAYS)) {
        compare(`${name}, ${way} by ${crypto}`, await codeOf(verify(validator, token, scopes)), expected);
      }
    }
  }
  if (held < corpus.cases.length * 2 * (backends.length + 1)) wrong.push(`only ${held} comparisons were made`);
  return { held, wrong };
}
