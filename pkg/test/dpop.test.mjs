// DPoP (RFC 9449): every check of §4.3 has a request that only it refuses.
import assert from "node:assert/strict";
import { createServer, request as httpRequest } from "node:http";
import { describe, test } from "node:test";
import { createValidator } from "countersign";
import { SignJWT } from "jose";
import { mint, NOW, options } from "./support/mint.mjs";
import {
  boundToken, clientKey, key, PROOF_ALGORITHMS, prove, proofClaims, proofHeader, request, sha256, signed, URI,
} from "./support/prove.mjs";

const validator = await createValidator(options({ dpop: true, clockToleranceSeconds: 0 }));
const other = await clientKey();
const token = await boundToken();
const unbound = await mint();

const codeOf = async (sent, { by = validator, ...call } = {}) => (await by.authenticate(sent, call)).code ?? "accepted";
/** The good request with another proof; a function gets the token. */
const proved = async (change) => request(token, await prove(token, change));

describe("algorithms", async () => {
  for (const algorithm of PROOF_ALGORITHMS) {
    test(algorithm, async () => {
      const by = await clientKey(algorithm);
      const token = await boundToken({ key: by });
      const proof = await prove(token, { by });
      assert.equal(await codeOf(request(token, proof)), "accepted");
      const forged = `${proof.slice(0, -12)}${proof.at(-12) === "A" ? "B" : "A"}${proof.slice(-11)}`;
      assert.equal(await codeOf(request(token, forged)), "invalid_dpop_proof");
      const narrow = await createValidator(options({ dpop: { algorithms: PROOF_ALGORITHMS.filter((one) => one !== algorithm) } }));
      assert.equal(await codeOf(request(token, await prove(token, { by })), { by: narrow }), "invalid_dpop_proof");
    });
  }

  test("a proof that jose makes", async () => {
    const proof = await new SignJWT(proofClaims(token)).setProtectedHeader(proofHeader()).sign(key.privateKey);
    assert.equal(await codeOf(request(token, proof)), "accepted");
  });
});

