// One verdict, whoever does the arithmetic: the host's crypto, the wasm, and the synchronous path agree on every token.
import assert from "node:assert/strict";
import nodeCrypto from "node:crypto";
import { describe, test } from "node:test";
import { createValidator, TokenError } from "countersign";
import { corpus } from "./support/corpus.mjs";
import { whileInherited, withNodeCrypto, withWebCrypto } from "./support/host.mjs";
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

function suite(name, verify, changes = {}) {
  describe(name, () => {
    for (const [title, token, code] of corpus) {
      test(title, async () => {
        const validator = await createValidator(options(changes));
        const attempt = verify(validator, token);
        if (code === undefined) assert.equal((await attempt).subject, "reports-job");
        else assertRefused(await attempt.then(() => undefined, (thrown) => thrown), code, token);
      });
    }
  });
}

for (const crypto of ["auto", "node:crypto", "webcrypto", "wasm"]) {
  suite(`verify by ${crypto}`, (validator, token) => validator.verify(token), { crypto });
  suite(`verifySync by ${crypto}`, async (validator, token) => validator.verifySync(token), { crypto });
}

const fails = () => {
  throw new Error("no");
};
const refuses = async () => fails();
for (const [name, node, web] of [
  ["without crypto", undefined, undefined],
  ["without subtle", undefined, {}],
  ["where WebCrypto knows no algorithm", undefined, { subtle: { importKey: refuses, verify: refuses } }],
  ["where WebCrypto throws at once", undefined, { subtle: { importKey: fails, verify: fails } }],
  ["where node:crypto takes no key", { createPublicKey: fails, verify: fails }, undefined],
  ["where node:crypto verifies nothing", { createPublicKey: () => ({}), verify: fails }, undefined],
  ["where node:crypto has no answer", { createPublicKey: () => ({}), verify: () => undefined }, undefined],
]) {
  describe(name, () => {
    withNodeCrypto(node);
    withWebCrypto(web);
    suite("verify", (validator, token) => validator.verify(token));
  });
}

/** One row a host: where its functions are, how a call names what it is for, and how often it is asked about the first token of a key. */
const HOSTS = {
  "node:crypto": { functions: nodeCrypto, imports: "createPublicKey", asked: 2 }, // once to see whether it takes the key as it is given
  webcrypto: { functions: crypto.subtle, imports: "importKey", asked: 1 },
};

for (const [name, { functions, imports, asked }] of Object.entries(HOSTS)) {
  describe(name, () => {
    test("decides about RSA, ECDSA and EdDSA", async (context) => {
      const verify = context.mock.method(functions, "verify");
      const validator = await createValidator(options({ crypto: name }));
      const good = corpus.filter(([title]) => title.endsWith(": good"));
      for (const [title, token, code] of good) assert.equal(await codeOf(validator.verify(token)), code, title);
      assert.equal(verify.mock.callCount(), good.length * asked);
    });

    test("imports a key once", async (context) => {
      const imported = context.mock.method(functions, imports);
      const validator = await createValidator(options({ crypto: name, cacheBytes: 0 }));
      const [, token] = corpus.find(([title]) => title === "RS256: good");
      for (let again = 0; again < 5; again += 1) await validator.verify(token);
      assert.equal(imported.mock.callCount(), 1);
    });
  });
}

describe("auto", () => {
  for (const [node, web, expected] of [
    [nodeCrypto, crypto, "node:crypto"],
    [undefined, crypto, "webcrypto"],
    [{}, crypto, "webcrypto"],
  ]) {
    describe(`takes ${expected}`, () => {
      withNodeCrypto(node);
      withWebCrypto(web);
      test("with node:crypto and WebCrypto as they are here", async (context) => {
        const asked = Object.entries(HOSTS).map(([name, { functions }]) => [name, context.mock.method(functions, "verify")]);
        await (await createValidator(options())).verify(corpus.find(([title]) => title === "ES256: good")[1]);
        assert.deepEqual(asked.filter(([, verify]) => verify.mock.callCount() > 0).map(([name]) => name), [expected]);
      });
    });
  }
});

describe("a host that is named and is not there", () => {
  withNodeCrypto(undefined);
  withWebCrypto({});
  for (const crypto of ["node:crypto", "webcrypto"]) {
    test(crypto, () =>
      assert.rejects(createValidator(options({ crypto })), { code: "invalid_configuration", message: /`crypto`.*this runtime has no/ }));
  }
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

test("what others have put on every object says nothing of a token, and nothing in an answer", async () => {
  const validator = await createValidator(options({ profile: "jwt" }));
  const token = await mint({ header: { typ: "JWT" }, claims: { sub: undefined, client_id: undefined } });
  const inherited = { clientId: "admin", subject: "root", error: "evil", dpopNonce: "evil", retryAfterSeconds: 1 };
  await whileInherited(inherited, async () => {
    const verified = await validator.verify(token);
    assert.deepEqual([verified.clientId, verified.subject], [undefined, undefined]);
    const { response, error } = await validator.authenticate({ headers: {} });
    assert.deepEqual([error, ...response.headers.keys()], [undefined, "cache-control", "content-type", "www-authenticate"]);
  });
});
