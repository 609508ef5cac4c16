// What a caller may hand to `fetch` of the client, and how long it waits: as with the global fetch, or it is told.
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { inspect } from "node:util";
import { clientOf, failure, json, startApi, startEndpoint } from "./support/client.mjs";

const endpoint = await startEndpoint();
const api = await startApi();
after(() => Promise.all([endpoint.close(), api.close()]));
afterEach(() => {
  endpoint.asked.length = api.asked.length = 0;
  endpoint.answer = api.answer = undefined;
});
const fetching = (changes) => clientOf(endpoint, { origins: [api.origin], ...changes }).client;

test("a Request serves as init, as proxies have it: nothing of it is lost", async () => {
  const incoming = () => new Request("https://front.test/orders", { method: "PUT", body: "[1]", headers: { "x-own": "1" } });
  await fetching().fetch(`${api.origin}/orders`, incoming());
  const [{ method, path, body, headers }] = api.asked;
  assert.deepEqual([method, path, body, headers["x-own"]], ["PUT", "/orders", "[1]", "1"]);
  // Its body is a stream, which is gone after the first time.
  api.answer = json(401, {});
  assert.equal((await fetching().fetch(`${api.origin}/orders`, incoming())).status, 401);
  assert.equal(api.asked.length, 2);
});

test("the Authorization field of a Request that serves as init is told, not passed on", async () => {
  const incoming = new Request("https://front.test/", { headers: { authorization: "Bearer of-the-caller" } });
  const thrown = await failure(fetching().fetch(api.origin, incoming));
  assert.equal(thrown.code, "invalid_configuration");
  assert.ok(!inspect(thrown).includes("of-the-caller"));
});

test("a URL with a name and a password in it is told, and not repeated", async () => {
  for (const own of ["me:hunter2@", "hunter2@", ":hunter2@"]) {
    const thrown = await failure(fetching().fetch(api.origin.replace("//", `//${own}`)));
    assert.equal(thrown.code, "invalid_configuration");
    assert.ok(!inspect(thrown).includes("hunter2"));
  }
  assert.deepEqual([endpoint.asked.length, api.asked.length], [0, 0]);
});

test("a fetch of the caller's is called as the global one is, without a view of what is inside", async () => {
  const seen = [];
  const own = function (input, init) {
    seen.push(this);
    return fetch(input, init);
  };
  await fetching({ fetch: own }).fetch(api.origin);
  assert.deepEqual(seen, [undefined, undefined]);
});

test("what is judged is what is sent: no other parser finds another host in it", async () => {
  const asked = [];
  const own = async (input, init) => (input === endpoint.url ? fetch(input, init) : (asked.push(input), new Response()));
  const client = fetching({ origins: ["https://api.test"], fetch: own });
  for (const input of ["https://api.test\\@evil.test/", "https:\\\\api.test\\orders", " https://api.te\tst/a b", "HTTPS://api.test:443"]) await client.fetch(input);
  assert.deepEqual(asked, ["https://api.test/@evil.test/", "https://api.test/orders", "https://api.test/a%20b", "https://api.test/"]);
});

for (const [what, call] of [
  ["in init", (client, signal) => client.fetch(api.origin, { signal })],
  ["of a Request", (client, signal) => client.fetch(new Request(api.origin, { signal }))],
]) {
  test(`a signal ends the waiting for a token: ${what}`, async () => {
    const client = fetching();
    endpoint.answer = () => undefined; // never
    const controller = new AbortController();
    const waiting = failure(call(client, controller.signal));
    while (endpoint.asked.length === 0) await new Promise(setImmediate);
    controller.abort(new Error("enough"));
    assert.equal((await waiting).message, "enough");
    assert.equal(api.asked.length, 0);
  });

  test(`after the signal nothing is asked: ${what}`, async () => {
    const thrown = await failure(call(fetching(), AbortSignal.abort(new Error("enough"))));
    assert.equal(thrown.message, "enough");
    assert.deepEqual([endpoint.asked.length, api.asked.length], [0, 0]);
  });
}

test("who waits no longer leaves the token to those who do", async () => {
  const client = fetching();
  let release;
  endpoint.answer = (response) => (release = () => json(200, { access_token: "late", token_type: "Bearer" })(response));
  const controller = new AbortController();
  const first = failure(client.fetch(api.origin, { signal: controller.signal }));
  while (release === undefined) await new Promise(setImmediate);
  const second = client.token();
  controller.abort();
  assert.equal((await first).name, "AbortError");
  release();
  assert.equal((await second).value, "late");
  assert.equal(endpoint.asked.length, 1);
});

test("what others have put on every object is neither a token nor an endpoint", async () => {
  const asked = [];
  const answers = async (input) => (asked.push(String(input)), Response.json(String(input).endsWith("/token") ? {} : { issuer: "https://as.test" }));
  const inherited = { token_endpoint: "https://evil.test/token", access_token: "evil", token_type: "Bearer" };
  const discovering = fetching({ issuer: "https://as.test", tokenEndpoint: undefined, fetch: answers });
  const direct = fetching({ tokenEndpoint: "https://as.test/token", fetch: answers });
  for (const [name, value] of Object.entries(inherited)) Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  try {
    assert.equal((await failure(discovering.token())).code, "invalid_metadata");
    assert.equal((await failure(direct.token())).code, "invalid_token_response");
  } finally {
    for (const name of Object.keys(inherited)) delete Object.prototype[name];
  }
  assert.deepEqual(asked, ["https://as.test/.well-known/oauth-authorization-server", "https://as.test/token"]);
});
