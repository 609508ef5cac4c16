// Keys over the network: discovered once, fetched once, fetched again at a bounded rate; a server that is down is 503 and nobody's fault.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { createValidator } from "countersign";
import { AUDIENCE, keyPair, keys, keySet, mint, NOW } from "./support/mint.mjs";
import { JWKS, METADATA, startServer, TROUBLE } from "./support/server.mjs";

let server;
let now;
beforeEach(async () => {
  server = await startServer();
  now = NOW * 1000;
});
afterEach(() => server.close());

const validatorOf = (changes) =>
  createValidator({ issuer: server.issuer, audience: AUDIENCE, allowInsecureLoopback: true, clock: () => now, ...changes });
const tokenOf = (changes = {}) => mint({ ...changes, claims: { iss: server.issuer, exp: NOW + 100_000_000, ...changes.claims } });
const codeOf = (promise) => promise.then(() => "accepted", (thrown) => thrown.code);
const requestWith = (token) => new Request("https://api.example.com/", { headers: { authorization: `Bearer ${token}` } });
const minute = 60_000;
const hour = 60 * minute;

test("creating a validator asks for nothing", async () => {
  await validatorOf();
  assert.deepEqual(server.asked, { [METADATA]: 0, [JWKS]: 0 });
});

test("discovered and fetched once, for all tokens after it", async () => {
  const validator = await validatorOf();
  const token = await tokenOf();
  for (let again = 0; again < 5; again += 1) assert.equal((await validator.verify(token)).claims.iss, server.issuer);
  assert.equal(validator.verifySync(token).clientId, "reports-job");
  assert.deepEqual(server.asked, { [METADATA]: 1, [JWKS]: 1 });
});

test("jwksUri leaves the metadata aside", async () => {
  const validator = await validatorOf({ jwksUri: server.jwksUri });
  await validator.verify(await tokenOf());
  assert.deepEqual(server.asked, { [METADATA]: 0, [JWKS]: 1 });
});

test("fifty cold requests make one fetch, and all get their verdict", async () => {
  const validator = await validatorOf();
  const token = await tokenOf();
  const results = await Promise.all(Array.from({ length: 50 }, () => validator.authenticate(requestWith(token))));
  assert.ok(results.every(({ ok }) => ok));
  assert.deepEqual(server.asked, { [METADATA]: 1, [JWKS]: 1 });
});

test("fifty cold requests at a server that is down share one failure", async () => {
  server.inTrouble(TROUBLE["500"]);
  const validator = await validatorOf({ jwksUri: server.jwksUri });
  const token = await tokenOf();
  const results = await Promise.all(Array.from({ length: 50 }, () => validator.authenticate(requestWith(token))));
  assert.deepEqual(new Set(results.map(({ code }) => code)), new Set(["jwks_unavailable"]));
  assert.equal(server.asked[JWKS], 1);
});

test("a key that appears is found; keys that nobody has get the server asked once in a while, not each time", async () => {
  const validator = await validatorOf();
  await validator.verify(await tokenOf());
  const rotated = await keyPair("ES256", "rotated");
  server.keys = keySet(rotated);
  now += minute;
  assert.equal((await validator.verify(await tokenOf({ key: rotated }))).header.kid, "rotated");
  assert.equal(server.asked[JWKS], 2);

  const bogus = async (_, index) => codeOf(validator.verify(await tokenOf({ key: rotated, header: { kid: `bogus-${index}` } })));
  for (const asked of [3, 4]) {
    now += minute;
    for (let again = 0; again < 2; again += 1) {
      const codes = await Promise.all(Array.from({ length: 50 }, bogus));
      assert.deepEqual(new Set(codes), new Set(["key_not_found"]));
      assert.equal(server.asked[JWKS], asked);
    }
  }
  assert.equal(await codeOf(validator.verify(await tokenOf({ key: rotated }))), "accepted");
  assert.equal(server.asked[METADATA], 1);
});

test("a key that is withdrawn is refused after the next refresh", async () => {
  const validator = await validatorOf();
  const token = await tokenOf();
  await validator.verify(token);
  server.keys = keySet(keys.RS256);
  now += hour;
  assert.equal(await codeOf(validator.verify(token)), "key_not_found");
});

