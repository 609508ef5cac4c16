// The client in time: clocks that are set back, tokens that are over before they are there, pauses that nobody gets around.
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { clientOf, failure, json, NOW, startApi, startEndpoint } from "./support/client.mjs";

const endpoint = await startEndpoint();
const api = await startApi();
after(() => Promise.all([endpoint.close(), api.close()]));
afterEach(() => {
  endpoint.asked.length = api.asked.length = 0;
  endpoint.answer = endpoint.metadata = api.answer = undefined;
});
const HOUR = 3_600_000;
const fetching = (changes) => clientOf(endpoint, { origins: [api.origin], ...changes });

test("a token that was dated by a clock ahead is not kept for longer when the clock is right again", async () => {
  const { client, time } = clientOf(endpoint);
  time.now = NOW + 24 * HOUR;
  const { value } = await client.token();
  time.now = NOW;
  const second = await client.token();
  assert.notEqual(second.value, value);
  assert.equal(second.expiresAt, NOW + HOUR);
});

test("clocks of one moment may differ a little: that renews nothing", async () => {
  const { client, time } = clientOf(endpoint);
  const { value } = await client.token();
  time.now -= 9999;
  assert.equal((await client.token()).value, value);
});

test("a pause after a failure ends, even if the clock is set back", async () => {
  endpoint.answer = json(401, { error: "invalid_client" });
  const { client, time } = clientOf(endpoint);
  await failure(client.token());
  endpoint.answer = undefined;
  time.now -= HOUR;
  assert.match((await client.token()).value, /^token-/);
});

test("so does the pause after a replacement", async () => {
  api.answer = json(401, {});
  const { client, time } = fetching();
  await client.fetch(api.origin);
  assert.equal(endpoint.asked.length, 2);
  time.now -= HOUR;
  await client.fetch(api.origin);
  assert.equal(endpoint.asked.length, 4); // Renewed because of the clock, and replaced because of the API.
});

test("metadata is believed for an hour, whatever the clock does", async () => {
  endpoint.metadata = json(200, { issuer: endpoint.origin, token_endpoint: endpoint.url });
  const { client, time } = clientOf(endpoint, { issuer: endpoint.origin, tokenEndpoint: undefined });
  time.now = NOW + 24 * HOUR;
  await client.token();
  time.now = NOW;
  await client.token();
  assert.deepEqual(endpoint.asked.map(({ path }) => path.split("/").at(-1)), ["oauth-authorization-server", "token", "oauth-authorization-server", "token"]);
});

for (const seconds of [0, 5]) {
  test(`fifty calls share a token that is over when it comes, after ${seconds} seconds`, async () => {
    const { client, time } = clientOf(endpoint);
    endpoint.answer = (response) => {
      time.now += 6000;
      json(200, { access_token: `t-${time.now}`, token_type: "Bearer", expires_in: seconds })(response);
    };
    const tokens = await Promise.all(Array.from({ length: 50 }, () => client.token()));
    assert.deepEqual([endpoint.asked.length, new Set(tokens).size], [1, 1]);
    await client.token();
    assert.equal(endpoint.asked.length, 2);
  });
}

for (const [what, status, body, field, pause] of [
  ["asks for none", 401, { error: "invalid_client" }, "0", 10_000],
  ["names a time that is over", 503, {}, new Date(NOW - HOUR).toUTCString(), 1000],
  ["asks for less than that", 401, { error: "invalid_client" }, "3", 10_000],
  ["writes no whole seconds", 401, { error: "invalid_client" }, "7.5", 10_000],
  ["writes something negative", 503, {}, "-5", 1000],
]) {
  test(`the pause after a failure is kept where the server ${what}`, async () => {
    endpoint.answer = json(status, body, { "retry-after": field });
    const { client, time } = clientOf(endpoint);
    await failure(client.token());
    time.now += pause - 1;
    await failure(client.token());
    assert.equal(endpoint.asked.length, 1);
    time.now += 1;
    await failure(client.token());
    assert.equal(endpoint.asked.length, 2);
  });
}

for (const [what, field] of [["no whole seconds", "7.5"], ["something negative", "-5"], ["another date", "2031-01-01"]]) {
  test(`Retry-After is not told where it says ${what}`, async () => {
    endpoint.answer = json(503, {}, { "retry-after": field });
    assert.equal((await failure(clientOf(endpoint).client.token())).retryAfterSeconds, undefined);
  });
}

