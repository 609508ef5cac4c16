// Options of the client: each is judged, and the message names it.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { test } from "node:test";
import { createClient } from "countersign/client";

const GOOD = { issuer: "https://as.test", clientId: "c", clientSecret: "s" };
const SIGNING = { ...GOOD, clientSecret: undefined, privateKey: { kty: "OKP", crv: "Ed25519", x: "", d: "" } };
const rsa = await crypto.subtle.generateKey(
  { name: "RSASSA-PKCS1-v1_5", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
  true,
  ["sign", "verify"],
);

const PEM = "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----";

const told = (name) => (thrown) =>
  thrown.code === "invalid_configuration" && thrown.name === "ClientError" && thrown.message.includes(name) && !thrown.message.includes("hunter2");

const WRONG = [
  ["createClient", undefined],
  ["createClient", []],
  ["createClient", new Map(Object.entries(GOOD))],
  ["createClient", Object.create(GOOD)],
  ["secret", { ...GOOD, secret: "hunter2" }],
  ["__proto__", { ...GOOD, ["__proto__"]: 1 }],
  ["issuer", { ...GOOD, issuer: undefined }],
  ["issuer", { ...GOOD, issuer: "as.test" }],
  ["issuer", { ...GOOD, issuer: "http://as.test" }],
  ["issuer", { ...GOOD, issuer: "http://as.test", allowInsecureLoopback: true }],
  ["issuer", { ...GOOD, issuer: "http://127.0.0.1:1" }],
  ["issuer", { ...GOOD, issuer: "https://as.test?x" }],
  ["issuer", { ...GOOD, issuer: "https://as.test#" }],
  ["tokenEndpoint", { ...GOOD, tokenEndpoint: "https://u:hunter2@as.test/token" }],
  ["tokenEndpoint", { ...GOOD, tokenEndpoint: "https://u@as.test/token" }],
  ["tokenEndpoint", { ...GOOD, tokenEndpoint: "http://127.0.0.1.as.test/", allowInsecureLoopback: true }],
  ["clientId", { ...GOOD, clientId: undefined }],
  ["clientId", { ...GOOD, clientId: "" }],
  ["clientSecret", { ...GOOD, clientSecret: undefined }],
  ["clientSecret", { ...GOOD, clientSecret: 7 }],
  ["clientSecret", { ...SIGNING, clientSecret: "hunter2" }],
  ["privateKey", { ...SIGNING, privateKey: 7 }],
  ["privateKey", { ...SIGNING, privateKey: rsa.publicKey }],
  ["privateKey", { ...SIGNING, privateKey: "-----BEGIN PRIVATE KEY-----hunter2" }],
  ["privateKey", { ...SIGNING, privateKey: PEM.replaceAll("\n", "\\n") }],
  ["privateKey", { ...SIGNING, privateKey: PEM.replaceAll("PRIVATE", "RSA PRIVATE") }],
  ["privateKey", { ...SIGNING, privateKey: createPrivateKey({ key: await crypto.subtle.exportKey("jwk", rsa.privateKey), format: "jwk" }), algorithm: "RS256" }],
  ["privateKey", { ...SIGNING, privateKey: rsa.privateKey, algorithm: "ES256" }],
  ["algorithm", { ...SIGNING, privateKey: { kty: "RSA", d: "hunter2" } }],
  ["algorithm", { ...SIGNING, privateKey: PEM }],
  ["algorithm", { ...SIGNING, algorithm: "HS256" }],
  ["issuer", { ...SIGNING, issuer: undefined, tokenEndpoint: "https://as.test/token" }],
  ["authentication", { ...GOOD, authentication: "none" }],
  ["authentication", { ...GOOD, authentication: "private_key_jwt" }],
  ["authentication", { ...SIGNING, authentication: "client_secret_post" }],
  ["scopes", { ...GOOD, scopes: "a b" }],
  ["scopes", { ...GOOD, scopes: ["a b"] }],
  ["scopes", { ...GOOD, scopes: ['"'] }],
  ["resource", { ...GOOD, resource: "api" }],
  ["resource", { ...GOOD, resource: ["https://api.test/#a"] }],
  ["audience", { ...GOOD, audience: ["a"] }],
  ["origins", { ...GOOD, origins: "https://api.test" }],
  ["origins", { ...GOOD, origins: ["https://api.test/"] }],
  ["origins", { ...GOOD, origins: ["http://api.test"] }],
  ["origins", { ...GOOD, origins: ["*"] }],
  ["renewBeforeSeconds", { ...GOOD, renewBeforeSeconds: -1 }],
  ["renewBeforeSeconds", { ...GOOD, renewBeforeSeconds: 3601 }],
  ["renewBeforeSeconds", { ...GOOD, renewBeforeSeconds: Number.NaN }],
  ["defaultLifetimeSeconds", { ...GOOD, defaultLifetimeSeconds: 0 }],
  ["timeoutSeconds", { ...GOOD, timeoutSeconds: 61 }],
  ["allowInsecureLoopback", { ...GOOD, allowInsecureLoopback: "yes" }],
  ["clock", { ...GOOD, clock: 7 }],
  ["fetch", { ...GOOD, fetch: "fetch" }],
];
for (const [name, options] of WRONG) {
  test(`refused: ${name} in ${Object.keys(options ?? {}).length} options, ${typeof options?.[name]}`, () => {
    assert.throws(() => createClient(options), told(name));
  });
}

const RIGHT = [
  GOOD,
  SIGNING,
  { ...GOOD, scopes: undefined, audience: undefined },
  { ...GOOD, issuer: "http://[::1]:8080/tenant", allowInsecureLoopback: true },
  { ...GOOD, tokenEndpoint: "https://as.test/token?tenant=1" },
  { ...GOOD, origins: ["https://api.test", "https://api.test:8443"], renewBeforeSeconds: 3600, timeoutSeconds: 0.1 },
  { ...SIGNING, assertionAudience: "https://as.test/token", issuer: undefined, tokenEndpoint: "https://as.test/token" },
];
for (const [index, options] of RIGHT.entries()) test(`taken: ${index}`, () => assert.ok(createClient(options)));

test("what only WebCrypto can tell of a key is told with the first token", async () => {
  const fetch = async () => assert.fail("nothing may be sent");
  const whereabouts = { ...SIGNING, tokenEndpoint: "https://as.test/token", fetch };
  for (const key of [{ privateKey: rsa.privateKey }, { privateKey: PEM, algorithm: "ES256" }, {}]) {
    await assert.rejects(createClient({ ...whereabouts, ...key }).token(), told("privateKey"));
  }
});

for (const time of [1_900_000_000, Number.NaN, Infinity, "tomorrow"]) {
  test(`a clock that gives ${time} is told`, async () => {
    await assert.rejects(createClient({ ...GOOD, clock: () => time }).token(), told("clock"));
  });
}

test("arguments of with() are judged", () => {
  const client = createClient(GOOD);
  assert.throws(() => client.with({ scope: "a" }), told("scope"));
  assert.throws(() => client.with({ clientSecret: "hunter2" }), told("clientSecret"));
  assert.throws(() => client.with(), told("the call"));
  // Its entries would be overlooked, and the token be one for something else.
  assert.throws(() => client.with(new Map([["scopes", ["a"]]])), told("the call"));
});
