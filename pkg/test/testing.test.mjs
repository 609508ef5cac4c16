// The issuer for tests: what it mints is what the validator takes it for.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createValidator } from "countersign";
import { createIssuer } from "countersign/testing";

const NOW = 1_900_000_000_000;
const clock = () => NOW;
const issuer = await createIssuer({ algorithms: ["ES256", "EdDSA", "RS256"], clock });
const { audience, fetch, jwks } = issuer;
const validator = await createValidator({ issuer: issuer.issuer, audience, fetch, clock });
const codeOf = (token) => validator.verify(token, { scopes: ["read"] }).then(() => "accepted", ({ code }) => code);

for (const algorithm of ["ES256", "EdDSA", "RS256"]) {
  test(`a good token, ${algorithm}`, async () => {
    const { header, claims, scopes, clientId } = await validator.verify(await issuer.token({ algorithm, scopes: ["read", "write"] }));
    assert.equal(header.alg, algorithm);
    assert.deepEqual([scopes, clientId, claims.exp - claims.iat], [["read", "write"], "test-client", 300]);
  });
}

const types = readFileSync(new URL("../testing.d.ts", import.meta.url), "utf8");
const codes = [...types.slice(types.indexOf("export type BadTokenCode")).matchAll(/\| "(\w+)"/g)].map(([, code]) => code);
for (const code of codes) {
  test(`a bad token: ${code}`, async () => {
    // Whatever else it is asked to be, it is refused for this.
    const request = { scopes: ["read"], claims: { tenant: "a" }, header: { extra: "b" } };
    assert.equal(await codeOf(await issuer.badToken(code)), code);
    assert.equal(await codeOf(await issuer.badToken(code, request)), code);
    assert.equal(await codeOf(await issuer.token(request)), "accepted");
  });
}

test("claims and header are replaced or removed", async () => {
  const token = await issuer.token({ claims: { jti: undefined, org: { id: 7 } }, header: { kid: undefined }, expiresIn: 5, clientId: "c" });
  const [header, claims] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
  assert.deepEqual(JSON.parse(header), { alg: "ES256", typ: "at+jwt" });
  const now = NOW / 1000;
  assert.deepEqual(JSON.parse(claims), {
    iss: issuer.issuer, aud: audience, sub: "c", client_id: "c", iat: now, exp: now + 5, org: { id: 7 },
  });
});

test("its private keys cannot be had, and its key set has public members only", () => {
  assert.equal(jwks.keys.length, 3);
  for (const key of jwks.keys) assert.ok(!["d", "p", "q", "dp", "dq", "qi"].some((member) => member in key));
});

test("its fetch knows an issuer with a path, and reaches nothing else", async () => {
  const other = await createIssuer({ issuer: "https://issuer.test/tenant" });
  const metadata = await (await other.fetch("https://issuer.test/.well-known/oauth-authorization-server/tenant")).json();
  assert.equal(metadata.issuer, "https://issuer.test/tenant");
  assert.equal((await other.fetch(metadata.jwks_uri)).status, 200);
  assert.equal((await other.fetch("https://example.com/")).status, 404);
  const found = await createValidator({ issuer: other.issuer, audience: other.audience, fetch: other.fetch });
  assert.equal((await found.verify(await other.token())).clientId, "test-client");
});

test("names that are not known are told", async () => {
  await assert.rejects(createIssuer({ algorithms: ["HS256"] }), /`algorithms`: must be one of RS256/);
  await assert.rejects(issuer.token({ algorithm: "ES512" }), /`algorithm`: must be one of ES256, EdDSA, RS256$/);
  await assert.rejects(issuer.badToken("expired"), /`code`: must be one of malformed_token/);
  await assert.rejects(issuer.badToken("constructor"), /`code`: must be one of/);
  await assert.rejects(createIssuer({ algorithm: "RS256" }), /`algorithm`: is not known; known are issuer, audience, algorithms, clock$/);
  await assert.rejects(issuer.token({ scope: ["read"] }), /`scope`: is not known; known are claims, header, scopes/);
  await assert.rejects(issuer.badToken("token_expired", { subject: "a" }), /`subject`: is not known/);
  await assert.rejects(issuer.token({ scopes: "read write" }), /`scopes`: must be an array of strings/);
});
