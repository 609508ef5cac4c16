// What a client gets that DPoP has refused (RFC 9449 §7.1, §7.2), and the nonces that it is given (§9).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createValidator } from "countersign";
import { bearerToken } from "countersign/hono";
import { Hono } from "hono";
import { mint, NOW, options } from "./support/mint.mjs";
import { boundToken, challengesOf, prove, request, URI } from "./support/prove.mjs";

const validator = await createValidator(options({ dpop: true, clockToleranceSeconds: 0 }));
const token = await boundToken();
const unbound = await mint();
const proved = async (change) => request(token, await prove(token, change));

describe("answers", async () => {
  const answer = async (sent, call) => (await validator.authenticate(sent, call)).response;

  test("no token: a challenge for each scheme, and no error", async () => {
    const challenges = challengesOf(await answer(new Request(URI)));
    assert.deepEqual(Object.keys(challenges), ["Bearer", "DPoP"]);
    assert.deepEqual(challenges.Bearer, { realm: "api" });
    assert.deepEqual(challenges.DPoP.algs.split(" ").toSorted(), ["ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]);
    assert.equal(challenges.DPoP.error, undefined);
  });

  for (const [title, sent, scheme, error] of [
    ["an expired token by DPoP", await (async (old) => request(old, await prove(old)))(await boundToken({ claims: { exp: NOW - 60 } })), "DPoP", "invalid_token"],
    ["a wrong proof", request(token, "x"), "DPoP", "invalid_dpop_proof"],
    ["a bound token by Bearer", request(token, undefined, { scheme: "Bearer" }), "Bearer", "invalid_token"],
  ]) {
    test(`${title}: the error is on the challenge of its scheme`, async () => {
      const response = await answer(sent);
      assert.equal(response.status, 401);
      const errors = Object.entries(challengesOf(response)).filter(([, parameters]) => "error" in parameters);
      assert.deepEqual(errors.map(([name, parameters]) => [name, parameters.error]), [[scheme, error]]);
    });
  }

  test("too little scope: 403 on the challenge of DPoP", async () => {
    const response = await answer(await proved(), { scopes: ["orders:write"] });
    assert.equal(response.status, 403);
    assert.equal(challengesOf(response).DPoP.scope, "orders:write");
    assert.equal(challengesOf(response).Bearer.scope, undefined);
  });

  test("where DPoP is required there is no other challenge", async () => {
    const required = await createValidator(options({ dpop: { required: true, algorithms: ["ES256"] } }));
    const { response } = await required.authenticate(request(unbound, undefined, { scheme: "Bearer" }));
    assert.deepEqual(Object.keys(challengesOf(response)), ["DPoP"]);
    assert.deepEqual([challengesOf(response).DPoP.algs, challengesOf(response).DPoP.error], ["ES256", "invalid_token"]);
  });

  test("no answer holds a part of token or proof", async () => {
    const marked = await prove(token, { claims: { jti: "marker", htu: "https://marker.example/" } });
    const result = await validator.authenticate(request(token, marked));
    const text = [result.message, ...[...result.response.headers].flat(), await result.response.text()].join();
    for (const secret of ["marker", token.slice(-20), marked.slice(-20)]) assert.ok(!text.includes(secret), text);
  });
});

describe("nonces (RFC 9449 §9)", async () => {
  const secret = "a secret of thirty-two characters";
  let now = NOW;
  const clock = () => now * 1000;
  const make = (more) => createValidator(options({ clock, dpop: { nonceSecret: secret, ...more } }));
  const demanding = await make();
  /** The result for a proof with this nonce, made at this time. */
  const send = async (nonce, by = demanding) => by.authenticate(request(token, await prove(token, { claims: { nonce, iat: now } })));

  test("without one: use_dpop_nonce, and one to use, which then passes", async () => {
    now = NOW;
    for (const wrong of [undefined, "", "x"]) {
      const { code, status, error, response } = await send(wrong);
      assert.deepEqual({ code, status, error }, { code: "use_dpop_nonce", status: 401, error: "use_dpop_nonce" });
      assert.equal(challengesOf(response).DPoP.error, "use_dpop_nonce");
      assert.match(response.headers.get("dpop-nonce"), /^[\w-]{43}$/);
      const accepted = await send(response.headers.get("dpop-nonce"));
      assert.equal(accepted.ok, true);
      assert.equal(accepted.dpopNonce, response.headers.get("dpop-nonce"));
    }
  });

  test("good for its minute and the next, on every machine with the secret, and nowhere else", async () => {
    now = NOW + 60 - (NOW % 60);
    const dpopNonce = (await send(undefined)).response.headers.get("dpop-nonce");
    const start = now;
    for (const [later, code] of [[0, undefined], [119, undefined], [120, "use_dpop_nonce"], [-1, "use_dpop_nonce"]]) {
      now = start + later;
      assert.equal((await send(dpopNonce)).code, code, String(later));
    }
    now = start;
    assert.equal((await send(dpopNonce, await make())).ok, true);
    assert.equal((await send(dpopNonce, await make({ nonceSecret: `${secret}!` }))).code, "use_dpop_nonce");
    assert.equal((await send(dpopNonce, await make({ nonceSeconds: 30 }))).code, "use_dpop_nonce");
  });

  test("Hono's middleware hands the next nonce on", async () => {
    now = NOW;
    const app = new Hono();
    app.use(bearerToken(demanding)()).get("/orders/:id", (context) => context.text("welcome"));
    const call = async (nonce) => app.request(request(token, await prove(token, { claims: { nonce, iat: now } })));
    const first = await call(undefined);
    const second = await call(first.headers.get("dpop-nonce"));
    assert.deepEqual([first.status, second.status, second.headers.get("dpop-nonce")], [401, 200, first.headers.get("dpop-nonce")]);
  });

  test("a wrong proof is not told to come again with a nonce", async () => {
    now = NOW;
    const result = await demanding.authenticate(request(token, await prove(token, { claims: { htm: "PUT" } })));
    assert.deepEqual([result.code, result.response.headers.get("dpop-nonce")], ["invalid_dpop_proof", null]);
  });

  test("where none are demanded, none are given", async () => {
    const result = await validator.authenticate(await proved());
    assert.deepEqual([result.ok, result.dpopNonce], [true, undefined]);
  });
});