for (const [what, status, body, fields] of [
  ["a time to wait", 429, {}, { "retry-after": "20" }],
  ["that the secret is wrong", 401, { error: "invalid_client" }, {}],
]) {
  test(`what the server says of the client holds for every need: ${what}`, async () => {
    const { client, time } = clientOf(endpoint);
    const { value } = await client.with({ scopes: ["kept"] }).token();
    endpoint.answer = json(status, body, fields);
    await failure(client.token());
    for (const scopes of [["a"], ["b"]]) assert.equal((await failure(client.with({ scopes }).token())).status, status);
    assert.equal((await client.with({ scopes: ["kept"] }).token()).value, value);
    assert.equal(endpoint.asked.length, 2);
    endpoint.answer = undefined;
    time.now += 20_000;
    assert.match((await client.with({ scopes: ["a"] }).token()).value, /^token-/);
  });
}

test("who waited for a request that failed is told, even if the pause is over when it looks", async () => {
  endpoint.answer = json(503, {});
  const { client, time } = clientOf(endpoint);
  const first = failure(client.token()).then(() => (time.now += 5000));
  const others = Array.from({ length: 10 }, () => failure(client.token()));
  await first;
  for (const { status } of await Promise.all(others)) assert.equal(status, 503);
  assert.equal(endpoint.asked.length, 1);
});

test("a refusal does not take from others the token for which they wait already", async () => {
  const { client } = clientOf(endpoint);
  const [slow, quick] = [client.with({ scopes: ["slow"] }), client.with({ scopes: ["quick"] })];
  let release;
  endpoint.answer = (response, { body }) => {
    if (body.includes("quick")) json(429, {}, { "retry-after": "20" })(response);
    else release = () => json(200, { access_token: "slow", token_type: "Bearer" })(response);
  };
  const first = slow.token();
  while (release === undefined) await new Promise(setImmediate);
  await failure(quick.token());
  const second = slow.token();
  release();
  for (const { value } of await Promise.all([first, second])) assert.equal(value, "slow");
});

for (const [what, status, body] of [["a scope", 400, { error: "invalid_scope" }], ["a failure without a time", 500, {}]]) {
  test(`what it says of one need holds for that one: ${what}`, async () => {
    const { client } = clientOf(endpoint, { scopes: ["wrong"] });
    endpoint.answer = json(status, body);
    await failure(client.token());
    endpoint.answer = undefined;
    assert.match((await client.with({ scopes: ["right"] }).token()).value, /^token-/);
  });
}

test("Retry-After of the metadata is obeyed too", async () => {
  endpoint.metadata = json(503, {}, { "retry-after": "20" });
  const { client, time } = clientOf(endpoint, { issuer: endpoint.origin, tokenEndpoint: undefined });
  const { code, status, retryAfterSeconds } = await failure(client.token());
  assert.deepEqual([code, status, retryAfterSeconds], ["metadata_unavailable", undefined, 20]);
  time.now += 19_999;
  await failure(client.token());
  assert.equal(endpoint.asked.length, 1);
});

test("a token that one API refuses is still there for the others, where no other is to be had", async () => {
  const { client, time } = fetching();
  const { value } = await client.token();
  api.answer = (response, { path }) => json(path === "/closed" ? 401 : 200, {})(response);
  endpoint.answer = json(503, {});
  assert.equal((await client.fetch(`${api.origin}/closed`)).status, 401);
  assert.equal((await client.fetch(`${api.origin}/open`)).status, 200);
  assert.deepEqual([api.asked.length, endpoint.asked.length], [2, 2]);
  time.now += 1000;
  endpoint.answer = undefined;
  assert.notEqual((await client.token()).value, value);
});

test("of fifty calls whose token is refused one asks, and all are sent again, also those that were begun meanwhile", async () => {
  const { client } = fetching();
  const refused = (await client.token()).authorization;
  api.answer = (response, { headers }) => json(headers.authorization === refused ? 401 : 200, {})(response);
  let release;
  endpoint.answer = (response) => (release = () => json(200, { access_token: "other", token_type: "Bearer" })(response));
  const calls = Array.from({ length: 50 }, () => client.fetch(api.origin));
  while (release === undefined) await new Promise(setImmediate);
  const sent = api.asked.length;
  const late = client.fetch(api.origin, { method: "POST", body: new Blob(["x"]).stream(), duplex: "half" });
  release();
  for (const { status } of await Promise.all([...calls, late])) assert.equal(status, 200);
  assert.equal(endpoint.asked.length, 2);
  assert.ok(sent <= 50);
});

test("of many needs those in use keep their tokens", async () => {
  const { client } = clientOf(endpoint);
  const { value } = await client.token();
  for (let number = 0; number < 100; number += 1) {
    await client.with({ audience: `${number}` }).token();
    assert.equal((await client.token()).value, value);
  }
});
