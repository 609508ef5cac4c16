// One verdict, whoever does the arithmetic: the host's crypto, the wasm, and the synchronous path agree on every token.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createValidator, TokenError } from "countersign";
import { corpus } from "./support/corpus.mjs";
import { keyPair, keys, keySet, mint, options } from "./support/mint.mjs";

/** Codes and words are the same, and no word is one of the token's. */
function assertRefused(thrown, code, token) {
  assert.ok(thrown instanceof TokenError, String(thrown?.stack));
  assert.equal(thrown.code, code);
  assertKeepsSecret([thrown.message, thrown.stack.split("\n")[0], JSON.stringify(thrown)], token);
}

/** No stretch of eight characters of the token, beyond what every token begins with. */
function assertKeepsSecret(texts, token) {
  for (const text of texts) {
    for (let at = 0; at + 8 <= token.length; at += 4) {
      assert.ok(!text.includes(token.slice(at, at + 8)), `a message contains a part of the token: ${text}`);
    }
  }
}

const codeOf = (promise) => promise.then(() => undefined, (thrown) => thrown.code);

function suite(name, verify) {
  describe(name, () => {
    for (const [title, token, code] of corpus) {
      test(title, async () => {
        const validator = await createValidator(options());
        const attempt = verify(validator, token);
        if (code === undefined) assert.equal((await attempt).subject, "reports-job");
        else assertRefused(await attempt.then(() => undefined, (thrown) => thrown), code, token);
      });
    }
  });
}

suite("verify with the host's crypto", (validator, token) => validator.verify(token));
suite("verifySync", async (validator, token) => validator.verifySync(token));

for (const [name, crypto] of [
  ["without crypto", undefined],
  ["without subtle", {}],
  ["where the host knows no algorithm", { subtle: { importKey: async () => Promise.reject(new Error("unknown")) } }],
  ["where the host throws at once", { subtle: { importKey: () => { throw new Error("no"); } } }],
]) {
  describe(name, () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    before(() => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true, writable: true }));
    after(() => Object.defineProperty(globalThis, "crypto", own));
    suite("verify", (validator, token) => validator.verify(token));
  });
}

test("the host's crypto is what decides where it is there", async () => {
  const { subtle } = globalThis.crypto;
  const asked = [];
  const verify = subtle.verify;
  subtle.verify = function (...call) {
    asked.push(call[1].algorithm.name);
    return verify.apply(subtle, call);
  };
  try {
    const validator = await createValidator(options());
    for (const [title, token, code] of corpus.filter(([title]) => title.endsWith(": good"))) {
      assert.equal(await codeOf(validator.verify(token)), code, title);
    }
  } finally {
    delete subtle.verify;
  }
  assert.deepEqual(asked, ["RSASSA-PKCS1-v1_5", "ECDSA"]);
});

test("a key is imported once", async () => {
  const { subtle } = globalThis.crypto;
  const importKey = subtle.importKey;
  let imports = 0;
  subtle.importKey = function (...call) {
    imports += 1;
    return importKey.apply(subtle, call);
  };
  try {
    const validator = await createValidator(options());
    const [, token] = corpus.find(([title]) => title === "RS256: good");
    for (let again = 0; again < 5; again += 1) await validator.verify(token);
  } finally {
    delete subtle.importKey;
  }
  assert.equal(imports, 1);
});

test("two validators do not take each other's keys for their own, even under one kid", async () => {
  for (const algorithm of Object.keys(keys)) {
    const own = keys[algorithm];
    const foreign = await keyPair(algorithm, own.kid);
    const validators = await Promise.all([own, foreign].map((key) => createValidator(options({ jwks: keySet(key) }))));
    const tokens = await Promise.all([own, foreign].map((key) => mint({ key })));
    const codes = await Promise.all(validators.map((validator) => Promise.all(tokens.map((token) => codeOf(validator.verify(token))))));
    assert.deepEqual(codes, [[undefined, "invalid_signature"], ["invalid_signature", undefined]], algorithm);
  }
});

describe("a request with the token gets a ready answer that tells nothing of it", () => {
  for (const [title, token, code] of corpus.filter(([, token, code]) => code !== undefined && /^[\x21-\x7e]+$/.test(token))) {
    test(title, async () => {
      const validator = await createValidator(options());
      const result = await validator.authenticate(new Request("https://api.example.com/", { headers: { authorization: `Bearer ${token}` } }));
      assert.equal(result.ok, false);
      assert.equal(result.response.status, result.status);
      assert.match(result.response.headers.get("www-authenticate"), /^Bearer realm="/);
      assert.equal(result.response.headers.get("cache-control"), "no-store");
      assertKeepsSecret([result.message, await result.response.text(), ...result.response.headers.values()], token);
      // What RFC 6750 §2.1 cannot carry never reaches the token's own rules.
      if (!token.includes("=")) assert.equal(result.code, code);
    });
  }
});
