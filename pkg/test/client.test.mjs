// The client at work: what it sends, what it keeps, when it asks again.
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify } from "jose";
import { CLIENT_ID, clientOf, failure, form, json, NOW, SECRET, startApi, startEndpoint } from "./support/client.mjs";

const endpoint = await startEndpoint();
const api = await startApi();
after(() => Promise.all([endpoint.close(), api.close()]));
afterEach(() => {
  endpoint.asked.length = api.asked.length = 0;
  endpoint.answer = endpoint.metadata = api.answer = undefined;
});
const fetching = (changes) => clientOf(endpoint, { origins: [api.origin], ...changes });

test("client_secret_basic: id and secret are form-encoded before they are put together", async () => {
  await clientOf(endpoint).client.token();
  const [{ method, headers, body }] = endpoint.asked;
  assert.deepEqual([method, headers["content-type"], body], ["POST", "application/x-www-form-urlencoded", "grant_type=client_credentials"]);
  const [scheme, credentials] = headers.authorization.split(" ");
  assert.deepEqual([scheme, Buffer.from(credentials, "base64").toString()], ["Basic", "reports+job%3A%C3%BC:s3cret%26%2B+%25%3A%C3%9F"]);
});

test("client_secret_post: both in the body, nothing in the header", async () => {
  await clientOf(endpoint, { authentication: "client_secret_post" }).client.token();
  assert.equal(endpoint.asked[0].headers.authorization, undefined);
  assert.deepEqual(form(endpoint.asked[0]), { grant_type: "client_credentials", client_id: CLIENT_ID, client_secret: SECRET });
});

test("scopes, resources and audience are sent as they are, in one order", async () => {
  const { client } = clientOf(endpoint, { scopes: ["b", "a", "b"], resource: ["https://b.test/", "https://a.test/"], audience: "x y" });
  await client.token();
  const sent = new URLSearchParams(endpoint.asked[0].body);
  assert.deepEqual([sent.get("scope"), sent.getAll("resource"), sent.get("audience")], ["a b", ["https://a.test/", "https://b.test/"], "x y"]);
});

for (const algorithm of ["RS256", "PS384", "ES256", "ES384", "EdDSA"]) {
  for (const kind of ["CryptoKey", "JWK", "PEM"]) {
    test(`private_key_jwt: ${algorithm} as ${kind}`, async () => {
      const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
      const forms = {
        CryptoKey: () => ({ privateKey, keyId: "k" }),
        JWK: async () => ({ privateKey: { ...(await exportJWK(privateKey)), alg: algorithm, use: "sig", key_ops: ["sign"], kid: "k" } }),
        PEM: async () => ({ privateKey: await exportPKCS8(privateKey), algorithm, keyId: "k" }),
      };
      const given = { clientSecret: undefined, issuer: "https://as.test", ...(await forms[kind]()) };
      const { client, time } = clientOf(endpoint, { ...given, scopes: ["a"] });
      await client.token();
      time.now += 3_600_000;
      await client.token();
      const seen = new Set();
      for (const [index, request] of endpoint.asked.entries()) {
        const { client_assertion: assertion, ...rest } = form(request);
        assert.deepEqual(rest, {
          grant_type: "client_credentials",
          scope: "a",
          client_id: CLIENT_ID,
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        });
        const currentDate = new Date(NOW + index * 3_600_000);
        const checked = await jwtVerify(assertion, publicKey, { algorithms: [algorithm], currentDate, audience: "https://as.test" });
        const { jti, iat, exp, ...claims } = checked.payload;
        assert.deepEqual(checked.protectedHeader, { alg: algorithm, typ: "client-authentication+jwt", kid: "k" });
        assert.deepEqual([claims, iat * 1000, exp - iat], [{ iss: CLIENT_ID, sub: CLIENT_ID, aud: "https://as.test" }, +currentDate, 60]);
        seen.add(jti);
      }
      assert.equal(seen.size, 2);
    });
  }
}

