// Several issuers over the network, each with a server of its own: what one does, or does not do, is nothing to the tokens of another.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { createValidator } from "countersign";
import { AUDIENCE, keyPair, keySet, mint, NOW } from "./support/mint.mjs";
import { JWKS, METADATA, startServer, TROUBLE } from "./support/server.mjs";

// One name for both keys: it says nothing outside of its issuer.
const [ours, theirs] = await Promise.all([keyPair("ES256", "1"), keyPair("ES256", "1")]);

let servers;
let now;
beforeEach(async () => {
  servers = await Promise.all([startServer(), startServer()]);
  servers[0].keys = keySet(ours);
  servers[1].keys = keySet(theirs);
  now = NOW * 1000;
});
afterEach(() => Promise.all(servers.map((server) => server.close())));

const issuersWith = (...changes) => servers.map(({ issuer }, at) => ({ issuer, audience: AUDIENCE, ...changes[at] }));
const validatorOf = (issuers = issuersWith(), changes = {}) =>
  createValidator({ issuers, allowInsecureLoopback: true, clock: () => now, ...changes });
const tokenOf = (at, { key = [ours, theirs][at], ...changes } = {}) =>
  mint({ key, ...changes, claims: { iss: servers[at].issuer, exp: NOW + 100_000_000, ...changes.claims } });
const codeOf = (promise) => promise.then(() => "accepted", (thrown) => thrown.code);
const asked = (path) => servers.map((server) => server.asked[path]);
const minute = 60_000;

test("each issuer's keys are discovered and fetched for its own tokens, once", async () => {
  const validator = await validatorOf();
  const tokens = await Promise.all([tokenOf(0), tokenOf(1)]);
  assert.deepEqual([asked(METADATA), asked(JWKS)], [[0, 0], [0, 0]]);
  for (const at of [0, 0, 0]) assert.equal((await validator.verify(tokens[at])).claims.iss, servers[at].issuer);
  assert.deepEqual([asked(METADATA), asked(JWKS)], [[1, 0], [1, 0]]);
  for (const at of [1, 0, 1]) assert.equal((await validator.verify(tokens[at])).claims.iss, servers[at].issuer);
  assert.deepEqual([asked(METADATA), asked(JWKS)], [[1, 1], [1, 1]]);
  for (const at of [0, 1]) assert.equal(validator.verifySync(tokens[at]).claims.iss, servers[at].issuer);
});

test("a hundred cold requests of two issuers make one fetch at each", async () => {
  const validator = await validatorOf();
  const tokens = await Promise.all([tokenOf(0), tokenOf(1)]);
  const verified = await Promise.all(Array.from({ length: 100 }, (_, number) => validator.verify(tokens[number % 2])));
  assert.equal(verified.length, 100);
  assert.deepEqual([asked(METADATA), asked(JWKS)], [[1, 1], [1, 1]]);
});

describe("the key of one issuer does not sign for another, though both call it the same", () => {
  for (const [title, uris] of [["discovered", false], ["by their URLs", true]]) {
    test(title, async () => {
      const validator = await validatorOf(issuersWith(...servers.map(({ jwksUri }) => (uris ? { jwksUri } : {}))));
      // The good ones first, so that the host has imported both keys.
      for (let again = 0; again < 2; again += 1) {
        for (const at of [0, 1]) assert.equal(await codeOf(validator.verify(await tokenOf(at))), "accepted");
        for (const [at, key] of [[0, theirs], [1, ours]]) {
          const token = await tokenOf(at, { key });
          assert.equal(await codeOf(validator.verify(token)), "invalid_signature");
          assert.throws(() => validator.verifySync(token), { code: "invalid_signature" });
        }
      }
    });
  }
});

test("an issuer that is not listed is refused, and nobody is asked", async () => {
  const validator = await validatorOf();
  const [{ issuer }] = servers;
  for (const iss of ["https://evil.example.com", `${issuer}/`, issuer.replace("http", "HTTP"), "", ` ${issuer}`]) {
    assert.equal(await codeOf(validator.verify(await tokenOf(0, { claims: { iss } }))), "invalid_issuer", iss);
  }
  assert.deepEqual([asked(METADATA), asked(JWKS)], [[0, 0], [0, 0]]);
});

describe("an issuer that is down is 503 for its own tokens, and delays no others", () => {
  for (const [name, behaviour] of Object.entries({ ...TROUBLE, "no answer at all": () => undefined })) {
    test(name, async () => {
      servers[0].inTrouble(behaviour);
      const validator = await validatorOf();
      const [down, up] = await Promise.all([tokenOf(0), tokenOf(1)]);
      const of = (token) => validator.authenticate({ headers: { authorization: `Bearer ${token}` } });
      // Begun first; when the other issuer's token has its verdict, this one may still be waiting.
      const waiting = of(down);
      assert.equal((await of(up)).ok, true);
      assert.equal((await of(up)).ok, true);
      const { code, status, response } = await waiting;
      assert.deepEqual([code, status], ["jwks_unavailable", 503]);
      assert.match(response.headers.get("retry-after"), /^[1-9][0-9]*$/);
      assert.deepEqual(asked(JWKS)[1], 1);
      servers[0].inTrouble(undefined);
      now += minute;
      assert.equal((await of(down)).ok, true);
    });
  }
});

