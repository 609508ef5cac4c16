// Tokens that are bound to a client certificate (RFC 8705 §3), and demands on the user's authentication (RFC 9470).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { createValidator } from "countersign";
import { mint, NOW, options } from "./support/mint.mjs";
import { boundToken, challengesOf, key, prove, request } from "./support/prove.mjs";

const validator = await createValidator(options({ clockToleranceSeconds: 0 }));

/** What the three methods say, which is the same. */
async function codeOf(token, call, by = validator) {
  const codes = [(await by.authenticate({ headers: { authorization: `Bearer ${token}` } }, call)).code ?? "accepted"];
  codes.push(await by.verify(token, call).then(() => "accepted", ({ code }) => code));
  try {
    by.verifySync(token, call);
    codes.push("accepted");
  } catch ({ code }) {
    codes.push(code);
  }
  assert.equal(new Set(codes).size, 1, codes.join());
  return codes[0];
}

describe("certificates", async () => {
  // Any octets: no certificate is ever parsed.
  const der = Buffer.from("the DER encoding of a certificate");
  const hash = createHash("sha256").update(der);
  const octets = hash.digest();
  const hex = octets.toString("hex");
  const colons = hex.toUpperCase().match(/../g).join(":");
  const base64url = octets.toString("base64url");
  const token = await mint({ claims: { cnf: { "x5t#S256": base64url } } });
  const unbound = await mint();

  for (const [title, call, code] of [
    ["none", {}, "bound_token_without_proof"],
    ["undefined", { certificate: undefined }, "bound_token_without_proof"],
    ["an empty thumbprint, as a Worker has it without a certificate", { certificateThumbprint: "" }, "bound_token_without_proof"],
    ["a Buffer", { certificate: der }, "accepted"],
    ["a Uint8Array", { certificate: new Uint8Array(der) }, "accepted"],
    ["an ArrayBuffer", { certificate: new Uint8Array(der).buffer }, "accepted"],
    ["a view of a part", { certificate: new Uint8Array([0, ...der, 0]).subarray(1, -1) }, "accepted"],
    ["base64url", { certificateThumbprint: base64url }, "accepted"],
    ["hexadecimal", { certificateThumbprint: hex }, "accepted"],
    ["hexadecimal with colons, as Node prints it", { certificateThumbprint: colons }, "accepted"],
    ["another certificate", { certificate: der.subarray(1) }, "certificate_mismatch"],
    ["no bytes", { certificate: new Uint8Array() }, "certificate_mismatch"],
    ["another thumbprint", { certificateThumbprint: `${"0".repeat(63)}1` }, "certificate_mismatch"],
  ]) {
    test(title, async () => assert.equal(await codeOf(token, call), code));
  }

  test("a token that is not bound needs none, and any does no harm", async () => {
    assert.equal(await codeOf(unbound, {}), "accepted");
    assert.equal(await codeOf(unbound, { certificate: der }), "accepted");
  });

  for (const [title, cnf, code] of [
    ["with padding", { "x5t#S256": `${base64url}=` }, "certificate_mismatch"],
    ["hexadecimal", { "x5t#S256": hex }, "certificate_mismatch"],
    ["SHA-1", { x5t: base64url.slice(0, 27) }, "bound_token_without_proof"],
    ["and a key by value", { "x5t#S256": base64url, jwk: key.publicJwk }, "bound_token_without_proof"],
    ["and a DPoP key", { "x5t#S256": base64url, jkt: key.jkt }, "bound_token_without_proof"],
    ["empty", {}, "bound_token_without_proof"],
    ["no object", base64url, "bound_token_without_proof"],
  ]) {
    test(`a binding ${title}`, async () => assert.equal(await codeOf(await mint({ claims: { cnf } }), { certificate: der }), code));
  }

  test("both bindings need both proofs", async () => {
    const both = await createValidator(options({ dpop: true }));
    const token = await boundToken({ claims: { cnf: { jkt: key.jkt, "x5t#S256": base64url } } });
    const code = async (call) => (await both.authenticate(request(token, await prove(token)), call)).code;
    assert.equal(await code({ certificate: der }), undefined);
    assert.equal(await code({}), "bound_token_without_proof");
    assert.equal(await code({ certificate: der.subarray(1) }), "certificate_mismatch");
  });

  test("a token that passed with its certificate does not pass without it", async () => {
    assert.equal(await codeOf(token, { certificate: der }), "accepted");
    assert.equal(await codeOf(token, {}), "bound_token_without_proof");
  });

  test("the mismatch is a 401 with a challenge", async () => {
    const { response } = await validator.authenticate({ headers: { authorization: `Bearer ${token}` } }, { certificate: der.subarray(1) });
    assert.deepEqual([response.status, challengesOf(response).Bearer.error], [401, "invalid_token"]);
  });

  for (const [title, call, name] of [
    ["certificate as text", { certificate: der.toString("base64") }, "certificate"],
    ["a certificate as Node parses it", { certificate: { raw: der } }, "certificate"],
    ["a thumbprint as bytes", { certificateThumbprint: octets }, "certificateThumbprint"],
    ["a thumbprint of SHA-1", { certificateThumbprint: hex.slice(0, 40) }, "certificateThumbprint"],
    ["a thumbprint with padding", { certificateThumbprint: `${base64url}=` }, "certificateThumbprint"],
    ["both", { certificate: der, certificateThumbprint: hex }, "certificate"],
    ["a url with a bare token", { url: "https://api.example.com/" }, "url"],
    ["a misspelt one", { certificat: der }, "certificat"],
  ]) {
    test(`misuse: ${title}`, async () => {
      const named = { code: "invalid_configuration", message: new RegExp(`\`${name}\``) };
      await assert.rejects(validator.verify(token, call), named);
      assert.throws(() => validator.verifySync(token, call), named);
      if (name !== "url") await assert.rejects(validator.authenticate({ headers: { authorization: `Bearer ${token}` } }, call), named);
    });
  }
});

