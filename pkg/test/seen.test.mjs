// The shortcut for tokens that were accepted before: every demand as at first, and never anything that the whole way would refuse.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createValidator } from "countersign";
import { Engine } from "../wasm/countersign_validator.js";
import { SeenTokens } from "../src/seen.js";
import { tokenOf } from "../src/token.js";
import { jwks, keys, mint, NOW, options } from "./support/mint.mjs";

const LIFETIME_SECONDS = 300;
const good = await mint({ key: keys.ES256, claims: { iat: NOW, exp: NOW + LIFETIME_SECONDS } });

const own = { ...Object.getOwnPropertyDescriptors(Engine.prototype) };
let whole;
let short;
beforeEach(() => {
  [whole, short] = [0, 0];
  const counted = (method, count) => {
    const real = own[method].value;
    Engine.prototype[method] = function (...call) {
      count();
      return real.apply(this, call);
    };
  };
  for (const method of ["begin", "beginRequest", "beginAtHand"]) counted(method, () => (whole += 1));
  counted("judgeAgain", () => (short += 1));
});
afterEach(() => Object.defineProperties(Engine.prototype, own));

const requestWith = (token) => new Request("https://api.example.com/", { headers: { authorization: `Bearer ${token}` } });

test("a token that comes again is the same frozen object, by whatever method", async () => {
  const validator = await createValidator(options());
  const first = await validator.verify(good);
  assert.equal(await validator.verify(good, { scopes: ["orders:read"] }), first);
  assert.equal(validator.verifySync(good), first);
  assert.deepEqual([whole, short], [1, 2]);
  const { token } = await validator.authenticate(requestWith(good));
  assert.deepEqual(token, first);
  assert.equal((await validator.authenticate(requestWith(good))).token, token);
  assert.deepEqual([whole, short], [2, 3]);
});

test("time and scopes are judged each time", async () => {
  let offset = 0;
  const validator = await createValidator(options({ clockToleranceSeconds: 0, clock: () => NOW * 1000 + offset }));
  await validator.verify(good);
  const end = LIFETIME_SECONDS * 1000;
  for (const [milliseconds, scopes, code] of [
    [0, [], undefined],
    [0, ["admin"], "insufficient_scope"],
    [0, { not: "orders:read" }, "insufficient_scope"],
    [end - 1, [], undefined],
    [end, [], "token_expired"],
    [end + 1, [], "token_expired"],
    [-120_000, [], "issued_in_future"],
    [0, [], undefined],
  ]) {
    offset = milliseconds;
    const verdict = validator.verify(good, { scopes });
    if (code === undefined) assert.equal((await verdict).subject, "reports-job");
    else await assert.rejects(verdict, { code });
  }
});

test("a text that is not the same takes the whole way", async () => {
  const validator = await createValidator(options());
  await validator.verify(good);
  for (const other of [` ${good}`, `${good} `, `${good}=`, good.slice(0, -1), `Bearer ${good}`, good.replace(".", "..")]) {
    await assert.rejects(validator.verify(other), { code: "malformed_token" });
  }
  assert.equal(short, 0);
});

test("what passed as a field does not pass as a token, nor the other way round", async () => {
  const validator = await createValidator(options());
  const field = `Bearer ${good}`;
  assert.equal((await validator.authenticate(requestWith(good))).ok, true);
  await validator.verify(good);
  await assert.rejects(validator.verify(field), { code: "malformed_token" });
  assert.throws(() => validator.verifySync(field), { code: "malformed_token" });
  const bare = await validator.authenticate({ headers: { authorization: good } });
  assert.deepEqual([bare.ok, bare.code], [false, "missing_token"]);
  assert.equal(short, 0);
});

test("what came with a certificate takes the whole way", async () => {
  const validator = await createValidator(options());
  const certificateThumbprint = "A".repeat(43);
  await validator.verify(good);
  await validator.verify(good, { certificateThumbprint });
  await validator.verify(good, { certificateThumbprint });
  assert.deepEqual([whole, short], [3, 0]);
});

test("the token of a removed key is refused after the refresh", async () => {
  let offset = 0;
  let published = jwks;
  const lasting = await mint({ key: keys.ES256, claims: { iat: NOW, exp: NOW + 7200 } });
  const validator = await createValidator(
    options({ jwks: undefined, jwksUri: "https://as.example.com/jwks", clock: () => NOW * 1000 + offset, fetch: async () => Response.json(published) }),
  );
  await validator.verify(lasting);
  await validator.verify(lasting);
  assert.equal(short, 1);
  published = { keys: jwks.keys.filter(({ kty }) => kty !== "EC") };
  offset = 3600_000;
  await assert.rejects(validator.verify(lasting), { code: "key_not_found" });
  offset = 0;
  await assert.rejects(validator.verify(lasting), { code: "key_not_found" });
});

test("without a cache nothing is kept", async () => {
  const validator = await createValidator(options({ cacheBytes: 0 }));
  assert.notEqual(await validator.verify(good), await validator.verify(good));
  assert.equal(short, 0);
});

test("so many tokens, so much memory, and what is used stays", () => {
  const limit = 64 * 1024;
  const seen = new SeenTokens(limit);
  const token = /** @type {any} */ ({});
  seen.add("used", -1, token, 100, 2);
  for (let number = 0; number < 10_000; number += 1) {
    seen.add(`token-${number}`, number, token, 100, 2);
    assert.equal(seen.get("used")?.number, -1);
  }
  const kept = Array.from({ length: 10_000 }, (_, number) => seen.get(`token-${number}`)).filter((one) => one !== undefined);
  assert.ok(kept.length > 10 && kept.length * 1024 <= limit, String(kept.length));
  seen.add("large", 1, token, limit, 2);
  assert.equal(seen.get("large"), undefined);
  // Three characters make an object, which takes twenty times their room.
  seen.add("few objects", 1, token, 1000, 300);
  seen.add("many objects", 1, token, 1000, 1000);
  assert.deepEqual([seen.get("few objects")?.number, seen.get("many objects")], [1, undefined]);
});

test("every object and array of a token is frozen, and counted", () => {
  const json = '{"claims":{"a":[{"b":[]},[1]],"c":null,"__proto__":{"d":{}}},"header":{"alg":"ES256"},"scopes":["e"],"subject":"f"}';
  const { token, nodes } = tokenOf(json);
  const all = [];
  JSON.stringify(token, (_, value) => (typeof value === "object" && value !== null && all.push(value), value));
  assert.equal(nodes, all.length);
  assert.ok(all.every(Object.isFrozen));
  assert.deepEqual(Object.entries(token).map(([name]) => name), ["claims", "header", "scopes", "clientId", "subject"]);
});
