// What the README shows is run, and what it lists is complete.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { afterEach, test } from "node:test";
import { createValidator } from "countersign";
import { ClientError } from "countersign/client";
import { createIssuer } from "countersign/testing";
import { corpus } from "./support/corpus.mjs";
import { AUDIENCE, ISSUER, jwks, mint, options } from "./support/mint.mjs";

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const readme = read("README.md");
const types = read("index.d.ts");
const [worker, node, several, , , express, hono, client, testing] = [...readme.matchAll(/^```js\n([^]*?)^```/gm)].map(([, code]) => code);

/**
 * Runs an example as a module; `exported` is added to it. It imports the package from here.
 *
 * @param {string} code
 */
function run(code, exported = "") {
  const source = code.replace(/from "(countersign[^"]*|hono)"/g, (_, name) => `from ${JSON.stringify(import.meta.resolve(name))}`);
  return import(`data:text/javascript,${encodeURIComponent(source + exported)}`);
}

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

test("the Worker", async () => {
  const { default: module } = await run(worker);
  globalThis.fetch = async (url) =>
    Response.json(String(url).endsWith("/jwks") ? jwks : { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
  const call = (token) =>
    module.fetch(new Request("https://api.example.com/", { headers: token && { authorization: `Bearer ${token}` } }));
  // This one goes by the real clock.
  const now = Math.floor(Date.now() / 1000);
  const good = await call(await mint({ claims: { iat: now, exp: now + 60 } }));
  assert.deepEqual([good.status, await good.json()], [200, { hello: "reports-job" }]);
  assert.equal((await call(undefined)).status, 401);
  assert.equal((await call(await mint({ claims: { iat: now, exp: now + 60, scope: "orders:list" } }))).status, 403);
});

/** What `ask` gets of a server on loopback. */
async function served(handler, ask) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await ask(async (headers) => {
      const answer = await fetch(`http://127.0.0.1:${server.address().port}/`, { headers });
      return [answer.status, await answer.text(), answer.headers.get("www-authenticate")?.split(" ")[0]];
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test("the server of Node", async () => {
  let handler;
  const take = (given) => ((handler = given), { listen: () => undefined });
  new Function("createServer", "validator", node.replace(/^import .*$/m, ""))(take, await createValidator(options()));
  await served(handler, async (call) => {
    assert.deepEqual(await call({ authorization: `Bearer ${await mint()}` }), [200, "hello reports-job", undefined]);
    assert.deepEqual(await call({}), [401, "missing_token", "Bearer"]);
  });
});

test("the middleware", async () => {
  const validator = await createValidator(options());
  let middleware;
  new Function("app", "validator", express)({ use: (given) => (middleware = given) }, validator);
  // As much of Express's response as the example uses.
  const handler = (request, response) => {
    Object.assign(response, {
      status: (code) => Object.assign(response, { statusCode: code }),
      set: (headers) => response.setHeaders(new Map(Object.entries(headers))),
      send: (body) => response.end(body),
    });
    middleware(request, response, () => response.end("welcome"));
  };
  await served(handler, async (call) => {
    assert.deepEqual(await call({ authorization: `Bearer ${await mint()}` }), [200, "welcome", undefined]);
    assert.deepEqual(await call({}), [401, "missing_token", "Bearer"]);
  });
});

test("the Hono application", async () => {
  const as = await createIssuer({ issuer: ISSUER, audience: AUDIENCE });
  globalThis.fetch = as.fetch;
  const { default: app } = await run(hono);
  const call = async (jwt) => app.request("/orders", { headers: { authorization: `Bearer ${jwt}` } });
  const good = await call(await as.token({ scopes: ["orders:read"] }));
  assert.deepEqual([good.status, await good.json()], [200, { hello: "test-client" }]);
  assert.equal((await call(await as.token())).status, 403);
});

test("the client", async () => {
  const as = await createIssuer({ issuer: ISSUER, audience: AUDIENCE });
  const validator = await createValidator({ issuer: ISSUER, audience: AUDIENCE, fetch: as.fetch });
  process.env.CLIENT_SECRET = "a";
  globalThis.fetch = async (input, init) => {
    if (!String(input).startsWith(AUDIENCE)) return as.fetch(input, init);
    const result = await validator.authenticate(new Request(input, init), { scopes: ["orders:read"] });
    return result.ok ? Response.json({ url: input }) : result.response;
  };
  const { response } = await run(client, "export { response };");
  assert.deepEqual([response.status, await response.json()], [200, { url: "https://api.example.com/orders" }]);
});

test("the issuer for tests", async () => {
  await assert.rejects(run(testing), { name: "TokenError", code: "token_expired" });
});

const codesOfTypes = [...types.slice(types.indexOf("export type ErrorCode")).matchAll(/\| "([a-z_]+)"/g)].map(([, code]) => code);

test("the subpaths that are ES modules can be required where Node takes such", () => {
  const require = createRequire(import.meta.url);
  for (const name of ["client", "hono", "testing"]) {
    const load = () => require(`countersign/${name}`);
    if (process.features.require_module) assert.notEqual(Object.keys(load()).length, 0, name);
    else assert.throws(load, { code: "ERR_REQUIRE_ESM" });
  }
});

test("README and types list the same codes", () => {
  const table = readme.slice(readme.indexOf("## Codes"), readme.indexOf("Codes never change"));
  const listed = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
  assert.deepEqual(listed.toSorted(), codesOfTypes.toSorted());
});

/** Codes that no token alone brings about, and the test that does. */
const ELSEWHERE = {
  missing_token: "request.test.mjs",
  malformed_request: "request.test.mjs",
  multiple_tokens: "request.test.mjs",
  insufficient_scope: "request.test.mjs",
  jwks_unavailable: "network.test.mjs",
  invalid_configuration: "options.test.mjs",
  internal_error: "trap.test.mjs",
  token_too_old: "options.test.mjs",
  certificate_mismatch: "bound.test.mjs",
  insufficient_user_authentication: "bound.test.mjs",
  invalid_dpop_proof: "dpop.test.mjs",
  use_dpop_nonce: "dpop-answers.test.mjs",
  store_unavailable: "replay.test.mjs",
};

test("every code of the types is brought about by a test", () => {
  const met = new Set(corpus.map(([, , code]) => code).filter((code) => code !== undefined));
  assert.deepEqual([...met, ...Object.keys(ELSEWHERE)].toSorted(), codesOfTypes.toSorted());
  for (const [code, file] of Object.entries(ELSEWHERE)) assert.ok(read(`test/${file}`).includes(`"${code}"`), code);
});

test("README and types list the same options of the client", () => {
  const types = read("client.d.ts");
  const declared = types.slice(0, types.indexOf("export interface Client {")).matchAll(/^ +readonly (\w+)\??:/gm);
  const table = readme.slice(readme.indexOf("## The other end"), readme.indexOf("Of many calls at once"));
  const listed = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.deepEqual(listed.toSorted(), [...new Set([...declared].map(([, name]) => name))].toSorted());
});

test("README and types list the same codes of the client, and whether they are retryable", async () => {
  const types = read("client.d.ts");
  const codes = types.slice(types.indexOf("export type ClientErrorCode"), types.indexOf("export class ClientError"));
  const section = readme.slice(readme.indexOf("## The other end"), readme.indexOf("## Tests of your own"));
  const listed = [...section.slice(section.indexOf("| code |")).matchAll(/^\| `(\w+)` \| (yes|no) \|/gm)].map(([, code, word]) => [code, word === "yes"]);
  assert.deepEqual(listed.map(([code]) => code), [...codes.matchAll(/\| "(\w+)"/g)].map(([, code]) => code));
  for (const [code, retryable] of listed) assert.equal(new ClientError({ code }).retryable, retryable, code);
});

test("what makes a start quick", async () => {
  const section = readme.slice(readme.indexOf("## Keys and tokens in memory"));
  const [, code] = /^```js\n([^]*?)^```/m.exec(section);
  const as = await createIssuer({ issuer: ISSUER, audience: AUDIENCE });
  globalThis.fetch = as.fetch;
  const entries = new Map();
  globalThis.caches = { default: { match: async (url) => entries.get(url)?.clone(), put: async (url, response) => void entries.set(url, response) } };
  const seed = `data:application/json,${encodeURIComponent(await (await as.fetch(`${ISSUER}/jwks`)).text())}`;
  const log = console.log;
  const logged = [];
  console.log = (line) => logged.push(JSON.parse(line).type);
  try {
    const { validator } = await run(code.replace("./jwks.json", seed), "export { validator };");
    assert.equal(validator.verifySync(await as.token()).clientId, "test-client");
    await validator.verify(await as.token());
    await validator.verify(await as.token());
    assert.deepEqual([logged, entries.size], [["fetch", "fetch"], 1]);
  } finally {
    console.log = log;
    delete globalThis.caches;
  }
});

test("several issuers", async () => {
  const [one, partner] = await Promise.all([
    createIssuer({ issuer: ISSUER, audience: AUDIENCE }),
    createIssuer({ issuer: "https://login.partner.example", audience: "orders", algorithms: ["RS256"] }),
  ]);
  globalThis.fetch = (input, init) => (String(input).startsWith(ISSUER) ? one : partner).fetch(input, init);
  const { validator } = await run(`import { createValidator } from "countersign";\n${several}`, "export { validator };");
  assert.equal((await validator.verify(await one.token())).claims.iss, ISSUER);
  assert.equal((await validator.verify(await partner.token({ header: { typ: "JWT" } }))).claims.iss, "https://login.partner.example");
  await assert.rejects(validator.verify(await one.token({ claims: { iss: "https://login.partner.example" } })), { status: 401 });
});

test("README and types list the same options", () => {
  const membersOf = (name) => {
    const body = types.slice(types.indexOf(`interface ${name} `));
    return [...body.slice(0, body.indexOf("\n}")).matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member]) => member);
  };
  const declared = [...membersOf("IssuerOptions"), "issuers", ...membersOf("ServerOptions")];
  const table = readme.slice(readme.indexOf("## Options"), readme.indexOf("A misspelt option"));
  assert.deepEqual([...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name), declared);
});

test("the limits of options in README and types are those of the core", async () => {
  const table = readme.slice(readme.indexOf("## Options"), readme.indexOf("A misspelt option"));
  const limits = [...table.matchAll(/^\| `(\w+)` .*(?:at most|0 to) (\d+) \|$/gm)].map(([, name, limit]) => [name, Number(limit)]);
  assert.deepEqual(limits.map(([name]) => name), ["clockToleranceSeconds", "maxTokenBytes", "cacheBytes"]);
  for (const [name, limit] of limits) {
    const comment = types.slice(0, types.indexOf(`readonly ${name}?:`)).split("/**").at(-1);
    assert.match(comment, new RegExp(`At most ${limit}\\.`), name);
    await createValidator(options({ [name]: limit }));
    await assert.rejects(createValidator(options({ [name]: limit + 1 })), { code: "invalid_configuration" }, name);
  }
});
