// Key sets that machines share: one fetches, and what a store has is no more than an answer that came earlier.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { cacheStore, createValidator } from "countersign";
import { AUDIENCE, keyPair, keys, keySet, mint, NOW } from "./support/mint.mjs";
import { JWKS, METADATA, startServer, TROUBLE } from "./support/server.mjs";

const minute = 60_000;
const hour = 60 * minute;

let server;
let now;
let entries;
beforeEach(async () => {
  server = await startServer();
  now = NOW * 1000;
  entries = new Map();
});
afterEach(() => server.close());

const keyStore = {
  get: async (key) => entries.get(key),
  put: async (key, value, seconds) => void entries.set(key, value) ?? assert.ok(/^countersign\.keys\.[\w-]{43}$/.test(key) && seconds === 86_400),
};
/** Each validator is a machine of its own: they have nothing else together. */
const validatorOf = (changes) =>
  createValidator({ issuer: server.issuer, audience: AUDIENCE, allowInsecureLoopback: true, clock: () => now, keyStore, ...changes });
const tokenOf = (changes = {}) => mint({ ...changes, claims: { iss: server.issuer, exp: NOW + 100_000_000 } });
const codeOf = (promise) => promise.then(() => "accepted", (thrown) => thrown.code);
const only = () => [...entries.keys()][0];

test("two machines, one fetch", async () => {
  const token = await tokenOf();
  for (let machine = 0; machine < 5; machine += 1) assert.equal(await codeOf((await validatorOf()).verify(token)), "accepted");
  assert.deepEqual(server.asked, { [METADATA]: 1, [JWKS]: 1 });
  assert.equal(entries.size, 1);
});

test("fifty cold requests ask the store once", async () => {
  const token = await tokenOf();
  await (await validatorOf()).verify(token);
  let asked = 0;
  const validator = await validatorOf({ keyStore: { ...keyStore, get: (key) => ((asked += 1), keyStore.get(key)) } });
  const codes = await Promise.all(Array.from({ length: 50 }, () => codeOf(validator.verify(token))));
  assert.deepEqual(new Set(codes), new Set(["accepted"]));
  assert.deepEqual([asked, server.asked[JWKS]], [1, 1]);
});

test("an outage at the start of another machine is survived", async () => {
  await (await validatorOf()).verify(await tokenOf());
  await server.close();
  now += 5 * minute;
  assert.equal(await codeOf((await validatorOf()).verify(await tokenOf())), "accepted");
  server = await startServer();
});

test("other places and other options have other entries", async () => {
  for (const changes of [{}, { jwksUri: server.jwksUri }, { jwksOrigins: ["https://keys.example.com"] }]) {
    await (await validatorOf(changes)).verify(await tokenOf());
  }
  assert.equal(entries.size, 3);
  assert.equal(server.asked[JWKS], 3);
});

describe("an entry grows no younger", () => {
  for (const [title, age, asked] of [
    ["fresh", 5 * minute, 1],
    ["at its end, refreshed before the next one needs it", 10 * minute, 2],
    ["stale, refreshed first", 2 * hour, 2],
    ["a day old, and not used", 24 * hour, 2],
  ]) {
    test(title, async () => {
      await (await validatorOf({ jwksUri: server.jwksUri })).verify(await tokenOf());
      now += age;
      server.keys = keySet(keys.RS256);
      const code = await codeOf((await validatorOf({ jwksUri: server.jwksUri })).verify(await tokenOf()));
      assert.equal(server.asked[JWKS], asked);
      assert.equal(code, asked === 1 ? "accepted" : "key_not_found", "what is withdrawn is seen as soon as the issuer is asked");
    });
  }

  test("by the lifetime that the issuer gave it", async () => {
    server.fields = { "cache-control": "max-age=7200", age: "3600" };
    await (await validatorOf({ jwksUri: server.jwksUri })).verify(await tokenOf());
    for (const [later, asked] of [[53 * minute, 1], [1 * minute, 2]]) {
      now += later;
      await (await validatorOf({ jwksUri: server.jwksUri })).verify(await tokenOf());
      assert.equal(server.asked[JWKS], asked);
    }
  });
});

test("a rotation is found, and told to the others", async () => {
  const validator = await validatorOf();
  await validator.verify(await tokenOf());
  const rotated = await keyPair("ES256", "rotated");
  server.keys = keySet(rotated);
  now += minute;
  const token = await tokenOf({ key: rotated });
  assert.equal(await codeOf(validator.verify(token)), "accepted");
  assert.equal(server.asked[JWKS], 2);
  assert.equal(await codeOf((await validatorOf()).verify(token)), "accepted");
  assert.equal(server.asked[JWKS], 2);
});