test("a key that one issuer withdraws is dead with its refresh, and no token of another is verified anew", async (context) => {
  const verify = context.mock.method(crypto.subtle, "verify");
  const validator = await validatorOf(issuersWith(), { crypto: "webcrypto" });
  const [withdrawn, kept] = await Promise.all([tokenOf(0), tokenOf(1)]);
  await validator.verify(withdrawn);
  now += 5 * minute;
  await validator.verify(kept);
  assert.equal(verify.mock.callCount(), 2);
  servers[0].keys = keySet(await keyPair("ES256", "2"));
  now += 5 * minute;
  assert.equal(await codeOf(validator.verify(withdrawn)), "key_not_found");
  assert.equal(await codeOf(validator.verify(kept)), "accepted");
  assert.equal(verify.mock.callCount(), 2, "remembered");
});

test("each issuer's options are for its own tokens", async () => {
  const validator = await validatorOf(issuersWith({ algorithms: ["EdDSA"] }, { profile: "jwt", audience: "b", scopeClaims: ["scp"], maxAgeSeconds: 60 }));
  assert.equal(await codeOf(validator.verify(await tokenOf(0))), "unsupported_algorithm");
  assert.equal(await codeOf(validator.verify(await tokenOf(0, { header: { typ: "JWT" } }))), "invalid_type");
  assert.equal(await codeOf(validator.verify(await tokenOf(1, { header: { typ: "JWT" } }))), "invalid_audience");
  const own = { header: { typ: "JWT" }, claims: { aud: "b", scp: ["orders:write"] } };
  assert.deepEqual((await validator.verify(await tokenOf(1, own))).scopes, ["orders:write"]);
  now += minute;
  assert.equal(await codeOf(validator.verify(await tokenOf(1, own))), "token_too_old");
});

test("a hundred issuers' keys are imported by the host once each", async (context) => {
  const importKey = context.mock.method(crypto.subtle, "importKey");
  const issuers = Array.from({ length: 100 }, (_, number) => ({ issuer: `https://as-${number}.example.com`, audience: AUDIENCE, jwks: keySet(ours) }));
  const validator = await validatorOf(issuers, { cacheBytes: 0, crypto: "webcrypto" });
  const tokens = await Promise.all(issuers.map(({ issuer }) => mint({ key: ours, claims: { iss: issuer } })));
  const before = importKey.mock.callCount();
  for (let again = 0; again < 2; again += 1) for (const token of tokens) await validator.verify(token);
  assert.equal(importKey.mock.callCount() - before, 100);
});

test("keys by value beside keys that are fetched", async () => {
  const validator = await validatorOf(issuersWith({ jwks: keySet(ours) }));
  for (const at of [0, 1]) assert.equal(await codeOf(validator.verify(await tokenOf(at))), "accepted");
  assert.deepEqual(asked(JWKS), [0, 1]);
});

test("a change to what was passed changes nothing afterwards", async () => {
  const issuers = issuersWith();
  const validator = await validatorOf(issuers);
  issuers[0].audience = "https://evil.example.com";
  issuers.length = 0;
  for (const at of [0, 1]) assert.equal(await codeOf(validator.verify(await tokenOf(at))), "accepted");
});

test("keys on an origin that is not listed: the refusal says what to set, and shows nothing of what was read", async () => {
  servers[0].metadata = () => ({ issuer: servers[0].issuer, jwks_uri: servers[1].jwksUri });
  const validator = await validatorOf();
  await assert.rejects(validator.verify(await tokenOf(0, { key: theirs })), (thrown) => {
    assert.deepEqual([thrown.code, thrown.status, thrown.retryable], ["jwks_unavailable", 503, true]);
    assert.match(thrown.message, /jwksOrigins/);
    assert.ok(!thrown.message.includes("127.0.0.1"), thrown.message);
    return true;
  });
  const listed = await validatorOf(issuersWith({ jwksOrigins: [servers[1].issuer] }));
  assert.equal(await codeOf(listed.verify(await tokenOf(0, { key: theirs }))), "accepted");
});

test("an outage with keys in memory asks once in thirty seconds, whatever arrives", async () => {
  const validator = await validatorOf();
  const good = await tokenOf(0);
  await validator.verify(good);
  servers[0].inTrouble(TROUBLE["500"]);
  now += 20 * minute;
  const before = asked(METADATA)[0] + asked(JWKS)[0];
  for (let second = 0; second < 30; second += 1) {
    const bogus = await tokenOf(0, { header: { kid: `bogus-${second}` } });
    assert.equal(await codeOf(validator.verify(good)), "accepted");
    assert.equal(await codeOf(validator.verify(bogus)), "key_not_found");
    now += 1000;
  }
  assert.equal(asked(METADATA)[0] + asked(JWKS)[0], before + 1);
});
