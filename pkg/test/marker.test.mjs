// A marker in every place that comes from outside: no error, answer, log line or inspected value shows it (RFC 9700 §4.9.3).
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { createValidator } from "countersign";
import { boundToken, prove, request as sent } from "./support/prove.mjs";
import { AUDIENCE, clock, goodClaims, ISSUER, jwks, mint, mintRaw, NOW, options } from "./support/mint.mjs";

const MARKER = "Mark3rTokenOfTheTest";
const base64 = [0, 1, 2].map((before) => Buffer.from("~".repeat(before) + MARKER).toString("base64url").slice(before === 0 ? 0 : 4, -4));
const SPELLINGS = [MARKER, ...base64, Buffer.from(MARKER).toString("hex"), Buffer.from(MARKER).join(", ")].map((text) => text.toLowerCase());

function assertHidden(place, ...texts) {
  for (const text of texts) {
    const shown = SPELLINGS.find((spelling) => text.toLowerCase().includes(spelling));
    assert.equal(shown, undefined, `${place}: a text shows the marker: ${text}`);
  }
}

/** Everything that a caller could print of what was thrown. The frames of the stack name this file and no value. */
const textsOf = (thrown) => [thrown.message, String(thrown), thrown.stack, inspect(thrown, { depth: 9, showHidden: true }), JSON.stringify(thrown)];

const logged = [];
for (const method of ["log", "info", "warn", "error", "debug"]) {
  const own = console[method];
  console[method] = (...values) => {
    logged.push(values.map((value) => inspect(value)).join(" "));
    own.apply(console, values);
  };
}

/** Through every method; gives the code. */
async function refused(place, validator, token, call = {}) {
  const codes = [];
  for (const attempt of [() => validator.verify(token, call), async () => validator.verifySync(token, call)]) {
    const thrown = await attempt().then((value) => assert.fail(`${place}: accepted, ${value.subject?.length}`), (error) => error);
    assertHidden(place, ...textsOf(thrown));
    codes.push(thrown.code);
  }
  const request = { headers: { authorization: `Bearer ${token}` } };
  const result = await validator.authenticate(request, call);
  assert.equal(result.ok, false, place);
  const { response, ...rest } = result;
  assertHidden(place, inspect(rest), JSON.stringify(rest), inspect([...response.headers]), await response.text(), inspect(validator, { depth: 9, showHidden: true }));
  assert.equal(new Set(codes).size, 1, place);
  return codes[0];
}

const everywhere = { sub: MARKER, jti: MARKER, client_id: MARKER, scope: `orders:read ${MARKER}`, [MARKER]: MARKER };
const header = (changes) => mint({ header: { [MARKER]: MARKER, ...changes }, claims: everywhere });
const claims = (changes) => mint({ header: { [MARKER]: MARKER }, claims: { ...everywhere, ...changes } });
const good = await claims({});
const input = good.split(".").slice(0, 2).join(".");
const protectedHeader = { alg: "ES256", typ: "at+jwt", kid: "ES256" };

// RFC9700-4.9.3-10
test("no refusal shows the marker, and every code of a token is reached", async () => {
  const strict = await createValidator(options());
  const cases = [
    ["malformed_token", `${MARKER}.${MARKER}`],
    ["malformed_token", `${input}.${MARKER}x`],
    ["malformed_token", await mintRaw(MARKER, goodClaims())],
    ["malformed_token", await mintRaw(`{"${MARKER}":1,"${MARKER}":2}`, goodClaims())],
    ["malformed_token", await mintRaw(protectedHeader, MARKER)],
    ["token_too_large", `${good}${MARKER.repeat(1000)}`],
    ["encrypted_token", `${good}.${MARKER}.${MARKER}`],
    ["unsupported_algorithm", await mintRaw({ ...protectedHeader, alg: MARKER }, goodClaims())],
    ["unsupported_critical", await mintRaw({ ...protectedHeader, crit: [MARKER] }, goodClaims())],
    ["key_not_found", await header({ kid: MARKER })],
    ["unsuitable_key", await header({ kid: "RS256" })],
    ["invalid_signature", `${input}.${Buffer.from(MARKER + "x".repeat(44)).toString("base64url")}`],
    ["invalid_signature", `${input}.${MARKER}`],
    ["token_expired", await claims({ exp: NOW - 60 })],
    ["token_not_yet_valid", await claims({ nbf: NOW + 60 })],
    ["issued_in_future", await claims({ iat: NOW + 60 })],
    ["invalid_issuer", await claims({ iss: MARKER })],
    ["invalid_audience", await claims({ aud: [MARKER] })],
    ["invalid_type", await header({ typ: MARKER })],
    ["invalid_type", await header({ typ: "JWT" })],
    ["claim_missing", await claims({ iat: undefined })],
    ["claim_invalid", await claims({ exp: MARKER })],
    ["claim_invalid", await claims({ iss: [MARKER] })],
    ["bound_token_without_proof", await claims({ cnf: { jkt: MARKER, [MARKER]: MARKER } })],
    ["insufficient_scope", good, { scopes: ["orders:write"] }],
    ["insufficient_scope", good, { scopes: { not: "orders:read" } }],
  ];
  for (const [code, token, call] of cases) assert.equal(await refused(code, strict, token, call), code);
  const old = await createValidator(options({ maxAgeSeconds: 1 }));
  assert.equal(await refused("too old", old, good), "token_too_old");
  assert.deepEqual(logged, [], "the package writes to no log");
});