const entry = (changes) => JSON.stringify({ at: now, body: JSON.stringify(keySet(keys.RS256)), ...changes });
describe("what is no entry leads to the network, and to the right verdict", () => {
  for (const [title, value] of Object.entries({
    "nothing": () => null,
    "empty text": () => "",
    "no JSON": () => "<html>",
    "null": () => "null",
    "a number": () => "7",
    "a list": () => "[]",
    "an object": () => ({ at: now, body: JSON.stringify(keySet(keys.RS256)) }),
    "bytes": () => new TextEncoder().encode(entry()),
    "a time as text": () => entry({ at: String(now) }),
    "no time": () => entry({ at: null }),
    "a time to come": () => entry({ at: now + 1 }),
    "a time of long ago": () => entry({ at: now - 24 * hour }),
    "a body that is no text": () => entry({ body: keySet(keys.RS256) }),
    "a body that is no key set": () => entry({ body: "{}" }),
    "a body without keys": () => entry({ body: '{"keys":[]}' }),
    "a body with a lone surrogate": () => entry({ body: "\ud800" }),
    "a field that is no text": () => entry({ cacheControl: 7 }),
    "an age that is no text": () => entry({ age: {} }),
    "an endless body": () => entry({ body: " ".repeat(2 ** 18) }),
    "a body beyond the longest key set": () => entry({ body: JSON.stringify(keySet(keys.RS256)) + " ".repeat(2 ** 16) }),
  })) {
    test(title, async () => {
      await (await validatorOf()).verify(await tokenOf());
      server.asked[JWKS] = 0;
      entries.set(only(), value());
      assert.equal(await codeOf((await validatorOf()).verify(await tokenOf())), "accepted");
      assert.equal(server.asked[JWKS], 1);
      assert.equal(await codeOf((await validatorOf()).verify(await tokenOf())), "accepted", "and is replaced");
      assert.equal(server.asked[JWKS], 1);
    });
  }
});

describe("a store that fails costs a fetch", () => {
  const fail = () => { throw new Error("down"); };
  for (const [title, store] of Object.entries({
    "that throws": { get: fail, put: fail },
    "that fails later": { get: async () => fail(), put: async () => fail() },
    "that never answers": { get: () => new Promise(() => undefined), put: () => new Promise(() => undefined) },
    "that forgets": { get: () => undefined, put: () => undefined },
    "that lies about then": { get: () => ({ get then() { return fail(); } }), put: () => ({ get then() { return fail(); } }) },
  })) {
    test(title, async () => {
      const validator = await validatorOf({ keyStore: store });
      assert.equal(await codeOf(validator.verify(await tokenOf())), "accepted");
      assert.equal(await codeOf(validator.verify(await tokenOf())), "accepted");
      assert.deepEqual(server.asked, { [METADATA]: 1, [JWKS]: 1 });
    });
  }

  test("what was fetched is kept after the answer where there is waitUntil", async () => {
    const work = [];
    const put = () => new Promise(() => undefined);
    const request = new Request("https://api.example.com/", { headers: { authorization: `Bearer ${await tokenOf()}` } });
    const validator = await validatorOf({ keyStore: { ...keyStore, put } });
    assert.equal((await validator.authenticate(request, { waitUntil: (promise) => work.push(promise) })).ok, true);
    assert.equal(work.length, 1);
    assert.equal(await work[0], undefined, "which has an end");
  });
});

test("keys that were taken back do not come again out of the store", async () => {
  const validator = await validatorOf({ jwksUri: server.jwksUri });
  const token = await tokenOf();
  await validator.verify(token);
  now += minute;
  const stale = entries.get(only());
  server.inTrouble(TROUBLE["no key of use"]);
  now += 9 * minute;
  assert.equal(await codeOf(validator.verify(token)), "jwks_unavailable");
  for (let again = 0; again < 5; again += 1) {
    now += 2 * minute;
    entries.set(only(), stale);
    assert.equal(await codeOf(validator.verify(token)), "jwks_unavailable");
  }
});

test("an answer out of the store is told as one", async () => {
  await (await validatorOf()).verify(await tokenOf());
  const told = [];
  await (await validatorOf({ events: (event) => told.push(event) })).verify(await tokenOf());
  assert.deepEqual(told, [{ type: "fetch", from: "store", url: server.issuer + METADATA, ok: true, status: 200, milliseconds: 0 }]);
});

describe("cacheStore", () => {
  /** As much of the Cache API as the standard has of these two. */
  const cacheOf = () => {
    const responses = new Map();
    return {
      match: async (url) => responses.get(url)?.clone(),
      put: async (url, response) => {
        assert.equal(new URL(url).protocol, "https:");
        assert.equal(response.headers.get("cache-control"), "max-age=86400");
        responses.set(url, response);
      },
    };
  };

  test("two machines, one fetch", async () => {
    const cache = cacheOf();
    for (let machine = 0; machine < 3; machine += 1) {
      assert.equal(await codeOf((await validatorOf({ keyStore: cacheStore(cache) })).verify(await tokenOf())), "accepted");
    }
    assert.deepEqual(server.asked, { [METADATA]: 1, [JWKS]: 1 });
  });

  for (const [what, cache] of [
    ["the promise of a cache", Promise.resolve(cacheOf())],
    ["what runtimes without caches have", undefined],
    ["a cache without a way to put", { match: async () => undefined }],
  ]) {
    test(`tells when it is given ${what}, which would keep nothing`, () => {
      assert.throws(() => cacheStore(cache), { code: "invalid_configuration", message: /await caches\.open/ });
    });
  }

  test("is no place for proofs", async () => {
    await assert.rejects(validatorOf({ dpop: true, store: cacheStore(cacheOf()) }), { code: "invalid_configuration", message: /^option `store`: .*cacheStore/ });
  });
});
