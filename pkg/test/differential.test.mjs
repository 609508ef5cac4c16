// Thousands of generated tokens, valid and hostile: through every backend of signatures, which must all give the native verdict, and
// through jose with the same policy, whose every disagreement is explained in differential/jose.txt.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createLocalJWKSet, jwtVerify } from "jose";
import { BACKENDS, expectedBy, readTokens, validators } from "./differential/tokens.mjs";
import { readExplanations } from "./differential/explanations.mjs";

const { now, policies, cases } = readTokens();

/** What RFC 9068 §2.2 requires, and what is left of it without a profile of its own. */
const REQUIRED = { "at+jwt": ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"], jwt: ["iss", "exp"] };

/** Our options as jose has them. The profile `jwt` takes tokens without `typ`, so nothing is demanded of it there. */
function optionsOfJose({ issuer, audience, algorithms, clockToleranceSeconds, maxAgeSeconds, profile = "at+jwt" }) {
  return {
    issuer,
    audience,
    algorithms,
    clockTolerance: clockToleranceSeconds,
    ...(maxAgeSeconds === undefined ? {} : { maxTokenAge: maxAgeSeconds }),
    ...(profile === "at+jwt" ? { typ: profile } : {}),
    requiredClaims: REQUIRED[profile],
    currentDate: new Date(now),
  };
}

test("the tokens are all there", () => {
  assert.ok(cases.length >= 5000, `${cases.length} tokens`);
  for (const algorithm of ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]) {
    const accepted = cases.filter(({ asks, expected }) => asks === algorithm && expected === "accepted");
    const refused = cases.filter(({ asks, expected }) => asks === algorithm && expected === "invalid_signature");
    assert.ok(accepted.length >= 5 && refused.length >= 100, `${algorithm}: ${accepted.length} accepted, ${refused.length} refused`);
  }
});

describe("the native verdict, exactly, by", () => {
  for (const backend of BACKENDS) {
    test(backend.name, async () => {
      const validator = await validators(now, policies, backend.crypto);
      const wrong = [];
      for (const one of cases) {
        const got = await backend.verify(validator[one.policy], one.token).then(() => "accepted", (thrown) => thrown.code);
        const expected = expectedBy(backend, one);
        if (got !== expected) wrong.push({ class: one.class, detail: one.detail, expected, got });
      }
      assert.deepEqual(wrong, []);
    });
  }
});

describe("jose", async () => {
  /** @type {Map<string, string>} by class and verdict, an example */
  const differences = new Map();
  const settings = Object.fromEntries(
    Object.entries(policies).map(([name, { options, jwks }]) => [name, { keys: createLocalJWKSet(jwks), options: optionsOfJose(options) }]),
  );
  for (const { class: of, detail, policy, token, expected } of cases) {
    const { keys, options } = settings[policy];
    const answer = await jwtVerify(token, keys, options).then(() => "accepts", (thrown) => `refuses (${thrown.code ?? thrown})`);
    if ((expected === "accepted") !== (answer === "accepts")) differences.set(`${of} | ${expected}`, `${detail}: jose ${answer}`);
  }
  const explanations = readExplanations();

  test("decides otherwise only where it is explained", () => {
    assert.deepEqual([...differences].filter(([name]) => !explanations.has(name)), []);
  });

  test("decides otherwise wherever it is explained", () => {
    assert.deepEqual([...explanations.keys()].filter((name) => !differences.has(name)), []);
  });
});