test("the key set says how long it may be kept, and how long it has been", async () => {
  server.fields = { "cache-control": "public, max-age=7200", age: "3600" };
  const validator = await validatorOf();
  await validator.verify(await tokenOf());
  now += 50 * minute;
  await validator.verify(await tokenOf());
  assert.equal(server.asked[JWKS], 1);
  now += 10 * minute;
  await validator.verify(await tokenOf());
  assert.equal(server.asked[JWKS], 2);
});

describe("a waitUntil that fails refuses nobody, and leaves the work to the request", () => {
  const fail = () => {
    throw new TypeError("Illegal invocation"); // As a method does that was taken off the context of a Worker.
  };
  for (const [name, waitUntil] of Object.entries({ "at once": fail, "by a promise": async () => fail() })) {
    test(name, async () => {
      const done = [];
      // Longer than any number of promises takes.
      const put = () => new Promise((resolve) => setImmediate(resolve)).then(() => done.push("stored"));
      const events = ({ type }) => done.push(type);
      const validator = await validatorOf({ keyStore: { get: () => undefined, put }, events });
      const request = requestWith(await tokenOf());
      assert.equal((await validator.authenticate(request, { waitUntil })).ok, true);
      assert.deepEqual(done.splice(0), ["fetch", "fetch", "stored"]);
      now += 9.5 * minute;
      assert.equal((await validator.authenticate(request, { waitUntil })).ok, true);
      assert.deepEqual(done, ["fetch", "stored"]);
    });
  }

  test("after the answer, too", async () => {
    const validator = await validatorOf();
    const request = requestWith(await tokenOf());
    let given = Promise.resolve();
    const waitUntil = (work) => (given = work).then(fail);
    for (const asked of [1, 2]) {
      assert.equal((await validator.authenticate(request, { waitUntil })).ok, true);
      await given;
      assert.equal(server.asked[JWKS], asked);
      now += 9.5 * minute;
    }
    await new Promise((resolve) => setImmediate(resolve)); // By then a rejection that nobody handles has failed this test.
  });
});

test("with waitUntil no request waits for a refresh ahead of its time, and without it one does", async () => {
  const validator = await validatorOf();
  const request = requestWith(await tokenOf());
  assert.equal((await validator.authenticate(request)).ok, true);
  now += 9.5 * minute;
  let release;
  const held = new Promise((resolve) => {
    server.inTrouble((response) => resolve((release = () => response.end(JSON.stringify(keySet(keys.RS256))))));
  });
  const work = [];
  const waitUntil = (promise) => (work.push(promise), promise); // Whatever it gives, nobody waits for that.
  assert.equal((await validator.authenticate(request, { waitUntil })).ok, true);
  assert.equal(work.length, 1);
  await held;
  release();
  await Promise.all(work);
  assert.equal((await validator.authenticate(request)).code, "key_not_found", "the set that came is in use");
});

test("a key set on another origin is used where that origin is listed", async () => {
  const elsewhere = await startServer();
  try {
    server.metadata = () => ({ issuer: server.issuer, jwks_uri: elsewhere.jwksUri });
    const token = await tokenOf();
    assert.equal(await codeOf((await validatorOf()).verify(token)), "jwks_unavailable");
    assert.equal(elsewhere.asked[JWKS], 0);
    await (await validatorOf({ jwksOrigins: [elsewhere.issuer] })).verify(token);
    assert.deepEqual([server.asked[JWKS], elsewhere.asked[JWKS]], [0, 1]);
  } finally {
    await elsewhere.close();
  }
});

test("verifySync never asks", async () => {
  const validator = await validatorOf();
  const token = await tokenOf();
  assert.throws(() => validator.verifySync(token), { code: "jwks_unavailable", status: 503, retryable: true });
  assert.deepEqual(server.asked, { [METADATA]: 0, [JWKS]: 0 });
});

