// The client against servers that are wrong, and against its own surroundings: what it refuses, and what it never tells.
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { inspect } from "node:util";
import { clientOf, failure, json, SECRET, startApi, startEndpoint } from "./support/client.mjs";
import { TROUBLE } from "./support/server.mjs";

const endpoint = await startEndpoint();
const api = await startApi();
const elsewhere = await startApi();
after(() => Promise.all([endpoint.close(), api.close(), elsewhere.close()]));
afterEach(() => {
  for (const server of [endpoint, api, elsewhere]) {
    server.asked.length = 0;
    server.answer = server.metadata = undefined;
  }
});

const TOKEN = { access_token: "secret-token", token_type: "Bearer" };
const ANSWERS = [
  // [what, status, body, fields, code, error]
  ["no JSON", 200, "{", {}, "invalid_token_response"],
  ["JSON that says it is a page", 200, TOKEN, { "content-type": "text/html" }, "invalid_token_response"],
  ["JSON of another kind", 200, TOKEN, { "content-type": "application/jsonp" }, "invalid_token_response"],
  ["a list", 200, [TOKEN], {}, "invalid_token_response"],
  ["null", 200, "null", {}, "invalid_token_response"],
  ["bytes that are no UTF-8", 200, Buffer.from('{"x":"\xff","access_token":"a","token_type":"Bearer"}', "latin1"), {}, "invalid_token_response"],
  ["no token", 200, { token_type: "Bearer" }, {}, "invalid_token_response"],
  ["an empty token", 200, { ...TOKEN, access_token: "" }, {}, "invalid_token_response"],
  ["a token of another type", 200, { ...TOKEN, access_token: ["a"] }, {}, "invalid_token_response"],
  ["a token with a line break", 200, { ...TOKEN, access_token: "a\r\nx-admin: 1" }, {}, "invalid_token_response"],
  ["a token with a space", 200, { ...TOKEN, access_token: "a b" }, {}, "invalid_token_response"],
  ["a token beyond the longest", 200, { ...TOKEN, access_token: "a".repeat(65_537) }, {}, "invalid_token_response"],
  ["no type", 200, { access_token: "a" }, {}, "invalid_token_response"],
  ["a type of another kind", 200, { ...TOKEN, token_type: "mac" }, {}, "unsupported_token_type"],
  ["a token bound to a key", 200, { ...TOKEN, token_type: "DPoP" }, {}, "unsupported_token_type"],
  ["a lifetime as text", 200, { ...TOKEN, expires_in: "3600" }, {}, "invalid_token_response"],
  ["a lifetime below zero", 200, { ...TOKEN, expires_in: -1 }, {}, "invalid_token_response"],
  ["a lifetime that is null", 200, { ...TOKEN, expires_in: null }, {}, "invalid_token_response"],
  ["a lifetime without end", 200, '{"access_token":"a","token_type":"Bearer","expires_in":1e999}', {}, "invalid_token_response"],
  ["scopes as a list", 200, { ...TOKEN, scope: ["a"] }, {}, "invalid_token_response"],
  ["another success", 201, TOKEN, {}, "token_request_refused"],
  ["a refusal", 401, { error: "invalid_client", error_description: "secret-token" }, {}, "token_request_refused", "invalid_client"],
  ["a scope that is not granted", 400, { error: "invalid_scope" }, {}, "token_request_refused", "invalid_scope"],
  ["a target that is not known", 400, { error: "invalid_target" }, {}, "token_request_refused", "invalid_target"],
  ["an error that is not known", 400, { error: "secret-token" }, {}, "token_request_refused"],
  ["an error named as what every object has", 400, { error: "constructor" }, {}, "token_request_refused"],
  ["an error that is no text", 400, { error: { a: 1 } }, {}, "token_request_refused"],
  ["a refusal that calls itself a success", 200, { error: "invalid_client" }, {}, "token_request_refused", "invalid_client"],
  ["a token and an error beside it", 200, { ...TOKEN, error: "invalid_scope" }, {}, "token_request_refused", "invalid_scope"],
  ["a success with an error that is not known", 200, { ...TOKEN, error: "secret-token" }, {}, "token_request_refused"],
  ["a refusal without a body", 400, "", {}, "token_request_refused"],
  ["a busy server that blames the client", 503, { error: "invalid_client" }, {}, "token_endpoint_unavailable"],
];
for (const [what, status, body, fields, code, error] of ANSWERS) {
  test(`the token endpoint answers ${what}`, async () => {
    endpoint.answer = Buffer.isBuffer(body) ? (response) => response.writeHead(status, { "content-type": "application/json" }).end(body) : json(status, body, fields);
    const thrown = await failure(clientOf(endpoint).client.token());
    assert.deepEqual([thrown.name, thrown.code, thrown.error, thrown.retryable], ["ClientError", code, error, code === "token_endpoint_unavailable"]);
    assertTellsNothing(thrown);
  });
}