describe("step-up (RFC 9470)", async () => {
  const insufficient = "insufficient_user_authentication";
  const demand = (acrValues, maxAgeSeconds) => ({ authentication: { ...(acrValues && { acrValues }), ...(maxAgeSeconds !== undefined && { maxAgeSeconds }) } });
  for (const [title, claims, call, code] of [
    ["the first of two", { acr: "gold" }, demand(["gold", "silver"]), "accepted"],
    ["the second of two", { acr: "silver" }, demand(["gold", "silver"]), "accepted"],
    ["neither", { acr: "bronze" }, demand(["gold", "silver"]), insufficient],
    ["another case", { acr: "Gold" }, demand(["gold"]), insufficient],
    ["both in one text", { acr: "gold silver" }, demand(["gold", "silver"]), insufficient],
    ["no acr", {}, demand(["gold"]), insufficient],
    ["acr as a list", { acr: ["gold"] }, demand(["gold"]), "claim_invalid"],
    ["a second before the limit", { auth_time: NOW - 299 }, demand(undefined, 300), "accepted"],
    ["at the limit", { auth_time: NOW - 300 }, demand(undefined, 300), "accepted"],
    ["a second after the limit", { auth_time: NOW - 301 }, demand(undefined, 300), insufficient],
    ["now, with no time at all", { auth_time: NOW }, demand(undefined, 0), "accepted"],
    ["a second ago, with no time at all", { auth_time: NOW - 1 }, demand(undefined, 0), insufficient],
    ["in the future", { auth_time: NOW + 1 }, demand(undefined, 300), insufficient],
    ["no auth_time", {}, demand(undefined, 300), insufficient],
    ["both met", { acr: "gold", auth_time: NOW - 300 }, demand(["gold"], 300), "accepted"],
    ["only the class", { acr: "gold", auth_time: NOW - 301 }, demand(["gold"], 300), insufficient],
    ["only the time", { acr: "bronze", auth_time: NOW - 300 }, demand(["gold"], 300), insufficient],
    ["no scope comes first", { acr: "bronze" }, { ...demand(["gold"]), scopes: ["orders:write"] }, "insufficient_scope"],
  ]) {
    test(title, async () => assert.equal(await codeOf(await mint({ claims }), call), code));
  }

  test("the challenge says what would do, in its order", async () => {
    const headers = { authorization: `Bearer ${await mint()}` };
    const { response, error } = await validator.authenticate({ headers }, demand(["gold", "silver"], 300));
    assert.deepEqual([response.status, error], [401, insufficient]);
    const { error_description: _, ...rest } = challengesOf(response).Bearer;
    assert.deepEqual(rest, { realm: "api", error: insufficient, acr_values: "gold silver", max_age: "300" });
  });

  test("a token that was accepted once is judged anew", async () => {
    const token = await mint({ claims: { acr: "silver" } });
    assert.equal(await codeOf(token, demand(["silver"])), "accepted");
    assert.equal(await codeOf(token, demand(["gold"])), insufficient);
  });

  for (const authentication of [
    undefined, null, true, "gold", [], {}, { acrValues: [] }, { acrValues: "gold" }, { acrValues: ["a b"] }, { acrValues: [undefined] },
    { acrValues: undefined, maxAgeSeconds: 300 }, { maxAgeSeconds: -1 }, { maxAgeSeconds: 1.5 }, { maxAgeSeconds: NaN }, { maxAgeSeconds: "300" },
    { acr: ["gold"] }, { acrValues: ["gold"], toJSON: () => ({ maxAgeSeconds: 300, extra: 1 }) }, new Map([["acrValues", ["gold"]]]),
    Object.create({ acrValues: ["gold"] }), { acrValues: ["gold"], maxAgeSeconds: () => 300 }, { acrValues: ["gold"], maxAgeSeconds: Symbol("300") },
  ]) {
    test(`misuse: authentication ${JSON.stringify(authentication)}`, async () => {
      const token = await mint();
      const call = { authentication };
      await assert.rejects(validator.verify(token, call), { code: "invalid_configuration" });
      await assert.rejects(validator.authenticate({ headers: { authorization: `Bearer ${token}` } }, call), { code: "invalid_configuration" });
      assert.throws(() => validator.verifySync(token, call), { code: "invalid_configuration" });
    });
  }
});