const LIFE = { access_token: "t", token_type: "bearer", expires_in: 1000 };
for (const [name, answer, changes, renewedAt] of [
  ["a minute before its end", LIFE, {}, 940],
  ["as long before its end as was said", LIFE, { renewBeforeSeconds: 200 }, 800],
  ["not before its last quarter", { ...LIFE, expires_in: 100 }, {}, 75],
  ["after the default time, where the server says none", { ...LIFE, expires_in: undefined }, { renewBeforeSeconds: 0 }, 300],
  ["after the time that was said, where the server says none", { ...LIFE, expires_in: undefined }, { defaultLifetimeSeconds: 20 }, 15],
  ["after a day, whatever the server says", { ...LIFE, expires_in: 1e9 }, { renewBeforeSeconds: 0 }, 86_400],
  ["at once, where it lives no time", { ...LIFE, expires_in: 0 }, {}, 0],
]) {
  test(`a token is renewed ${name}`, async () => {
    endpoint.answer = json(200, answer);
    const { client, time } = clientOf(endpoint, changes);
    await client.token();
    if (renewedAt > 0) {
      time.now = NOW + renewedAt * 1000 - 1;
      await client.token();
      assert.equal(endpoint.asked.length, 1);
    }
    time.now = NOW + renewedAt * 1000;
    await client.token();
    assert.equal(endpoint.asked.length, 2);
  });
}

test("fifty cold calls ask once, and all get the token", async () => {
  const { client } = clientOf(endpoint);
  const tokens = await Promise.all(Array.from({ length: 50 }, () => client.token()));
  assert.deepEqual([endpoint.asked.length, new Set(tokens.map(({ value }) => value)).size], [1, 1]);
});

test("fifty cold calls that fail ask once, and all are told", async () => {
  endpoint.answer = json(401, { error: "invalid_client" });
  const { client } = clientOf(endpoint);
  const errors = await Promise.all(Array.from({ length: 50 }, () => failure(client.token())));
  assert.deepEqual(errors.map(({ error }) => error), Array.from({ length: 50 }, () => "invalid_client"));
  assert.equal(endpoint.asked.length, 1);
});

test("they are told of that failure even where the server asks for no pause", async () => {
  endpoint.answer = json(503, {}, { "retry-after": "0" });
  const { client } = clientOf(endpoint);
  const errors = await Promise.all(Array.from({ length: 50 }, () => failure(client.token())));
  assert.deepEqual([errors.length, endpoint.asked.length], [50, 1]);
});

test("while one renews, the others go on with the old token", async () => {
  const { client, time } = clientOf(endpoint);
  const { value } = await client.token();
  time.now += 3_590_000;
  let release;
  endpoint.answer = (response) => (release = () => json(200, LIFE)(response));
  const renewing = client.token();
  const others = await Promise.all([client.token(), client.token()]);
  assert.deepEqual(others.map((token) => token.value), [value, value]);
  while (release === undefined) await new Promise(setImmediate);
  release();
  assert.equal((await renewing).value, "t");
  assert.equal(endpoint.asked.length, 2);
});

test("a renewal that fails leaves the old token in use until its end, and is tried again", async () => {
  const { client, time } = clientOf(endpoint);
  const { value } = await client.token();
  endpoint.answer = json(503, {});
  time.now += 3_590_000;
  assert.equal((await client.token()).value, value);
  assert.equal((await client.token()).value, value);
  assert.equal(endpoint.asked.length, 2);
  time.now += 1000;
  assert.equal((await client.token()).value, value);
  assert.equal(endpoint.asked.length, 3);
  time.now += 9000;
  for (const asked of [4, 4]) {
    assert.equal((await failure(client.token())).code, "token_endpoint_unavailable");
    assert.equal(endpoint.asked.length, asked);
  }
});

