// The token in a request, in every shape that requests have.
import assert from "node:assert/strict";
import { createServer, request as httpRequest } from "node:http";
import { describe, test } from "node:test";
import { createValidator } from "countersign";
import { mint, options } from "./support/mint.mjs";

const token = await mint();
const bearer = `Bearer ${token}`;
const validator = await createValidator(options());
const codeOf = async (request, call) => (await validator.authenticate(request, call)).code ?? "accepted";
const request = (init) => new Request("https://api.example.com/", init);

describe("shapes", () => {
  for (const [title, value, code] of [
    ["Request", request({ headers: { authorization: bearer } }), "accepted"],
    ["Request without the field", request(), "missing_token"],
    ["Headers", { headers: new Headers({ Authorization: bearer }) }, "accepted"],
    ["own get that knows null", { headers: { get: () => null } }, "missing_token"],
    ["own get that knows undefined", { headers: { get: () => undefined } }, "missing_token"],
    ["plain object", { headers: { authorization: bearer } }, "accepted"],
    ["plain object, another case", { headers: { Authorization: bearer } }, "accepted"],
    ["plain object, empty", { headers: {} }, "missing_token"],
    ["plain object, undefined", { headers: { authorization: undefined } }, "missing_token"],
    ["plain object, list of one", { headers: { authorization: [bearer] } }, "accepted"],
    ["plain object, empty list", { headers: { authorization: [] } }, "missing_token"],
    ["plain object, list of two", { headers: { authorization: [bearer, bearer] } }, "multiple_tokens"],
    ["plain object, two spellings", { headers: { authorization: bearer, Authorization: bearer } }, "multiple_tokens"],
    ["raw headers tell of a repeat", { headers: { authorization: bearer }, rawHeaders: ["Authorization", bearer, "authorization", bearer] }, "multiple_tokens"],
    ["raw headers whose value is the name", { headers: { authorization: bearer }, rawHeaders: ["X", "authorization", "Authorization", bearer] }, "accepted"],
    ["a field that a middleware has taken away", { headers: {}, rawHeaders: ["Authorization", bearer] }, "missing_token"],
    ["inherited field", { headers: Object.create({ authorization: bearer }) }, "missing_token"],
  ]) {
    test(title, async () => assert.equal(await codeOf(value), code));
  }

  test("a value that is no text", () =>
    assert.rejects(validator.authenticate({ headers: { authorization: 5 } }), { code: "invalid_configuration", message: /headers/ }));
});

describe("values (RFC 6750 §2.1, §3.1)", () => {
  for (const [value, code] of [
    [bearer, "accepted"],
    [`bearer ${token}`, "accepted"],
    [`BEARER   ${token}`, "accepted"],
    ["Basic dXNlcjpwYXNz", "missing_token"],
    ["", "missing_token"],
    ["Bearer", "malformed_request"],
    [`Bearer\t${token}`, "malformed_request"],
    [`Bearer ${token} x`, "malformed_request"],
    [`Bearer "${token}"`, "malformed_request"],
    [`${bearer}, ${bearer}`, "multiple_tokens"],
    [`Basic dXNlcjpwYXNz, ${bearer}`, "multiple_tokens"],
  ]) {
    test(value.replaceAll(token, "<token>"), async () => assert.equal(await codeOf({ headers: { authorization: value } }), code));
  }
});

test("node:http: a request is taken as it is, a repeated field is seen", async () => {
  const codes = [];
  const server = createServer(async (incoming, response) => {
    codes.push(await codeOf(incoming));
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const send = (authorization) =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest({ host: "127.0.0.1", port: server.address().port, agent: false });
      if (authorization !== undefined) outgoing.setHeader("Authorization", authorization);
      outgoing.on("response", (response) => response.resume().on("end", resolve)).on("error", reject).end();
    });
  try {
    for (const authorization of [bearer, undefined, [bearer, bearer], ["Basic dXNlcjpwYXNz", bearer]]) await send(authorization);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  assert.deepEqual(codes, ["accepted", "missing_token", "multiple_tokens", "multiple_tokens"]);
});

describe("answers (RFC 6750 §3)", () => {
  const answer = async (value, call) => (await validator.authenticate({ headers: { authorization: value } }, call)).response;

  test("no token: a challenge without error", async () => {
    const response = await answer(undefined);
    assert.equal(response.status, 401);
    assert.match(response.headers.get("www-authenticate"), /^Bearer realm="[^"]*"$/);
  });

  test("malformed request: 400", async () => {
    const response = await answer("Bearer");
    assert.equal(response.status, 400);
    assert.match(response.headers.get("www-authenticate"), /error="invalid_request"/);
  });

  test("too little scope: 403 that names the scope", async () => {
    const response = await answer(bearer, { scopes: ["orders:read", "orders:write"] });
    assert.equal(response.status, 403);
    assert.match(response.headers.get("www-authenticate"), /error="insufficient_scope"/);
    assert.match(response.headers.get("www-authenticate"), /scope="orders:read orders:write"/);
  });

  test("the body is the bare code, and nothing is stored", async () => {
    const response = await answer(undefined);
    assert.equal(await response.text(), "missing_token\n");
    assert.equal(response.headers.get("cache-control"), "no-store");
  });
});

describe("the token of an accepted request", async () => {
  const result = await validator.authenticate(request({ headers: { authorization: bearer } }), { scopes: ["orders:list"] });

  test("says who calls and what is granted", () => {
    assert.equal(result.ok, true);
    assert.equal(result.token.clientId, "reports-job");
    assert.equal(result.token.subject, "reports-job");
    assert.deepEqual(result.token.scopes.toSorted(), ["orders:list", "orders:read"]);
    assert.equal(result.token.header.typ, "at+jwt");
    assert.equal(result.token.claims.jti, "5b1c9d");
  });

  test("is frozen to its depth", async () => {
    const { token: nested } = await validator.authenticate({ headers: { authorization: `Bearer ${await mint({ claims: { roles: [{ name: "reader" }] } })}` } });
    for (const part of [nested, nested.claims, nested.header, nested.scopes, nested.claims.roles, nested.claims.roles[0]]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  test("keeps claims with names of JavaScript's own as plain members", async () => {
    const claims = JSON.parse('{"__proto__": {"admin": true}, "constructor": "x"}');
    const { token: odd } = await validator.authenticate({ headers: { authorization: `Bearer ${await mint({ claims })}` } });
    assert.equal(odd.claims.admin, undefined);
    assert.equal(odd.claims.constructor, "x");
  });

  test("methods may be taken off the validator", async () => {
    const { verify, verifySync } = validator;
    assert.equal((await verify(token)).subject, verifySync(token).subject);
  });
});

test("a token without a subject is as frozen as any", async () => {
  const validator = await createValidator(options({ profile: "jwt" }));
  const token = await validator.verify(await mint({ header: { typ: "JWT" }, claims: { sub: undefined, roles: ["a"] } }));
  for (const part of [token, token.claims, token.claims.roles, token.header, token.scopes]) assert.ok(Object.isFrozen(part));
});
