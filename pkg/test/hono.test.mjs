// The middleware in a real Hono application.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createValidator } from "countersign";
import { bearerToken } from "countersign/hono";
import { createIssuer } from "countersign/testing";
import { Hono } from "hono";

const { issuer, audience, fetch, jwks, token, badToken } = await createIssuer();
const options = { issuer, audience, jwks };
const validator = await createValidator(options);

function application(bearer) {
  const app = new Hono();
  app.use("/orders", bearer());
  app.get("/orders", bearer({ scopes: ["orders:read"] }), (c) => c.json({ client: c.get("token").clientId }));
  app.post("/orders", bearer({ scopes: { anyOf: ["orders:write", "admin"] } }), (c) => c.json(c.get("token").scopes, 201));
  app.get("/", (c) => c.text("open"));
  return app;
}
const call = (app, path, jwt, init) => app.request(path, { ...init, headers: jwt && { authorization: `Bearer ${jwt}` } }, { ISSUER: issuer });

for (const [what, source] of [
  ["a validator", validator],
  ["options", options],
  ["options that need a fetch", { issuer, audience, fetch }],
  ["a function that gives options", (c) => ({ ...options, issuer: c.env.ISSUER })],
  ["a function that gives a validator", () => validator],
]) {
  test(`made with ${what}`, async () => {
    const app = application(bearerToken(source));
    const jwt = await token({ scopes: ["orders:read", "admin"], clientId: "reports-job" });
    const answer = await call(app, "/orders", jwt);
    assert.deepEqual([answer.status, await answer.json()], [200, { client: "reports-job" }]);
    const posted = await call(app, "/orders", jwt, { method: "POST" });
    assert.deepEqual([posted.status, await posted.json()], [201, ["admin", "orders:read"]]);
    assert.equal((await call(app, "/orders", undefined)).status, 401);
    assert.equal(await (await call(app, "/", undefined)).text(), "open");
  });
}

test("a refusal is answered exactly as authenticate answers it", async () => {
  let ran = 0;
  const app = new Hono().get("/orders", bearerToken(validator)({ scopes: ["orders:read"] }), (c) => c.text(`${(ran += 1)}`));
  for (const jwt of [undefined, "a b", "x", await badToken("token_expired"), await badToken("invalid_signature"), await token()]) {
    const answer = await call(app, "/orders", jwt);
    const request = new Request("http://localhost/orders", { headers: jwt && { authorization: `Bearer ${jwt}` } });
    const { response } = await validator.authenticate(request, { scopes: ["orders:read"] });
    assert.deepEqual([answer.status, [...answer.headers], await answer.text()], [response.status, [...response.headers], await response.text()]);
  }
  assert.equal(ran, 0);
});

test("one validator for all requests, and the function that makes it is called once", async () => {
  let made = 0;
  const app = application(bearerToken(() => ((made += 1), options)));
  for (let number = 0; number < 3; number += 1) assert.equal((await call(app, "/orders", await token({ scopes: ["orders:read"] }))).status, 200);
  assert.equal(made, 1);
});

test("first requests that come at once share one validator", async () => {
  const askedOf = [];
  const source = () => {
    const one = { ...validator, authenticate: (...call) => (askedOf.push(one), validator.authenticate(...call)) };
    return one;
  };
  const app = application(bearerToken(source));
  const jwt = await token({ scopes: ["orders:read"] });
  const answers = await Promise.all([call(app, "/", undefined), call(app, "/orders", jwt), call(app, "/orders", jwt)]);
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
  assert.deepEqual([askedOf.length, new Set(askedOf).size], [4, 1]); // Two routes match each.
});

test("keys are refreshed after the answer where the runtime lets work go on", async () => {
  const MINUTE = 60_000;
  let now = Date.now();
  let [asked, answer] = [0, () => undefined];
  const slow = async (...request) => {
    asked += 1;
    // The refresh gets no answer before the request has its own.
    if (asked > 2) await new Promise((resolve) => (answer = resolve));
    return fetch(...request);
  };
  const bearer = bearerToken({ issuer, audience, fetch: slow, clock: () => now });
  const app = new Hono().get("/", bearer(), (c) => c.text("open")).get("/orders", bearer({ scopes: ["orders:read"] }), (c) => c.text("orders"));
  const works = [];
  const get = async (path) => app.request(path, { headers: { authorization: `Bearer ${await token({ scopes: ["orders:read"], expiresIn: 3600 })}` } }, {}, { waitUntil: (work) => works.push(work) });
  assert.equal((await get("/")).status, 200);
  assert.deepEqual([asked, works.length], [2, 0]);
  for (const path of ["/", "/orders"]) {
    now += 9.5 * MINUTE;
    assert.equal((await get(path)).status, 200);
    answer();
    await Promise.all(works);
  }
  assert.deepEqual([asked, works.length], [4, 2]);
});

test("a context of execution that takes no work is none", async () => {
  let now = Date.now();
  const bearer = bearerToken({ issuer, audience, fetch, clock: () => now });
  const app = new Hono().get("/", bearer(), (c) => c.text("open"));
  for (const executionCtx of [{}, { waitUntil: 7 }]) {
    const headers = { authorization: `Bearer ${await token({ expiresIn: 36_000 })}` };
    for (let time = 0; time < 2; time += 1) {
      assert.equal((await app.request("/", { headers }, {}, executionCtx)).status, 200);
      now += 9.5 * 60_000; // The keys are refreshed.
    }
  }
});

for (const demands of ["orders:read", ["orders:read"], 7, true, null, new Map([["scopes", []]])]) {
  test(`demands that are none are refused, and open nothing: ${typeof demands}`, async () => {
    const errors = [];
    const app = new Hono().get("/", bearerToken(validator)(demands), (c) => c.text("open"));
    app.onError((error, c) => (errors.push(error.code), c.text("", 500)));
    const init = { headers: { authorization: `Bearer ${await token()}` } };
    assert.equal((await app.request("/", init, {}, { waitUntil: () => undefined })).status, 500);
    assert.deepEqual(errors, ["invalid_configuration"]);
  });
}

test("wrong options let nobody in, and are told to the application", async () => {
  const app = application(bearerToken({ issuer }));
  const errors = [];
  app.onError((error, c) => (errors.push(error.code), c.text("", 500)));
  assert.equal((await call(app, "/orders", await token({ scopes: ["orders:read"] }))).status, 500);
  assert.deepEqual(errors, ["invalid_configuration"]);
});
