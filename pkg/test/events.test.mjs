// What can be watched: facts without a byte of a token or request; and a listener changes nothing.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { createValidator } from "countersign";
import { Engine } from "../wasm/countersign_validator.js";
import { AUDIENCE, mint, NOW } from "./support/mint.mjs";
import { JWKS, METADATA, startServer, TROUBLE } from "./support/server.mjs";

const MARKER = "Mark3rOfTheEvents";

let server;
let now;
let told;
beforeEach(async () => {
  server = await startServer();
  now = NOW * 1000;
  told = [];
});
afterEach(() => server.close());

const events = (event) => {
  assert.ok(Object.isFrozen(event));
  for (const fact of Object.values(event)) assert.ok(["string", "number", "boolean"].includes(typeof fact));
  told.push(event);
};
const validatorOf = (changes) =>
  createValidator({ issuer: server.issuer, audience: AUDIENCE, allowInsecureLoopback: true, clock: () => now, events, ...changes });
const everywhere = { sub: MARKER, jti: MARKER, client_id: MARKER, scope: `orders:read ${MARKER}`, [MARKER]: MARKER };
const tokenOf = ({ header, claims } = {}) =>
  mint({ header: { [MARKER]: MARKER, ...header }, claims: { iss: server.issuer, ...everywhere, ...claims } });
const requestWith = (token) =>
  new Request(`https://api.example.com/${MARKER}?${MARKER}`, { headers: { authorization: `Bearer ${token}`, [MARKER]: MARKER } });

test("what is fetched, with its outcome and its time", async () => {
  const fetch = async (input, init) => {
    now += 7;
    return globalThis.fetch(input, init);
  };
  const validator = await validatorOf({ fetch });
  assert.deepEqual(told, []);
  await validator.verify(await tokenOf());
  const good = { type: "fetch", from: "network", ok: true, status: 200, milliseconds: 7 };
  assert.deepEqual(told, [{ ...good, url: server.issuer + METADATA }, { ...good, url: server.issuer + JWKS }]);
  told = [];
  server.inTrouble(TROUBLE["500"]);
  now += 3_600_000;
  await validator.verify(await tokenOf({ claims: { exp: NOW + 10_000 } }));
  assert.deepEqual(told, [{ ...good, url: server.issuer + JWKS, ok: false, status: 500 }]);
});

test("an answer that is of no use is none, whatever its status; a query is not told", async () => {
  server.trouble[`${JWKS}?${MARKER}`] = TROUBLE["a page"];
  const validator = await validatorOf({ jwksUri: `${server.jwksUri}?${MARKER}` });
  await assert.rejects(validator.verify(await tokenOf()), { code: "jwks_unavailable" });
  assert.deepEqual(told, [
    { type: "fetch", from: "network", ok: false, status: 200, url: server.jwksUri, milliseconds: 0 },
    { type: "refusal", code: "jwks_unavailable" },
  ]);
});

test("each refusal once, by its code; nothing of a token or a request shows", async () => {
  const validator = await validatorOf({ jwksUri: server.jwksUri });
  await validator.verify(await tokenOf());
  told = [];
  const codes = [];
  for (const [code, token] of [
    ["malformed_token", `${MARKER}.${MARKER}.${MARKER}`],
    ["malformed_token", MARKER],
    ["invalid_issuer", await tokenOf({ claims: { iss: MARKER } })],
    ["invalid_audience", await tokenOf({ claims: { aud: MARKER } })],
    ["key_not_found", await tokenOf({ header: { kid: MARKER } })],
    ["token_expired", await tokenOf({ claims: { exp: NOW - 100 } })],
    ["invalid_type", await tokenOf({ header: { typ: MARKER } })],
  ]) {
    await assert.rejects(validator.verify(token), { code });
    assert.throws(() => validator.verifySync(token), { code });
    assert.equal((await validator.authenticate(requestWith(token))).code, code);
    codes.push(code, code, code);
  }
  assert.equal((await validator.authenticate(requestWith(await tokenOf()), { scopes: [MARKER.toLowerCase()] })).code, "insufficient_scope");
  assert.deepEqual(told.filter(({ type }) => type === "refusal"), [...codes, "insufficient_scope"].map((code) => ({ type: "refusal", code })));
  assert.doesNotMatch(JSON.stringify(told), new RegExp(MARKER, "i"));
});

test("what is accepted, and a call that is wrong itself, are no events", async () => {
  const validator = await validatorOf({ jwksUri: server.jwksUri });
  await validator.verify(await tokenOf());
  told = [];
  await validator.verify(await tokenOf());
  await assert.rejects(validator.verify(await tokenOf(), { scope: MARKER }), { code: "invalid_configuration" });
  assert.deepEqual(told, []);
});

test("an instance that trapped", async () => {
  const validator = await validatorOf({ jwksUri: server.jwksUri });
  const real = Engine.prototype.begin;
  Engine.prototype.begin = () => {
    throw new WebAssembly.RuntimeError(MARKER);
  };
  await assert.rejects(validator.verify(await tokenOf()), { code: "internal_error" });
  Engine.prototype.begin = real;
  assert.deepEqual(told, [{ type: "replacement" }, { type: "refusal", code: "internal_error" }]);
  await validator.verify(await tokenOf());
});

describe("a listener changes no verdict", () => {
  const unhandled = [];
  process.on("unhandledRejection", (reason) => unhandled.push(reason));
  for (const [title, listener] of Object.entries({
    "that throws": () => { throw new Error(MARKER); },
    "that fails later": async () => { throw new Error(MARKER); },
    "that gives a trap as a promise": () => ({ get then() { throw new Error(MARKER); } }),
    "that gives a promise which calls back twice": () => ({ then: (_, reject) => { reject(1); reject(2); } }),
    "that never ends": () => new Promise(() => undefined),
    "that writes to the event": (event) => { event.code = MARKER; },
  })) {
    test(title, async () => {
      const validator = await validatorOf({ events: listener });
      assert.equal((await validator.authenticate(requestWith(await tokenOf()))).ok, true);
      await assert.rejects(validator.verify(MARKER), { code: "malformed_token" });
      assert.throws(() => validator.verifySync(MARKER), { code: "malformed_token" });
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(unhandled, []);
    });
  }

  test("that calls the validator", async () => {
    const verdicts = [];
    const validator = await validatorOf({
      events: ({ type }) => {
        if (type === "fetch") {
          try { validator.verifySync(MARKER); } catch ({ code }) { verdicts.push(code); }
        }
      },
    });
    await validator.verify(await tokenOf());
    assert.deepEqual(verdicts, ["malformed_token", "malformed_token"]);
  });
});
