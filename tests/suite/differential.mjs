// The thousands of generated tokens of the core, with its verdicts, by every crypto that this runtime brings. Those of the wasm, which is the
// same everywhere, are compared in Node.
import { createValidator } from "countersign";
import tokens from "./differential-data.mjs";

const { cases, now, policies } = tokens;

export async function differential(backends) {
  const wrong = [];
  let held = 0;
  for (const crypto of backends.filter((name) => name !== "wasm")) {
    const validators = {};
    for (const [name, { options, jwks }] of Object.entries(policies)) {
      validators[name] = await createValidator({ ...options, crypto, jwks, clock: () => now });
    }
    for (const { class: of, detail, policy, token, expected } of cases) {
      const got = await validators[policy].verify(token).then(() => "accepted", (thrown) => thrown.code ?? String(thrown));
      if (got === expected) held += 1;
      else wrong.push(`${of}, ${detail}, by ${crypto}: expected ${expected}, got ${got}`);
    }
  }
  return { held, wrong };
}
