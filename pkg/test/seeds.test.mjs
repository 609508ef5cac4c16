// Keys that were known beforehand: used at once, gone with the first answer, and a day after their first use at the latest.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createValidator } from "countersign";
import { Engine } from "../wasm/countersign_validator.js";
import { AUDIENCE, keys, keySet, mint, NOW } from "./support/mint.mjs";
import { JWKS, METADATA, startServer, TROUBLE } from "./support/server.mjs";

const minute = 60_000;
const day = 24 * 60 * minute;

let server;
let now;
beforeEach(async () => {
  server = await startServer();
  now = NOW * 1000;
});
afterEach(() => server.close());

const seedJwks = keySet(keys.ES256);
const validatorOf = (changes) =>
  createValidator({ issuer: server.issuer, audience: AUDIENCE, allowInsecureLoopback: true, clock: () => now, seedJwks, ...changes });
const tokenOf = (changes) => mint({ ...changes, claims: { iss: server.issuer, exp: NOW + 100_000_000 } });
const codeOf = (promise) => promise.then(() => "accepted", (thrown) => thrown.code);
const requestWith = (token) => new Request("https://api.example.com/", { headers: { authorization: `Bearer ${token}` } });

test("with waitUntil the first verdict waits for nothing, and the keys are fetched meanwhile", async () => {
  let release;
  const held = new Promise((resolve) => {
    server.trouble[JWKS] = (response) => resolve((release = () => response.end(JSON.stringify(keySet(keys.RS256)))));
  });
  const validator = await validatorOf({ jwksUri: server.jwksUri });
  const request = requestWith(await tokenOf());
  const work = [];
  for (let again = 0; again < 5; again += 1) {
    assert.equal((await validator.authenticate(request, { waitUntil: (promise) => work.push(promise) })).ok, true);
  }
  await held;
  assert.equal(server.asked[JWKS], 1);
  release();
  await Promise.all(work);
  assert.equal((await validator.authenticate(request)).code, "key_not_found", "the key that the issuer no longer has is dead");
});

test("verifySync has them before anything was fetched", async () => {
  const validator = await validatorOf();
  assert.equal(validator.verifySync(await tokenOf()).clientId, "reports-job");
  assert.deepEqual(server.asked, { [METADATA]: 0, [JWKS]: 0 });
});

test("an outage at the start is survived for a day", async () => {
  server.inTrouble(TROUBLE["500"]);
  const validator = await validatorOf();
  const token = await tokenOf();
  for (const [at, code] of [[0, "accepted"], [day - 1, "accepted"], [day, "jwks_unavailable"], [day + minute, "jwks_unavailable"]]) {
    now = NOW * 1000 + at;
    assert.equal(await codeOf(validator.verify(token)), code, String(at));
  }
  server.inTrouble(undefined);
  now += minute;
  assert.equal(await codeOf(validator.verify(token)), "accepted");
});

test("the day begins with the first use, and an instance that trapped does not begin another", async () => {
  server.inTrouble(TROUBLE["500"]);
  const validator = await validatorOf();
  const token = await tokenOf();
  now += 10 * day;
  assert.equal(await codeOf(validator.verify(token)), "accepted");
  now += day - 1;
  const real = Engine.prototype.begin;
  Engine.prototype.begin = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  assert.equal(await codeOf(validator.verify(token)), "internal_error");
  Engine.prototype.begin = real;
  assert.equal(await codeOf(validator.verify(token)), "accepted");
  now += 1;
  assert.equal(await codeOf(validator.verify(token)), "jwks_unavailable");
});

test("a clock that stands still until the first request, as in Workers, is asked no earlier", async () => {
  now = 0;
  const validator = await validatorOf();
  now = NOW * 1000;
  assert.equal(validator.verifySync(await tokenOf()).clientId, "reports-job");
});

test("of several issuers each has its own", async () => {
  const issuers = [
    { issuer: server.issuer, audience: AUDIENCE, jwksUri: `${server.issuer}/nowhere` },
    { issuer: "https://other.example.com", audience: AUDIENCE, seedJwks },
  ];
  const validator = await createValidator({ issuers, allowInsecureLoopback: true, clock: () => now });
  const own = await tokenOf();
  const other = await mint({ claims: { iss: "https://other.example.com" } });
  assert.throws(() => validator.verifySync(own), { code: "jwks_unavailable" });
  assert.equal(validator.verifySync(other).clientId, "reports-job");
});