test("each need has its token; the order in which it is named makes no other need", async () => {
  const { client } = clientOf(endpoint);
  const values = [];
  for (const scopes of [["a", "b"], ["b", "a", "a"], ["a"]]) values.push((await client.with({ scopes }).token()).value);
  values.push((await client.with({ scopes: ["a"] }).with({ audience: "x" }).token()).value);
  values.push((await client.with({ scopes: ["a"], audience: "x" }).token()).value, (await client.token()).value);
  assert.deepEqual(values.map((value) => values.indexOf(value)), [0, 0, 2, 3, 3, 5]);
});

for (const [name, field, seconds] of [
  ["in seconds", "7", 7],
  ["as a date", new Date(NOW + 9000).toUTCString(), 9],
  ["bounded", "99999", 300],
  ["not where it is neither", "soon", undefined],
]) {
  test(`Retry-After is obeyed: ${name}`, async () => {
    endpoint.answer = json(429, {}, { "retry-after": field });
    const { client, time } = clientOf(endpoint);
    const error = await failure(client.token());
    assert.deepEqual([error.code, error.status, error.retryable, error.retryAfterSeconds], ["token_endpoint_unavailable", 429, true, seconds]);
    endpoint.answer = undefined;
    time.now += (seconds ?? 1) * 1000 - 1;
    assert.equal((await failure(client.token())).status, 429);
    assert.equal(endpoint.asked.length, 1);
    time.now += 1;
    await client.token();
    assert.equal(endpoint.asked.length, 2);
  });
}

test("a 401 is answered with a new token, once", async () => {
  api.answer = (response, { headers }) => json(headers.authorization === api.good ? 200 : 401, {})(response);
  const { client, time } = fetching();
  const first = (await client.token()).authorization;
  const call = async (init) => (await client.fetch(`${api.origin}/orders`, { method: "POST", body: "[1]", ...init })).status;
  const next = first.replace(/\d+/, (number) => Number(number) + 1);
  api.good = next;
  assert.equal(await call(), 200);
  assert.deepEqual(api.tokens(), [first, next]);
  assert.deepEqual(api.asked.map(({ method, body }) => [method, body]), [["POST", "[1]"], ["POST", "[1]"]]);
  // From now on everything is refused: no second token within half a minute.
  api.good = undefined;
  assert.equal(await call(), 401);
  assert.deepEqual([api.asked.length, endpoint.asked.length], [3, 2]);
  time.now += 29_999;
  await call();
  assert.deepEqual([api.asked.length, endpoint.asked.length], [4, 2]);
  time.now += 1;
  assert.equal(await call(), 401);
  assert.deepEqual([api.asked.length, endpoint.asked.length], [6, 3]);
});

const stream = () => new Blob(["x"]).stream();
for (const [name, status, init] of [
  ["403", 403, {}],
  ["503", 503, {}],
  ["401 to a stream", 401, () => ({ method: "POST", body: stream(), duplex: "half" })],
]) {
  test(`no second request after ${name}`, async () => {
    api.answer = json(status, {});
    const response = await fetching().client.fetch(`${api.origin}/`, typeof init === "function" ? init() : init);
    assert.deepEqual([response.status, api.asked.length, endpoint.asked.length], [status, 1, 1]);
  });
}

test("a Request goes through; with a body it is sent once", async () => {
  api.answer = json(401, {});
  const request = (init) => new Request(`${api.origin}/x`, { headers: { "x-own": "1" }, ...init });
  const { client } = fetching();
  await client.fetch(request({ method: "POST", body: "b" }));
  assert.deepEqual(api.asked.map(({ body, headers }) => [body, headers["x-own"]]), [["b", "1"]]);
  await client.fetch(request());
  assert.equal(api.asked.length, 3);
});

test("where no new token is to be had, the API's 401 is the answer", async () => {
  api.answer = json(401, {});
  const { client } = fetching();
  await client.token();
  endpoint.answer = json(500, {});
  assert.equal((await client.fetch(`${api.origin}/`)).status, 401);
});
