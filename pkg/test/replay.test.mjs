// A DPoP proof passes once (RFC 9449 §11.1): in the memory of one isolate, and across machines by the caller's store.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createValidator } from "countersign";
import { MAX_PROOFS, ProofMemory } from "../src/replay.js";
import { NOW, options } from "./support/mint.mjs";
import { boundToken, clientKey, prove, request, URI } from "./support/prove.mjs";

const token = await boundToken();
const codeOf = async (validator, proof) => (await validator.authenticate(request(token, proof))).code ?? "accepted";
const repeated = "invalid_dpop_proof";

/** A store as platforms have them; `changes` replace its methods. */
function storeOf(changes = {}) {
  const kept = new Map();
  const calls = [];
  return {
    kept,
    calls,
    async get(key) {
      calls.push(["get", key]);
      return kept.get(key) ?? null;
    },
    async put(key, value, ttlSeconds) {
      calls.push(["put", key, value, ttlSeconds]);
      kept.set(key, value);
    },
    ...changes,
  };
}

describe("one isolate", async () => {
  const make = (changes) => createValidator(options({ dpop: true, ...changes }));

  test("once, and not again", async () => {
    const validator = await make();
    const proof = await prove(token);
    for (const code of ["accepted", repeated, repeated]) assert.equal(await codeOf(validator, proof), code);
  });

  test("of two that come at once, one", async () => {
    const validator = await make();
    const proof = await prove(token);
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(validator, proof)));
    assert.deepEqual(codes.toSorted(), ["accepted", repeated, repeated].toSorted());
  });

  test("the same jti for another key, another URI, is another proof", async () => {
    const validator = await make();
    const claims = { jti: "the same" };
    const other = await clientKey();
    const othersToken = await boundToken({ key: other });
    const elsewhere = `${URI}/items`;
    assert.equal(await codeOf(validator, await prove(token, { claims })), "accepted");
    assert.equal(await codeOf(validator, await prove(token, { claims: { ...claims, iat: NOW - 1 } })), repeated);
    assert.equal(await codeOf(validator, await prove(token, { claims: { ...claims, htu: "https://API.example.com:443/orders/7" } })), repeated);
    assert.equal((await validator.authenticate(request(othersToken, await prove(othersToken, { by: other, claims })))).ok, true);
    const there = request(token, await prove(token, { claims: { ...claims, htu: elsewhere } }), { url: elsewhere });
    assert.equal((await validator.authenticate(there)).ok, true);
  });

  test("what is refused is not remembered", async () => {
    const validator = await make();
    const proof = await prove(token);
    assert.equal((await validator.authenticate(request(token, proof, { method: "POST" }))).code, repeated);
    assert.equal(await codeOf(validator, proof), "accepted");
  });

  test("for as long as it is good", async () => {
    let now = NOW * 1000;
    const validator = await make({ clock: () => now });
    const proof = await prove(token);
    assert.equal(await codeOf(validator, proof), "accepted");
    now += 60_000;
    const messages = [];
    for (const later of [0, 1]) {
      now += later;
      messages.push((await validator.authenticate(request(token, proof))).message);
    }
    assert.deepEqual(messages, ["the DPoP proof has been used before", "the DPoP proof was made too long ago"]);
  });

  test("a full memory refuses, and has room again when proofs have grown old", async () => {
    const memory = new ProofMemory(undefined);
    const proof = (at) => ({ replayKey: `key ${at}`, replayUntil: 61_001 });
    for (let at = 0; at < MAX_PROOFS; at += 1) assert.equal(await memory.isFirst(proof(at), 0), true);
    assert.equal(await memory.isFirst(proof(MAX_PROOFS), 61_001), undefined);
    assert.equal(await memory.isFirst(proof(0), 61_001), false);
    assert.equal(await memory.isFirst({ replayKey: "new", replayUntil: 122_000 }, 61_002), true);
  });

  test("a proof that is dated ahead does not keep the place of those after it", async () => {
    const memory = new ProofMemory(undefined);
    const ahead = { replayKey: "ahead", replayUntil: 361_001 };
    assert.equal(await memory.isFirst(ahead, 0), true);
    for (let at = 1; at < MAX_PROOFS; at += 1) assert.equal(await memory.isFirst({ replayKey: `key ${at}`, replayUntil: 61_001 }, 0), true);
    assert.equal(await memory.isFirst({ replayKey: "new", replayUntil: 122_000 }, 61_001), undefined);
    assert.equal(await memory.isFirst({ replayKey: "new", replayUntil: 122_000 }, 62_000), undefined, "searched a moment ago");
    assert.equal(await memory.isFirst({ replayKey: "new", replayUntil: 122_000 }, 62_001), true);
    assert.equal(await memory.isFirst(ahead, 62_001), false);
  });
});

