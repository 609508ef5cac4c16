// A wrong option or argument is an error that names it, before any token is judged.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { createValidator, TokenError } from "countersign";
import { Engine } from "../wasm/countersign_validator.js";
import { jwks, keys, mint, NOW, options } from "./support/mint.mjs";

/** A fault of the caller's own: a TokenError whose message begins with the name of what is wrong. */
async function assertMisuse(attempt, name) {
  await assert.rejects(attempt, (thrown) => {
    assert.ok(thrown instanceof TokenError, String(thrown?.stack));
    assert.equal(thrown.name, "TokenError");
    assert.deepEqual(
      { code: thrown.code, status: thrown.status, error: thrown.error, retryable: thrown.retryable },
      { code: "invalid_configuration", status: 500, error: undefined, retryable: false },
    );
    assert.ok(thrown.message.includes(name), `"${thrown.message}" does not name ${name}`);
    return true;
  });
}

describe("createValidator", () => {
  for (const [title, changes, name] of [
    ["a misspelt option", { audiance: "x" }, "audiance"],
    ["an option of another library", { clockTolerance: 5 }, "clockTolerance"],
    ["no issuer", { issuer: undefined }, "issuer"],
    ["issuer of another type", { issuer: 1 }, "issuer"],
    ["issuer that is no URL", { jwks: undefined, issuer: "as" }, "issuer"],
    ["issuer without TLS", { jwks: undefined, issuer: "http://as.example.com" }, "issuer"],
    ["loopback without leave", { jwks: undefined, issuer: "http://127.0.0.1:8080" }, "issuer"],
    ["no audience", { audience: undefined }, "audience"],
    ["an empty list of audiences", { audience: [] }, "audience"],
    ["audience of another type", { audience: /api/ }, "audience"],
    ["an unknown algorithm", { algorithms: ["RS255"] }, "algorithms"],
    ["algorithm none", { algorithms: ["none"] }, "algorithms"],
    ["a symmetric algorithm", { algorithms: ["HS256"] }, "algorithms"],
    ["no algorithm", { algorithms: [] }, "algorithms"],
    ["an unknown profile", { profile: "id_token" }, "profile"],
    ["a negative tolerance", { clockToleranceSeconds: -1 }, "clockToleranceSeconds"],
    ["a tolerance of an hour", { clockToleranceSeconds: 3600 }, "clockToleranceSeconds"],
    ["a tolerance as text", { clockToleranceSeconds: "5 s" }, "clockToleranceSeconds"],
    ["a limit beyond the limit", { maxTokenBytes: 70_000 }, "maxTokenBytes"],
    ["a switch as text", { allowInsecureLoopback: "yes" }, "allowInsecureLoopback"],
    ["an audience that JSON writes as null", { audience: NaN }, "audience"],
    ["an audience that writes itself as null", { audience: new Date(NaN) }, "audience"],
    ["a demand on proofs that is a function", { dpop: { required: () => true } }, "dpop"],
    ["a demand on proofs that is a symbol", { dpop: { required: Symbol("yes") } }, "dpop"],
    ["demands on proofs in a Map", { dpop: new Map([["required", true]]) }, "dpop"],
    ["demands on proofs of a class", { dpop: new (class { get required() { return true; } })() }, "dpop"],
    ["an inherited demand on proofs", { dpop: Object.create({ required: true }) }, "dpop"],
    ["jwks as text", { jwks: JSON.stringify(jwks) }, "jwks"],
    ["jwks as a list", { jwks: jwks.keys }, "jwks"],
    ["jwks without keys", { jwks: {} }, "jwks"],
    ["jwks without one key of use", { jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } }, "jwks"],
    ["jwks that is no JSON", { jwks: { keys: [{ kty: "RSA", e: 1n }] } }, "jwks"],
    ["jwks and jwksUri", { jwksUri: "https://as.example.com/jwks" }, "jwksUri"],
    ["seedJwks as text", { jwks: undefined, seedJwks: "{}" }, "seedJwks"],
    ["seedJwks without one key of use", { jwks: undefined, seedJwks: { keys: [] } }, "seedJwks"],
    ["seedJwks and jwks", { seedJwks: jwks }, "seedJwks"],
    ["keyStore with one method", { keyStore: { get: () => undefined } }, "keyStore"],
    ["events as an object", { events: {} }, "events"],
    ["jwksUri without TLS", { jwks: undefined, jwksUri: "http://as.example.com/jwks" }, "jwksUri"],
    ["jwksOrigins as text", { jwksOrigins: "https://keys.example.com" }, "jwksOrigins"],
    ["jwksOrigins with a path", { jwksOrigins: ["https://keys.example.com/jwks"] }, "jwksOrigins"],
    ["jwksOrigins without TLS", { jwksOrigins: ["http://keys.example.com"] }, "jwksOrigins"],
    ["a cache beyond the limit", { cacheBytes: 64 * 1024 * 1024 + 1 }, "cacheBytes"],
    ["a negative cache", { cacheBytes: -1 }, "cacheBytes"],
    ["a cache as text", { cacheBytes: "1 MiB" }, "cacheBytes"],
    ["clock as a number", { clock: 5 }, "clock"],
    ["fetch as an object", { fetch: {} }, "fetch"],
  ]) {
    test(title, () => assertMisuse(createValidator(options(changes)), name));
  }

  const one = { issuer: "https://as.example.com", audience: "https://api.example.com", jwks };
  const other = { ...one, issuer: "https://other.example.com" };
  for (const [title, given, name] of [
    ["a misspelt option of an issuer", { issuers: [one, { ...other, audiance: "x" }] }, "`issuers[1].audiance`: is not known; is `audience` meant?"],
    ["an issuer without its audience", { issuers: [one, { ...other, audience: undefined }] }, "`issuers[1].audience`"],
    ["an issuer without a name", { issuers: [{ ...one, issuer: undefined }, other] }, "`issuers[0].issuer`"],
    ["an issuer's jwks as text", { issuers: [one, { ...other, jwks: "{}" }] }, "`issuers[1].jwks`"],
    ["an issuer's jwks without one key of use", { issuers: [one, { ...other, jwks: { keys: [] } }] }, "`issuers[1].jwks`"],
    ["an issuer's member that is undefined inside", { issuers: [{ ...one, algorithms: [undefined] }] }, "`issuers[0].algorithms`"],
    ["an issuer's audience that JSON writes as null", { issuers: [one, { ...other, audience: Infinity }] }, "`issuers[1].audience`"],
    ["an issuer that is a list", { issuers: [one, [other]] }, "`issuers`"],
    ["an issuer that is text", { issuers: ["https://as.example.com"] }, "`issuers`"],
    ["an issuer that is a Map", { issuers: [new Map(Object.entries(one))] }, "`issuers`"],
    ["issuers that are no list", { issuers: { 0: one } }, "`issuers`"],
    ["issuers with a hole", { issuers: [one, , other] }, "options"],
    ["no issuers", { issuers: [] }, "`issuers`"],
    ["an issuer twice", { issuers: [one, other, one] }, "`issuers`"],
    ["issuers inside of an issuer", { issuers: [{ ...one, issuers: [other] }] }, "`issuers[0].issuers`"],
    ["an option of the whole inside of an issuer", { issuers: [{ ...one, realm: "r" }] }, "`issuers[0].realm`"],
    ["a function inside of an issuer", { issuers: [{ ...one, clock: () => NOW }] }, "`issuers[0].clock`"],
    ["issuers and an issuer", { issuers: [one], issuer: "https://other.example.com" }, "`issuer`"],
    ["issuers and an audience", { issuers: [one], audience: null }, "`audience`"],
    ["issuers and jwks", { issuers: [one], jwks }, "`jwks`"],
    ["issuers and a tolerance", { issuers: [one], clockToleranceSeconds: 1 }, "`clockToleranceSeconds`"],
  ]) {
    test(title, () => assertMisuse(createValidator(given), name));
  }

  for (const wrong of [undefined, null, "https://as.example.com", [], 1]) {
    test(`${JSON.stringify(wrong)} in place of options`, () => assertMisuse(createValidator(wrong), "options"));
  }

  test("what others have put on Object.prototype is no option", async () => {
    const evil = { jwksUri: "https://evil.example/jwks", jwks: { keys: [] }, audience: null, profile: 7 };
    for (const [name, value] of Object.entries(evil)) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: false, writable: true });
      try {
        const validator = await createValidator(options());
        await validator.verify(await mint());
        await assertMisuse(createValidator({ ...options(), audience: undefined }), "audience");
      } finally {
        delete Object.prototype[name];
      }
    }
  });

  test("an option `__proto__` is not known", async () => {
    const given = JSON.parse('{"__proto__": {"jwksUri": "https://evil.example/jwks"}}');
    await assertMisuse(createValidator({ ...options(), ...{}, ["__proto__"]: given.__proto__ }), "__proto__");
  });

  test("options that are no plain object", async () => {
    await assertMisuse(createValidator(new Map(Object.entries(options()))), "options");
    await assertMisuse(createValidator(new (class { issuer = "https://as.example.com"; })()), "options");
    await assertMisuse(createValidator(options({ jwks: { keys: [], toJSON: () => undefined } })), "jwks");
  });

  test("no fetch anywhere, and nothing to do without", async () => {
    const own = globalThis.fetch;
    delete globalThis.fetch;
    try {
      await createValidator(options());
      await createValidator({ issuers: [one, other] });
      await assertMisuse(createValidator(options({ jwks: undefined })), "fetch");
      await assertMisuse(createValidator({ issuers: [one, { ...other, jwks: undefined }] }), "fetch");
    } finally {
      globalThis.fetch = own;
    }
  });

  test("audience null accepts any audience", async () => {
    const validator = await createValidator(options({ audience: null }));
    assert.equal((await validator.verify(await mint({ claims: { aud: "https://other.example.com" } }))).subject, "reports-job");
  });

  test("several audiences", async () => {
    const validator = await createValidator(options({ audience: ["https://a.example.com", "https://b.example.com"] }));
    await validator.verify(await mint({ claims: { aud: "https://b.example.com" } }));
    await assert.rejects(validator.verify(await mint()), { code: "invalid_audience" });
  });

  test("algorithms narrows what is accepted", async () => {
    const validator = await createValidator(options({ algorithms: ["EdDSA"] }));
    await validator.verify(await mint({ key: keys.EdDSA }));
    await assert.rejects(validator.verify(await mint({ key: keys.RS256 })), { code: "unsupported_algorithm" });
  });

  test("maxAgeSeconds ends a token before its exp", async () => {
    const validator = await createValidator(options({ maxAgeSeconds: 60, clockToleranceSeconds: 0 }));
    await validator.verify(await mint({ claims: { iat: NOW - 59 } }));
    await assert.rejects(validator.verify(await mint({ claims: { iat: NOW - 60 } })), { code: "token_too_old" });
  });

  for (const [cacheBytes, checks] of [[undefined, 1], [1_048_576, 1], [0, 3]]) {
    test(`cacheBytes ${cacheBytes} makes ${checks} signature checks for one token three times`, async (context) => {
      const verify = context.mock.method(crypto.subtle, "verify");
      const validator = await createValidator(options({ cacheBytes, crypto: "webcrypto" }));
      const token = await mint();
      for (let again = 0; again < 3; again += 1) await validator.verify(token, { scopes: ["orders:read"] });
      assert.equal(verify.mock.callCount(), checks);
      await assert.rejects(validator.verify(token, { scopes: ["orders:write"] }), { code: "insufficient_scope", status: 403 });
    });
  }

  test("a token that was accepted expires all the same", async () => {
    let now = NOW * 1000;
    const validator = await createValidator(options({ clock: () => now, clockToleranceSeconds: 0 }));
    const token = await mint();
    now += 299_999;
    await validator.verify(token);
    now += 1;
    await assert.rejects(validator.verify(token), { code: "token_expired" });
    assert.throws(() => validator.verifySync(token), { code: "token_expired" });
  });

  test("profile jwt", async () => {
    const validator = await createValidator(options({ profile: "jwt" }));
    await validator.verify(await mint({ header: { typ: "JWT" } }));
    await validator.verify(await mint({ header: { typ: undefined } }));
  });

  test("a change to what was passed changes nothing afterwards", async () => {
    const given = options({ audience: ["https://api.example.com"], jwks: structuredClone(jwks) });
    const validator = await createValidator(given);
    given.audience[0] = "https://evil.example.com";
    given.jwks.keys.length = 0;
    await validator.verify(await mint());
  });

  test("the realm of the challenge", async () => {
    const validator = await createValidator(options({ realm: "orders" }));
    const { response } = await validator.authenticate({ headers: {} });
    assert.equal(response.headers.get("www-authenticate"), 'Bearer realm="orders"');
  });
});