const RIGHT = [
  ["type in other letters", { ...TOKEN, token_type: "bEARER" }],
  ["the longest token", { ...TOKEN, access_token: "a".repeat(65_536) }],
  ["every letter that a token may have", { ...TOKEN, access_token: "AZaz09-._~+/==" }],
  ["an error that is none", { ...TOKEN, error: null }],
  ["members that are not known", { ...TOKEN, refresh_token: "r", x: {} }],
];
for (const [what, body] of RIGHT) {
  test(`an unusual answer is taken: ${what}`, async () => {
    endpoint.answer = json(200, body, { "content-type": "application/json;charset=UTF-8" });
    assert.equal((await clientOf(endpoint).client.token()).value, body.access_token);
  });
}

for (const [what, trouble] of Object.entries(TROUBLE)) {
  test(`the token endpoint is in trouble: ${what}`, async () => {
    endpoint.answer = (response) => trouble(response, { issuer: elsewhere.origin });
    const thrown = await failure(clientOf(endpoint).client.token());
    assert.ok(["token_endpoint_unavailable", "token_request_refused", "invalid_token_response"].includes(thrown.code), thrown.code);
    assertTellsNothing(thrown);
    assert.equal(elsewhere.asked.length, 0);
  });
}

test("a token endpoint that never answers holds nobody for longer than was said", async () => {
  endpoint.answer = () => undefined;
  const errors = await Promise.all([1, 2, 3].map((_, index) => failure(clientOf(endpoint, { timeoutSeconds: 0.1 + index / 100 }).client.token())));
  for (const { code } of errors) assert.equal(code, "token_endpoint_unavailable");
  // Nor does a fetch that does not listen to its signal.
  const deaf = clientOf(endpoint, { timeoutSeconds: 0.1, fetch: () => new Promise(() => undefined) });
  assert.equal((await failure(deaf.client.token())).code, "token_endpoint_unavailable");
});

/** As in a runtime that ends a request: nothing that it began comes back, its timers neither. */
async function beginAndVanish(client) {
  const { setTimeout: real } = globalThis;
  const before = endpoint.asked.length;
  endpoint.answer = () => undefined;
  globalThis.setTimeout = () => undefined;
  client.token().catch(() => undefined);
  globalThis.setTimeout = real;
  while (endpoint.asked.length === before) await new Promise(setImmediate);
  endpoint.answer = undefined;
}

test("a caller that is gone leaves nobody waiting for ever", async () => {
  const { client } = clientOf(endpoint, { timeoutSeconds: 0.1 });
  await beginAndVanish(client);
  assert.match((await client.token()).value, /^token-/);
});

test("a caller that is gone while it renewed leaves the renewal to the next, after the time that it may take", async () => {
  const { client, time } = clientOf(endpoint);
  const { value } = await client.token();
  time.now += 3_550_000;
  await beginAndVanish(client);
  time.now += 9999;
  assert.equal((await client.token()).value, value);
  assert.equal(endpoint.asked.length, 2);
  time.now += 1;
  assert.notEqual((await client.token()).value, value);
  assert.equal(endpoint.asked.length, 3);
});

const metadata = (changes) => json(200, { issuer: endpoint.origin, token_endpoint: endpoint.url, ...changes });
const discovering = (changes) => clientOf(endpoint, { tokenEndpoint: undefined, issuer: endpoint.origin, ...changes });

test("the token endpoint is found through the metadata, and asked for once in an hour", async () => {
  endpoint.metadata = metadata();
  const { client, time } = discovering({ renewBeforeSeconds: 0 });
  const paths = () => endpoint.asked.map(({ path }) => path);
  await client.token();
  await client.with({ scopes: ["a"] }).token();
  assert.deepEqual(paths(), ["/.well-known/oauth-authorization-server", "/token", "/token"]);
  time.now += 3_600_000;
  await client.token();
  assert.deepEqual(paths().slice(3), ["/.well-known/oauth-authorization-server", "/token"]);
});

test("metadata of OpenID is asked for where there is no other", async () => {
  const issuer = `${endpoint.origin}/tenant`;
  endpoint.answer = (response, { path }) => (path === "/token" ? json(200, TOKEN) : metadata({ issuer }))(response);
  const { client } = discovering({ issuer });
  assert.equal((await client.token()).value, "secret-token");
  assert.deepEqual(endpoint.asked.map(({ path }) => path), [
    "/.well-known/oauth-authorization-server/tenant", "/tenant/.well-known/openid-configuration", "/token",
  ]);
});