describe("a store", async () => {
  const make = (store, changes) => createValidator(options({ dpop: true, store, ...changes }));

  test("lets a proof pass once on all machines that share it", async () => {
    const store = storeOf();
    const proof = await prove(token);
    assert.equal(await codeOf(await make(store), proof), "accepted");
    assert.equal(await codeOf(await make(store), proof), repeated);
    const [[, asked], [, key, value, seconds]] = store.calls;
    assert.match(key, /^countersign\.dpop\.[\w-]{43}$/);
    assert.deepEqual([asked, value, seconds], [key, "1", 67]);
    for (const secret of [token.slice(-20), proof.slice(-20), "proof"]) assert.ok(!key.includes(secret));
  });

  test("is asked for as long as any machine may take the proof, in whole seconds", async () => {
    for (const [iat, seconds] of [[NOW, 67], [NOW - 30, 37], [NOW - 60, 7], [NOW + 5, 72]]) {
      const store = storeOf();
      assert.equal(await codeOf(await make(store), await prove(token, { claims: { iat } })), "accepted");
      assert.equal(store.calls[1][3], seconds, String(iat));
    }
  });

  test("remembers for a machine whose clock is behind", async () => {
    let now = NOW;
    const ends = new Map();
    const store = storeOf({
      get: async (key) => (ends.get(key) > now ? "1" : null),
      put: async (key, value, ttlSeconds) => void ends.set(key, now + ttlSeconds),
    });
    const machine = (behind) => make(store, { clock: () => (now - behind) * 1000 });
    const proof = await prove(token);
    assert.equal(await codeOf(await machine(0), proof), "accepted");
    for (const later of [0, 60, 65]) {
      now = NOW + later;
      assert.equal(await codeOf(await machine(5), proof), repeated, `${later} s later`);
    }
  });

  test("is not asked about what is refused", async () => {
    const store = storeOf();
    const validator = await make(store);
    assert.equal(await codeOf(validator, await prove(token, { claims: { htm: "PUT" } })), repeated);
    assert.equal((await validator.authenticate(request(token, await prove(token), { scheme: "Bearer" }))).code, "bound_token_without_proof");
    assert.deepEqual(store.calls, []);
  });

  test("that puts if absent lets one of two machines pass at one moment", async () => {
    const kept = new Set();
    const atomic = storeOf({ get: async () => undefined, put: async (key) => kept.size !== kept.add(key).size });
    const proof = await prove(token);
    const machines = await Promise.all([make(atomic), make(atomic), make(atomic)]);
    const codes = await Promise.all(machines.map((validator) => codeOf(validator, proof)));
    assert.deepEqual(codes.toSorted(), ["accepted", repeated, repeated].toSorted());
  });

  for (const [as, isNew, wasThere] of [
    ["null, as Redis for SET NX", "OK", null],
    ["an object that is not ok, as Deno KV for a commit", { ok: true, versionstamp: "1" }, { ok: false }],
  ]) {
    test(`that puts if absent may say so by ${as}`, async () => {
      const kept = new Set();
      const atomic = storeOf({ get: async () => undefined, put: async (key) => (kept.size === kept.add(key).size ? wasThere : isNew) });
      const proof = await prove(token);
      for (const code of ["accepted", repeated]) assert.equal(await codeOf(await make(atomic), proof), code);
    });
  }

  test("may be a class, and answer at once", async () => {
    class Memory {
      #kept = new Map();
      get(key) { return this.#kept.get(key); }
      put(key, value) { this.#kept.set(key, value); }
    }
    const store = new Memory();
    const proof = await prove(token);
    assert.equal(await codeOf(await make(store), proof), "accepted");
    assert.equal(await codeOf(await make(store), proof), repeated);
  });

  const fails = () => { throw new Error("a secret of the store"); };
  const never = () => new Promise(() => {});
  for (const [title, changes] of [
    ["get throws", { get: fails }],
    ["get rejects", { get: async () => fails() }],
    ["put throws", { put: fails }],
    ["put rejects", { put: async () => fails() }],
    ["get hangs", { get: never }],
    ["put hangs", { put: never }],
  ]) {
    test(`where ${title}: 503, and nobody is let in`, async (context) => {
      context.mock.timers.enable({ apis: ["setTimeout"] });
      const store = storeOf(changes);
      const validator = await make(store);
      const proof = await prove(token);
      let settled = false;
      const pending = validator.authenticate(request(token, proof)).finally(() => (settled = true));
      // The clock goes on until there is an answer: a hanging store gets its two seconds of it.
      while (!settled) {
        await new Promise((resolve) => setImmediate(resolve));
        context.mock.timers.tick(100);
      }
      const { code, status, error, retryable, message, response } = await pending;
      assert.deepEqual({ code, status, error, retryable }, { code: "store_unavailable", status: 503, error: undefined, retryable: true });
      assert.deepEqual([response.status, response.headers.get("retry-after"), response.headers.get("www-authenticate")], [503, "1", null]);
      assert.ok(!message.includes("secret"));
      // The same request may be sent again, when the store is well.
      Object.assign(store, { get: async () => undefined, put: async () => undefined });
      assert.equal(await codeOf(validator, proof), "accepted");
      assert.equal(await codeOf(validator, proof), repeated);
    });
  }

  test("that answers in time is waited for", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const slow = storeOf({ get: () => new Promise((resolve) => setTimeout(() => resolve(undefined), 1999)) });
    let settled = false;
    const pending = codeOf(await make(slow), await prove(token)).finally(() => (settled = true));
    while (!settled) {
      await new Promise((resolve) => setImmediate(resolve));
      context.mock.timers.tick(1);
    }
    assert.equal(await pending, "accepted");
  });

  test("is not asked again by the machine that knows", async () => {
    const store = storeOf();
    const validator = await make(store);
    const proof = await prove(token);
    assert.equal(await codeOf(validator, proof), "accepted");
    const asked = store.calls.length;
    assert.equal(await codeOf(validator, proof), repeated);
    assert.equal(store.calls.length, asked);
  });

  test("may have more proofs than the memory in front of it", async () => {
    const memory = new ProofMemory({ get: () => undefined, put: () => undefined });
    for (let at = 0; at <= MAX_PROOFS; at += 1) await memory.isFirst({ replayKey: `key ${at}`, replayUntil: 61_001 }, 0);
    assert.equal(await memory.isFirst({ replayKey: `key ${MAX_PROOFS}`, replayUntil: 61_001 }, 0), false);
  });

  for (const store of [null, true, "redis", {}, { get: () => undefined }, { get: 1, put: 2 }, () => undefined]) {
    test(`misuse: store ${JSON.stringify(store)}`, () =>
      assert.rejects(make(store), { code: "invalid_configuration", message: /`store`/ }));
  }
});