describe("calls", () => {
  const wrongScopes = ["orders:read", [1], [undefined], { 0: "a" }, null, undefined, { toJSON: () => undefined }, { allOf: [], not: undefined }, [{ allOf: [], not: undefined }]];
  for (const scopes of wrongScopes) {
    test(`scopes ${JSON.stringify(scopes)}`, async () => {
      const validator = await createValidator(options());
      const token = await mint();
      const headers = { authorization: `Bearer ${token}` };
      await assertMisuse(validator.verify(token, { scopes }), "scopes");
      await assertMisuse(validator.authenticate({ headers }, { scopes }), "scopes");
      await assertMisuse((async () => validator.verifySync(token, { scopes }))(), "scopes");
    });
  }

  test("a call's options that are no plain object", async () => {
    const validator = await createValidator(options());
    const token = await mint();
    await assertMisuse(validator.verify(token, new Map([["scopes", ["admin"]]])), "options");
    await assertMisuse(validator.verify(token, new (class { get scopes() { return ["admin"]; } })()), "options");
    const usual = Object.assign(Object.create(null), { scopes: ["admin"] });
    await assertMisuse(validator.verify(token, Object.create(usual)), "options");
    await assert.rejects(validator.verify(token, usual), { code: "insufficient_scope" });
    await assert.rejects(validator.verify(token, runInNewContext('({ scopes: ["admin"] })')), { code: "insufficient_scope" });
  });

  test("a text of any length is refused without being copied whole", async () => {
    const validator = await createValidator(options());
    const lengths = [];
    const { roomFor } = Engine.prototype;
    Engine.prototype.roomFor = function (length) {
      lengths.push(length);
      return roomFor.call(this, length);
    };
    try {
      const endless = "a".repeat(5e7);
      await assert.rejects(validator.verify(endless), { code: "token_too_large" });
      assert.throws(() => validator.verifySync(endless), { code: "token_too_large" });
      const { code } = await validator.authenticate({ headers: { authorization: `Bearer ${endless}` } });
      assert.equal(code, "token_too_large");
    } finally {
      Engine.prototype.roomFor = roomFor;
    }
    assert.deepEqual(lengths, [131_072, 131_072, 131_072]);
  });

  test("a misspelt argument", async () => {
    const validator = await createValidator(options());
    await assertMisuse(validator.verify(await mint(), { scope: ["orders:read"] }), "scope");
    await assertMisuse(validator.verify(await mint(), ["orders:read"]), "options");
  });

  for (const request of [undefined, null, "Bearer x", {}, { headers: null }, { headers: "authorization: Bearer x" }]) {
    test(`${JSON.stringify(request)} in place of a request`, async () => {
      const validator = await createValidator(options());
      await assertMisuse(validator.authenticate(request), "request");
    });
  }

  for (const time of [undefined, null, true, "noon", "1900000000000", 5n, NaN, new Date(NaN), Infinity, -1, 0, 1_900_000_000]) {
    test(`a clock that says ${String(time)}`, async () => {
      const validator = await createValidator(options({ clock: () => time }));
      await assertMisuse(validator.verify(await mint()), "clock");
    });
  }

  test("a clock that throws is not taken for a fault of ours", async () => {
    const validator = await createValidator(options({ clock: () => { throw new RangeError("no time"); } }));
    await assert.rejects(validator.verify(await mint()), RangeError);
  });

  test("a clock may return a Date", async () => {
    const validator = await createValidator(options({ clock: () => new Date(1_900_000_000_000) }));
    await validator.verify(await mint());
  });

  for (const jwt of [undefined, null]) {
    test(`verify(${jwt}) is no token`, async () => {
      const validator = await createValidator(options());
      await assert.rejects(validator.verify(jwt), { code: "missing_token", status: 401 });
      assert.throws(() => validator.verifySync(jwt), { code: "missing_token", status: 401 });
    });
  }

  for (const jwt of [1, true, {}, ["a.b.c"], Buffer.from("a.b.c"), Symbol("jwt")]) {
    test(`verify(${typeof jwt} ${String(jwt)}) is malformed, not absent`, async () => {
      const validator = await createValidator(options());
      await assert.rejects(validator.verify(jwt), { code: "malformed_token" });
      assert.throws(() => validator.verifySync(jwt), { code: "malformed_token" });
    });
  }
});