// RFC9700-4.9.3-10
test("no answer to garbage in the field shows it", async () => {
  const validator = await createValidator(options());
  for (const [value, code] of [
    [`Basic ${MARKER}`, "missing_token"],
    [`${MARKER} x`, "missing_token"],
    [`Bearer ${MARKER} ${MARKER}`, "malformed_request"],
    [`Bearer "${MARKER}"`, "malformed_request"],
    [`Bearer ${MARKER}, Bearer ${MARKER}`, "multiple_tokens"],
    [`Bearer ${MARKER.repeat(5000)}`, "token_too_large"],
  ]) {
    const { ok, code: got, response, ...rest } = await validator.authenticate({ headers: { authorization: value } });
    assert.deepEqual([ok, got], [false, code]);
    assertHidden(code, inspect(rest), inspect([...response.headers]), await response.text());
  }
  const thrown = await validator.authenticate({ headers: { authorization: { [MARKER]: MARKER } } }).catch((error) => error);
  assertHidden("a field that is no text", ...textsOf(thrown));
});

// RFC9700-4.9.3-10
test("no answer of an authorization server shows", async () => {
  for (const [title, respond] of Object.entries({
    "a page": () => new Response(`<html>${MARKER}`),
    "an error": () => new Response(MARKER, { status: 500, statusText: MARKER }),
    "metadata of another": () => Response.json({ issuer: MARKER, jwks_uri: MARKER }),
    "metadata with another place": () => Response.json({ issuer: ISSUER, jwks_uri: `https://${MARKER}.example/` }),
    "a redirect": () => new Response(null, { status: 302, headers: { location: `https://${MARKER}.example/` } }),
    "an exception": () => { throw new Error(MARKER); },
  })) {
    const validator = await createValidator({ issuer: ISSUER, audience: AUDIENCE, clock, fetch: async () => respond() });
    assert.equal(await refused(title, validator, good), "jwks_unavailable");
  }
});

// RFC9700-4.9.3-10
test("no error about keys by value shows them", async () => {
  for (const bad of [{ keys: [{ kty: "oct", k: MARKER }] }, { keys: MARKER }, { [MARKER]: MARKER }]) {
    const thrown = await createValidator(options({ jwks: bad })).then(() => assert.fail("accepted"), (error) => error);
    assert.equal(thrown.code, "invalid_configuration");
    assertHidden("jwks", ...textsOf(thrown));
  }
  const private_ = { ...jwks.keys[0], d: MARKER };
  const validator = await createValidator(options({ jwks: { keys: [...jwks.keys, private_] } }));
  assertHidden("a validator", inspect(validator, { depth: 9, showHidden: true }));
});

// RFC9700-4.9.3-10
test("no answer to a proof shows it, nor what a store throws", async () => {
  const token = await boundToken();
  const memory = new Map();
  const dead = { get: async () => { throw new Error(MARKER); }, put: async () => { throw new Error(MARKER); } };
  const validators = {
    plain: await createValidator(options({ dpop: true })),
    nonces: await createValidator(options({ dpop: { nonceSecret: MARKER.repeat(2) } })),
    dead: await createValidator(options({ dpop: true, store: dead })),
    shared: await createValidator(options({ dpop: true, store: { get: async (name) => memory.get(name), put: async (name, value) => void memory.set(name, value) } })),
  };
  const proofs = [MARKER, `${MARKER}, ${MARKER}`, `${MARKER}.${MARKER}.${MARKER}`];
  for (const name of ["jti", "htm", "htu", "iat", "ath", "nonce", MARKER]) proofs.push(await prove(token, { claims: { [name]: MARKER } }));
  for (const name of ["alg", "typ", "kid", "crit", MARKER]) proofs.push(await prove(token, { header: { [name]: MARKER } }));
  const marked = await prove(token, { claims: { jti: MARKER } });
  proofs.push(marked, marked);
  const codes = new Set();
  for (const [title, validator] of Object.entries(validators)) {
    for (const proof of proofs) {
      const result = await validator.authenticate(sent(token, proof));
      codes.add(result.code ?? "accepted");
      if (result.ok) continue;
      const { response, ...rest } = result;
      assertHidden(title, inspect(rest), JSON.stringify(rest), inspect([...response.headers]), await response.text(), inspect(validator, { depth: 9, showHidden: true }));
    }
  }
  for (const code of ["accepted", "invalid_dpop_proof", "use_dpop_nonce", "store_unavailable"]) assert.ok(codes.has(code), [...codes].join(" "));
  assertHidden("what the store is given", inspect([...memory]));
  assert.deepEqual(logged, []);
});
