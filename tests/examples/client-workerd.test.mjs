// The client in workerd, where requests must not wait for each other's promises, and where one that is gone takes its own with it.
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { json, startApi, startEndpoint } from "../../pkg/test/support/client.mjs";
import { install, startWorkerd } from "./support/world.mjs";

const endpoint = await startEndpoint();
const api = await startApi();
const { folder, remove } = install("tests/examples/client");
let worker;
after(async () => {
  worker?.stop();
  await Promise.all([endpoint.close(), api.close()]);
  remove();
});
afterEach(() => {
  worker?.stop();
  endpoint.asked.length = api.asked.length = 0;
  endpoint.answer = api.answer = undefined;
});
const begin = async () => (worker = await startWorkerd(folder, "worker.mjs", { TOKEN_ENDPOINT: endpoint.url, API: api.origin }));
const call = async () => {
  const response = await fetch(worker.url);
  return [response.status, await response.text()];
};
const answers = (number) => Promise.all(Array.from({ length: number }, call));

test("fifty requests to a cold Worker ask for one token, and none hangs", async () => {
  await begin();
  for (const [status, text] of await answers(50)) assert.deepEqual([status, text], [200, "{}"]);
  assert.deepEqual([endpoint.asked.length, api.asked.length, new Set(api.tokens()).size], [1, 50, 1]);
});

test("a request that is handed on as init keeps its method, its fields and its body", async () => {
  await begin();
  assert.equal((await fetch(worker.url, { method: "PUT", body: "[1]", headers: { "x-own": "1" } })).status, 200);
  const [{ method, body, headers }] = api.asked;
  assert.deepEqual([method, body, headers["x-own"], headers.authorization.split("-")[0]], ["PUT", "[1]", "1", "Bearer token"]);
});

test("fifty requests are told of one failure", async () => {
  await begin();
  endpoint.answer = json(401, { error: "invalid_client" });
  for (const [status, text] of await answers(50)) assert.deepEqual([status, JSON.parse(text).code], [502, "token_request_refused"]);
  assert.equal(endpoint.asked.length, 1);
});

test("a request that is gone while it asked keeps the others waiting for no longer than it may take itself", { timeout: 30_000 }, async () => {
  await begin();
  endpoint.answer = () => undefined; // never
  const gone = new AbortController();
  const first = fetch(worker.url, { signal: gone.signal }).catch(() => "gone");
  while (endpoint.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  gone.abort();
  assert.equal(await first, "gone");
  endpoint.answer = undefined;
  // Whether the runtime lets it run on until its time is up, or ends it at once: nobody hangs, and soon all have a token.
  for (const [status] of await answers(10)) assert.ok(status === 200 || status === 502);
  while ((await call())[0] !== 200);
  for (const [status] of await answers(10)) assert.equal(status, 200);
  assert.equal(endpoint.asked.length, 2);
});

test("a token that the API refuses is replaced once for all of them", async () => {
  await begin();
  await call();
  api.answer = (response, { headers }) => json(headers.authorization === api.tokens()[0] ? 401 : 200, {})(response);
  for (const [status] of await answers(20)) assert.equal(status, 200);
  assert.equal(endpoint.asked.length, 2);
});