describe("checks (RFC 9449 §4.3)", async () => {
  const refused = "invalid_dpop_proof";
  const header = (change) => ({ header: change });
  const claims = (change) => ({ claims: change });
  const hs256 = async () => {
    const input = (await prove(token, header({ alg: "HS256" }))).split(".").slice(0, 2).join(".");
    const secret = await crypto.subtle.importKey("raw", Buffer.from(JSON.stringify(key.publicJwk)), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return `${input}.${Buffer.from(await crypto.subtle.sign("HMAC", secret, Buffer.from(input))).toString("base64url")}`;
  };
  const twice = await prove(token);
  for (const [title, sent, code] of [
    ["1: no proof", request(token), refused],
    ["1: two proofs", request(token, `${twice}, ${await prove(token)}`), refused],
    ["1: two proofs as a list", { method: "GET", headers: { authorization: `DPoP ${token}`, dpop: [twice, twice] } }, refused, { url: URI }],
    ["1: white space around", request(token, ` ${await prove(token)} `), "accepted"],
    ["2: no JWT", request(token, "x"), refused],
    ["2: the token as proof", request(token, token), refused],
    ["2: five parts", request(token, `${await prove(token)}.a.b`), refused],
    ["2: a member twice", request(token, await signed(proofHeader(), JSON.stringify(proofClaims(token)).replace("{", '{"htm":"PUT",'))), refused],
    ["3: no jti", await proved(claims({ jti: undefined })), refused],
    ["3: no htm", await proved(claims({ htm: undefined })), refused],
    ["3: no htu", await proved(claims({ htu: undefined })), refused],
    ["3: no iat", await proved(claims({ iat: undefined })), refused],
    ["3: jti empty", await proved(claims({ jti: "" })), refused],
    ["3: jti of 256 bytes", await proved(claims({ jti: "j".repeat(256) })), "accepted"],
    ["3: jti of 257 bytes", await proved(claims({ jti: "j".repeat(257) })), refused],
    ["4: no typ", await proved(header({ typ: undefined })), refused],
    ["4: typ JWT", await proved(header({ typ: "JWT" })), refused],
    ["4: typ in full", await proved(header({ typ: "application/dpop+jwt" })), "accepted"],
    ["5: alg none", await proved(header({ alg: "none" })), refused],
    ["5: alg none, no signature", request(token, (await prove(token, header({ alg: "none" }))).replace(/[^.]*$/, "")), refused],
    ["5: alg HS256 with the public key as secret", request(token, await hs256()), refused],
    ["5: no alg", await proved(header({ alg: undefined })), refused],
    ["5: alg of another kind of key", await proved(header({ alg: "EdDSA" })), refused],
    ["6: signed by another key", request(token, await signed(proofHeader(), proofClaims(token), other)), refused],
    ["6: claims changed after signing", request(token, (await prove(token)).split(".").with(1, (await prove(token)).split(".")[1]).join(".")), refused],
    ["7: a private key", await proved(header({ jwk: key.privateJwk })), refused],
    ["7: no key", await proved(header({ jwk: undefined })), refused],
    ["7: a symmetric key", await proved(header({ jwk: { kty: "oct", k: "AAAA" } })), refused],
    ["8: another method", await proved(claims({ htm: "POST" })), refused],
    ["8: the method in lower case", await proved(claims({ htm: "get" })), refused],
    ["8: the request by another method", request(token, await prove(token), { method: "POST" }), refused],
    ["10: a nonce that nobody asked for", await proved(claims({ nonce: "x" })), "accepted"],
    ["10: a nonce that is no text", await proved(claims({ nonce: 1 })), refused],
    ["11: iat at the edge", await proved(claims({ iat: NOW - 60 })), "accepted"],
    ["11: iat before the edge", await proved(claims({ iat: NOW - 61 })), refused],
    ["11: iat now", await proved(claims({ iat: NOW })), "accepted"],
    ["11: iat in the future", await proved(claims({ iat: NOW + 1 })), refused],
    ["11: iat as text", await proved(claims({ iat: String(NOW) })), refused],
    ["12: no ath", await proved(claims({ ath: undefined })), refused],
    ["12: ath of another token", await proved(claims({ ath: sha256(unbound) })), refused],
    ["12: ath with padding", await proved(claims({ ath: `${sha256(token)}=` })), refused],
    ["12: another key than the token's", await proved({ by: other }), "bound_token_without_proof"],
    ["12: a token without a key", request(unbound, await prove(unbound)), "claim_missing"],
    ["12: a thumbprint that is none", await (async (odd) => request(odd, await prove(odd)))(await boundToken({ claims: { cnf: { jkt: `${key.jkt}=` } } })), "claim_invalid"],
  ].map((row) => (row[1] instanceof Request ? row : [row[0], { ...row[1], url: URI }, row[2]]))) {
    // A plain object knows no absolute URL by itself: it is said with the call.
    test(title, async () => assert.equal(await codeOf(sent, sent instanceof Request ? {} : { url: sent.url }), code));
  }
});

describe("9: the URI (RFC 3986 §6.2.2, §6.2.3)", async () => {
  for (const [htu, code] of [
    [URI, "accepted"],
    ["HTTPS://API.Example.com:443/orders/7", "accepted"],
    ["https://api.example.com:/orders/7", "accepted"],
    ["https://api.example.com/%6frders/./x/../7", "accepted"],
    ["https://api.example.com/orders/7?a=b#c", "accepted"],
    ["http://api.example.com/orders/7", "invalid_dpop_proof"],
    ["https://api.example.com:8443/orders/7", "invalid_dpop_proof"],
    ["https://api.example.com/orders/7/", "invalid_dpop_proof"],
    ["https://api.example.com/orders%2F7", "invalid_dpop_proof"],
    ["https://api.example.com/Orders/7", "invalid_dpop_proof"],
    ["https://api.example.com.evil.example/orders/7", "invalid_dpop_proof"],
    ["https://u@api.example.com/orders/7", "invalid_dpop_proof"],
    ["/orders/7", "invalid_dpop_proof"],
    ["", "invalid_dpop_proof"],
  ]) {
    test(`htu ${htu}`, async () => assert.equal(await codeOf(await proved({ claims: { htu } })), code));
  }

  test("the query of the request is no part of it", async () =>
    assert.equal(await codeOf(request(token, await prove(token), { url: `${URI}?page=2` })), "accepted"));
});

describe("where the URI comes from", async () => {
  const plain = (proof, more) => ({ method: "GET", headers: { authorization: `DPoP ${token}`, dpop: proof }, ...more });
  const here = await createValidator(options({ dpop: true, origin: "https://api.example.com" }));

  test("a request that knows its path only needs an origin or a url", async () => {
    for (const url of ["/orders/7", "https://api.example.com/orders/7", undefined, 5]) {
      await assert.rejects(validator.authenticate(plain(await prove(token), { url })), { code: "invalid_configuration" });
    }
    for (const url of [URI, new URL(URI)]) {
      assert.equal(await codeOf(plain(await prove(token), { url: "/x" }), { url }), "accepted");
    }
  });

  test("a request without a method", () =>
    assert.rejects(here.authenticate({ headers: { authorization: `DPoP ${token}` }, url: "/orders/7" }), { code: "invalid_configuration", message: /method/ }));

  for (const [title, more] of [
    ["a path", { url: "/orders/7?page=2" }],
    ["the path before a router cut it", { url: "/7", originalUrl: "/orders/7" }],
    ["an absolute form of another host", { url: "https://evil.example/orders/7" }],
  ]) {
    test(`the origin of the options and ${title}`, async () =>
      assert.equal(await codeOf(plain(await prove(token), more), { by: here }), "accepted"));
  }

  test("two slashes are no host", async () => {
    const claims = { htu: "https://evil.example/orders/7" };
    assert.equal(await codeOf(plain(await prove(token, { claims }), { url: "//evil.example/orders/7" }), { by: here }), "invalid_dpop_proof");
  });

  for (const [url, htu, code] of [
    ["munity://orders/7", "https://api.example.community://orders/7", "invalid_dpop_proof"],
    ["munity://orders/7", "https://api.example.community//orders/7", "invalid_dpop_proof"],
    [":81/orders/7", "https://api.example.com:81/orders/7", "invalid_dpop_proof"],
    ["@evil.example/", "https://evil.example/", "invalid_dpop_proof"],
    ["?a=b", "https://api.example.com", "accepted"],
    ["https://evil.example", "https://api.example.com", "accepted"],
    ["*", "https://api.example.com", "accepted"],
    ["*", "https://api.example.com*", "invalid_dpop_proof"],
  ]) {
    test(`the target ${url} is at our origin or nowhere: ${htu}`, async () =>
      assert.equal(await codeOf(plain(await prove(token, { claims: { htu } }), { url }), { by: here }), code));
  }

  test("what a client says about the host is not believed", async () => {
    const claims = { htu: "https://evil.example/orders/7" };
    const lies = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https", forwarded: "host=evil.example;proto=https" };
    const proof = await prove(token, { claims });
    const sent = plain(proof, { url: "/orders/7" });
    assert.equal(await codeOf({ ...sent, headers: { ...sent.headers, ...lies } }, { by: here }), "invalid_dpop_proof");
    const headers = { authorization: `DPoP ${token}`, dpop: proof, ...lies };
    assert.equal(await codeOf(new Request("https://evil.example/orders/7", { headers }), { by: here }), "invalid_dpop_proof");
  });

  test("node:http, with a proof twice and once", async () => {
    const codes = [];
    const server = createServer(async (incoming, response) => {
      codes.push(await codeOf(incoming, { by: here }));
      response.end();
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const send = (dpop) =>
      new Promise((resolve, reject) => {
        const outgoing = httpRequest({ host: "127.0.0.1", port: server.address().port, path: "/orders/7", agent: false });
        outgoing.setHeader("Authorization", `DPoP ${token}`).setHeader("DPoP", dpop);
        outgoing.on("response", (response) => response.resume().on("end", resolve)).on("error", reject).end();
      });
    try {
      await send([await prove(token), await prove(token)]);
      await send(await prove(token));
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    assert.deepEqual(codes, ["invalid_dpop_proof", "accepted"]);
  });
});

describe("downgrades (RFC 9449 §7.2)", async () => {
  const off = await createValidator(options());
  const required = await createValidator(options({ dpop: { required: true } }));
  for (const [title, by, sent, code] of [
    ["bound, as Bearer", validator, request(token, undefined, { scheme: "Bearer" }), "bound_token_without_proof"],
    ["bound, as Bearer, with a proof", validator, request(token, await prove(token), { scheme: "Bearer" }), "bound_token_without_proof"],
    ["bound, as Bearer, where DPoP is off", off, request(token, undefined, { scheme: "Bearer" }), "bound_token_without_proof"],
    ["bound, as DPoP, where DPoP is off", off, request(token, await prove(token)), "missing_token"],
    ["not bound, as Bearer", validator, request(unbound, undefined, { scheme: "Bearer" }), "accepted"],
    ["not bound, as Bearer, where DPoP is required", required, request(unbound, undefined, { scheme: "Bearer" }), "claim_missing"],
    ["bound, as Bearer, where DPoP is required", required, request(token, undefined, { scheme: "Bearer" }), "bound_token_without_proof"],
    ["bound, as DPoP, where DPoP is required", required, request(token, await prove(token)), "accepted"],
    ["both schemes in one field", validator, request(`${token}, Bearer ${unbound}`, await prove(token)), "multiple_tokens"],
  ]) {
    test(title, async () => assert.equal(await codeOf(sent, { by }), code));
  }

  test("a bare token has no proof", async () => {
    for (const by of [validator, off, required]) {
      await assert.rejects(by.verify(token), { code: "bound_token_without_proof" });
      assert.throws(() => by.verifySync(token), { code: "bound_token_without_proof" });
    }
    await assert.rejects(required.verify(unbound), { code: "claim_missing" });
  });

  test("a token that passed with its proof does not pass without, however often it was seen", async () => {
    for (let again = 0; again < 2; again += 1) assert.equal(await codeOf(await proved()), "accepted");
    assert.equal(await codeOf(request(token, undefined, { scheme: "Bearer" })), "bound_token_without_proof");
    assert.equal(await codeOf(request(token)), "invalid_dpop_proof");
  });
});

test("the host's key of one proof is never used for another", async (context) => {
  const imports = context.mock.method(crypto.subtle, "importKey");
  const fresh = await createValidator(options({ dpop: true }));
  for (let again = 0; again < 2; again += 1) assert.equal(await codeOf(await proved(), { by: fresh }), "accepted");
  // At most once for the issuer's key, and never kept for the client's.
  const ofClient = imports.mock.calls.filter(({ arguments: [, jwk] }) => jwk.x === key.publicJwk.x);
  assert.ok(ofClient.length === 0 || ofClient.length === 2, String(ofClient.length));
});
