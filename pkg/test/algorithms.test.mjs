// Every algorithm, by the host's crypto and without it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createValidator } from "countersign";
import { findNodeCrypto, verifierByNode } from "../src/crypto/node.js";
import { verifyByWebCrypto } from "../src/crypto/web.js";
import { keyPair, keySet, mint, options } from "./support/mint.mjs";

/** Those of the wasm's own arithmetic. */
const ANYWHERE = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA"];
const BY_HOST_ALONE = ["ES384", "ES512"];
const BY_HOST = [...ANYWHERE, ...BY_HOST_ALONE];

const pairs = Object.fromEntries(await Promise.all(BY_HOST.map(async (alg) => [alg, await keyPair(alg)])));
const tokens = Object.fromEntries(await Promise.all(Object.entries(pairs).map(async ([alg, key]) => [alg, await mint({ key })])));
const validatorOf = (algorithms, changes) => createValidator(options({ algorithms, jwks: keySet(...Object.values(pairs)), ...changes }));
const codeOf = (promise) => promise.then(() => "accepted", (thrown) => thrown.code);

/** The question that the core would ask about this token. */
function question(algorithm, token, cryptoKeys = new Map()) {
  const at = token.lastIndexOf(".");
  const bytes = (text, encoding) => new Uint8Array(Buffer.from(text, encoding));
  const octets = { input: bytes(token.slice(0, at)), signature: bytes(token.slice(at + 1), "base64url") };
  return { algorithm, keyId: 1, octets, life: { algorithms: BY_HOST, cryptoKeys } };
}

const engineOf = ({ publicJwk: { alg, use, kid, ...members } }) => ({ jwk: () => JSON.stringify(members), octets: ({ octets }) => octets });

for (const [name, verify] of Object.entries({ "node:crypto": verifierByNode(findNodeCrypto()), webcrypto: verifyByWebCrypto })) {
  describe(name, () => {
    for (const algorithm of BY_HOST) {
      test(`verifies ${algorithm} and nothing else under it`, async () => {
        const engine = engineOf(pairs[algorithm]);
        const good = question(algorithm, tokens[algorithm]);
        assert.equal(await verify(good, engine), true);
        good.octets.signature[10] ^= 1;
        assert.equal(await verify(good, engine), false);
        const isOfRsa = (name) => /^[RP]S/.test(name);
        for (const other of BY_HOST.filter((other) => other !== algorithm && isOfRsa(other) === isOfRsa(algorithm))) {
          assert.notEqual(await verify(question(other, tokens[algorithm]), engine), true, `${other} for ${algorithm}`);
        }
      });
    }

    test("has a key of its own for each algorithm of one RSA key", async () => {
      const { privateJwk: { alg, ...privateJwk }, publicJwk: { alg: _, ...publicJwk } } = pairs.RS256;
      const cryptoKeys = new Map();
      for (const algorithm of BY_HOST.filter((name) => /^[RP]S/.test(name))) {
        const token = await mint({ key: { ...pairs.RS256, algorithm, privateKey: { ...privateJwk, alg: algorithm } } });
        assert.equal(await verify(question(algorithm, token, cryptoKeys), engineOf({ publicJwk })), true, algorithm);
      }
      assert.equal(cryptoKeys.size, 6);
    });

    test("keeps no key that came with a request", async () => {
      const cryptoKeys = new Map();
      const other = await keyPair("ES256");
      for (const [key, expected] of [[pairs.ES256, true], [other, false], [pairs.ES256, true]]) {
        const proof = { ...question("ES256", tokens.ES256, cryptoKeys), keyId: -1 };
        assert.equal(await verify(proof, engineOf(key)), expected);
      }
      assert.equal(cryptoKeys.size, 0);
    });
  });
}

describe("verify", () => {
  for (const algorithm of Object.keys(tokens)) {
    test(algorithm, async () => {
      assert.equal(await codeOf((await validatorOf([algorithm])).verify(tokens[algorithm])), "accepted");
      const others = Object.keys(tokens).filter((other) => other !== algorithm);
      assert.equal(await codeOf((await validatorOf(others)).verify(tokens[algorithm])), "unsupported_algorithm");
    });
  }

  test("takes EdDSA by both of its names", async () => {
    const token = await mint({ key: { ...pairs.EdDSA, algorithm: "Ed25519" } });
    for (const name of ["EdDSA", "Ed25519"]) assert.equal(await codeOf((await validatorOf([name])).verify(token)), "accepted");
  });

  test("takes one RSA key for several algorithms", async () => {
    const { privateJwk: { alg, ...privateJwk }, publicJwk: { alg: _, ...publicJwk } } = pairs.RS256;
    const validator = await validatorOf(["RS256", "PS512"], { jwks: { keys: [publicJwk] } });
    for (const algorithm of ["RS256", "PS512", "RS256"]) {
      const token = await mint({ key: { ...pairs.RS256, algorithm, privateKey: { ...privateJwk, alg: algorithm } } });
      assert.equal(await codeOf(validator.verify(token)), "accepted", algorithm);
    }
  });
});

test("verifySync takes what node:crypto knows beyond the wasm", async () => {
  for (const algorithm of BY_HOST_ALONE) (await validatorOf([algorithm])).verifySync(tokens[algorithm]);
});

/** What has no arithmetic in the wasm is refused for its algorithm, whether its signature is good or not. */
for (const [name, crypto, verify] of [
  ["verify by the wasm", "wasm", (validator, token) => validator.verify(token)],
  ["verifySync by the wasm", "wasm", async (validator, token) => validator.verifySync(token)],
  ["verifySync with nothing but WebCrypto", "webcrypto", async (validator, token) => validator.verifySync(token)],
]) {
  describe(name, () => {
    for (const algorithm of ANYWHERE) {
      test(algorithm, async () => {
        assert.equal(await codeOf(verify(await validatorOf([algorithm], { crypto }), tokens[algorithm])), "accepted");
      });
    }
    for (const algorithm of BY_HOST_ALONE) {
      test(`${algorithm} is unsupported`, async () => {
        const validator = await validatorOf([algorithm], { crypto });
        const foreign = await mint({ key: { ...(await keyPair(algorithm)), kid: algorithm } });
        for (const token of [tokens[algorithm], foreign]) {
          assert.equal(await codeOf(verify(validator, token)), "unsupported_algorithm");
        }
      });
    }
  });
}