for (const [what, answer, code] of [
  ["another issuer", () => metadata({ issuer: `${endpoint.origin}/` }), "invalid_metadata"],
  ["no issuer", () => metadata({ issuer: undefined }), "invalid_metadata"],
  ["no token endpoint", () => metadata({ token_endpoint: undefined }), "invalid_metadata"],
  ["a token endpoint without TLS", () => metadata({ token_endpoint: "http://as.example.com/token" }), "invalid_metadata"],
  ["a token endpoint that is no URL of the web", () => metadata({ token_endpoint: "file:///etc/passwd" }), "invalid_metadata"],
  ["a token endpoint with credentials", () => metadata({ token_endpoint: "https://u:p@as.example.com/token" }), "invalid_metadata"],
  ["a list", () => json(200, []), "invalid_metadata"],
  ["a failure", () => json(500, {}), "metadata_unavailable"],
  ["a redirect", () => (response) => response.writeHead(302, { location: `${elsewhere.origin}/` }).end(), "metadata_unavailable"],
]) {
  test(`no secret is sent after metadata with ${what}`, async () => {
    endpoint.metadata = answer();
    assert.equal((await failure(discovering().client.token())).code, code);
    // Nor is another place asked, where somebody else might answer.
    assert.deepEqual([endpoint.asked.length, endpoint.tokenRequests().length, elsewhere.asked.length], [1, 0, 0]);
  });
}

test("a redirect comes back as it is: neither token nor credentials follow it", async () => {
  api.answer = (response) => response.writeHead(307, { location: `${elsewhere.origin}/` }).end();
  const { client } = clientOf(endpoint, { origins: [api.origin, elsewhere.origin] });
  for (const init of [{}, { redirect: "follow" }]) assert.equal((await client.fetch(`${api.origin}/`, init)).status, 307);
  assert.equal((await client.fetch(new Request(`${api.origin}/`, { redirect: "follow" }))).status, 307);
  assert.equal(elsewhere.asked.length, 0);
  endpoint.answer = api.answer;
  await failure(clientOf(endpoint).client.token());
  assert.equal(elsewhere.asked.length, 0);
});

test("that the token endpoint redirects is told, and where it leads is not", async () => {
  endpoint.answer = (response) => response.writeHead(308, { location: `${elsewhere.origin}/secret-token` }).end();
  const thrown = await failure(clientOf(endpoint).client.token());
  assert.deepEqual([thrown.code, thrown.status], ["token_request_refused", 308]);
  assert.match(thrown.message, /redirect/);
  assertTellsNothing(thrown);
});

test("an answer after a redirect is none, where a fetch follows it all the same", async () => {
  const following = async () => Object.defineProperty(Response.json(TOKEN), "redirected", { value: true });
  assert.equal((await failure(clientOf(endpoint, { fetch: following }).client.token())).code, "token_endpoint_unavailable");
});

test("nothing at all is sent to an origin that was not named", async () => {
  const { client } = clientOf(endpoint, { origins: [api.origin] });
  const { port } = new URL(api.origin);
  const others = [`${elsewhere.origin}/`, `http://localhost:${port}/`, `https://127.0.0.1:${port}/`, `http://127.0.0.1:${port}@evil.example/`];
  for (const url of others) {
    for (const input of [url, new URL(url)]) assert.equal((await failure(client.fetch(input))).code, "origin_not_allowed");
  }
  assert.equal((await failure(client.fetch(new Request(elsewhere.origin)))).code, "origin_not_allowed");
  // Changed after it was looked at.
  const url = new URL(api.origin);
  const sending = client.fetch(url);
  url.port = new URL(elsewhere.origin).port;
  await sending;
  assert.deepEqual([elsewhere.asked.length, api.asked.length], [0, 1]);
});

test("an Authorization field of the caller's own is not overwritten but told", async () => {
  const { client } = clientOf(endpoint, { origins: [api.origin] });
  for (const [input, init] of [
    [`${api.origin}/`, { headers: { Authorization: "Basic x" } }],
    [new Request(api.origin, { headers: { authorization: "x" } })],
    ["/orders"],
  ]) {
    assert.equal((await failure(client.fetch(input, init))).code, "invalid_configuration");
  }
  assert.equal(endpoint.asked.length, 0);
});

/** What is shown in any of the usual ways holds neither the secret nor a token. */
function assertTellsNothing(value) {
  const shown = [inspect(value, { depth: 9, showHidden: true, getters: false }), JSON.stringify(value), `${value}`, value?.stack, inspect(value?.cause)];
  for (const text of shown) {
    assert.ok(!/secret-token|token-\d|s3cret/.test(text ?? ""), "something is told");
    assert.ok(!(text ?? "").includes(Buffer.from(SECRET).toString("base64").slice(2, 8)), "something is told");
  }
}

test("client, token and errors can be printed", async () => {
  const { client } = clientOf(endpoint, { origins: [api.origin] });
  const token = await client.token();
  for (const value of [client, token, client.with({ scopes: ["a"] })]) assertTellsNothing(value);
  assert.match(`${token}`, /^\[AccessToken until 2030-/);
  assert.equal(token.authorization, `Bearer ${token.value}`);
});
