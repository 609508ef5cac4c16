// The corpus of the native core, with the code that the native core gives, through the package: one verdict, whoever does the arithmetic.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createValidator } from "countersign";

const path = process.env.COUNTERSIGN_CORPUS ?? new URL("../../target/corpus.json", import.meta.url);

function corpus() {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Error("the corpus is not there: `cargo xtask test --only package` makes it", { cause });
  }
}

const { now, jwks, cases } = corpus();

const WAYS = {
  verify: (validator, token, scopes) => validator.verify(token, { scopes }),
  verifySync: async (validator, token, scopes) => validator.verifySync(token, { scopes }),
};

/** All that do not get their code; none is expected. */
async function differences(way, crypto) {
  const wrong = [];
  for (const { name, token, options, scopes, expected } of cases) {
    const validator = await createValidator({ ...options, crypto, jwks: JSON.parse(jwks), clock: () => now });
    const got = await WAYS[way](validator, token, scopes).then(() => "accepted", (thrown) => thrown.code);
    if (got !== expected) wrong.push({ name, expected, got });
  }
  return wrong;
}

test("the corpus is the whole one", () => {
  assert.ok(cases.length > 250, `${cases.length} tokens`);
  assert.ok(cases.filter(({ expected }) => expected === "accepted").length > 20);
});

for (const way of Object.keys(WAYS)) {
  for (const crypto of ["node:crypto", "webcrypto", "wasm"]) {
    test(`${way} by ${crypto} gives the native verdicts`, async () => assert.deepEqual(await differences(way, crypto), []));
  }
}