describe("a server that is down is 503, never 401, and recovers", () => {
  for (const [name, behaviour] of Object.entries(TROUBLE)) {
    test(name, async () => {
      server.inTrouble(behaviour);
      const validator = await validatorOf();
      const token = await tokenOf();
      const result = await validator.authenticate(requestWith(token));
      assert.deepEqual(
        { ok: result.ok, code: result.code, status: result.status, error: result.error, retryable: result.retryable },
        { ok: false, code: "jwks_unavailable", status: 503, error: undefined, retryable: true },
      );
      assert.equal(result.response.status, 503);
      assert.match(result.response.headers.get("retry-after"), /^[1-9][0-9]*$/);
      assert.equal(result.response.headers.get("www-authenticate"), null);
      assert.equal(server.asked["/elsewhere"], undefined, "a redirect was followed");
      server.inTrouble(undefined);
      now += hour;
      assert.equal(await codeOf(validator.verify(token)), "accepted");
    });
  }

  test("a server that never answers", async () => {
    // The timer of the download is the one thing here that takes real time: as long as the core allows a fetch to take.
    server.inTrouble(() => undefined);
    const validator = await validatorOf({ jwksUri: server.jwksUri });
    assert.equal(await codeOf(validator.verify(await tokenOf())), "jwks_unavailable");
  });

  test("a port where nobody listens", async () => {
    const validator = await validatorOf();
    const token = await tokenOf();
    await server.close();
    assert.equal(await codeOf(validator.verify(token)), "jwks_unavailable");
    server = await startServer();
  });

  test("an outage with keys in memory keeps serving", async () => {
    const validator = await validatorOf();
    const token = await tokenOf();
    await validator.verify(token);
    server.inTrouble(TROUBLE["500"]);
    now += hour;
    assert.equal(await codeOf(validator.verify(token)), "accepted");
  });
});

test("metadata of another issuer gives no keys (RFC 8414 §3.3)", async () => {
  server.metadata = () => ({ issuer: `${server.issuer}/`, jwks_uri: server.jwksUri });
  const validator = await validatorOf();
  assert.notEqual(await codeOf(validator.verify(await tokenOf())), "accepted");
  assert.equal(server.asked[JWKS], 0);
});

describe("a fetch of the caller's own", () => {
  const answering = (respond) => async (url, init) => respond(String(url), init);

  test("is asked as the core says: GET, no redirect, with a signal", async () => {
    const calls = [];
    const validator = await validatorOf({
      fetch: answering((url, init) => {
        calls.push({ url, ...init });
        return Response.json(url.endsWith(JWKS) ? server.keys : server.metadata());
      }),
    });
    await validator.verify(await tokenOf());
    assert.deepEqual(calls.map(({ url }) => new URL(url).pathname), [METADATA, JWKS]);
    for (const { method, redirect, headers, signal } of calls) {
      assert.deepEqual({ method, redirect, headers }, { method: "GET", redirect: "manual", headers: { accept: "application/json" } });
      assert.ok(signal instanceof AbortSignal);
    }
  });

  for (const [name, respond] of Object.entries({
    "that throws": () => { throw new TypeError("offline"); },
    "that returns nothing": () => undefined,
    "that returns no Response": () => ({ status: 200, body: "keys" }),
    "that followed a redirect": () => Object.defineProperty(Response.json(server.keys), "redirected", { value: true }),
    "that answers 206": () => new Response(JSON.stringify(server.keys), { status: 206 }),
  })) {
    test(name, async () => {
      const validator = await validatorOf({ jwksUri: server.jwksUri, fetch: answering(respond) });
      assert.equal(await codeOf(validator.verify(await tokenOf())), "jwks_unavailable");
    });
  }

  test("that does not listen to its signal does not hold the request", async () => {
    const validator = await validatorOf({ jwksUri: server.jwksUri, fetch: () => new Promise(() => undefined) });
    assert.equal(await codeOf(validator.verify(await tokenOf())), "jwks_unavailable");
  });
});

test("keys by value are never fetched", async () => {
  const validator = await validatorOf({ jwks: keySet(keys.ES256) });
  assert.equal(await codeOf(validator.verify(await tokenOf({ header: { kid: "nobody" } }))), "key_not_found");
  assert.deepEqual(server.asked, { [METADATA]: 0, [JWKS]: 0 });
});
