// pkg/examples/worker, as its wrangler configuration describes it, in workerd.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { readFileSync } from "node:fs";
import { createValidator } from "../../pkg/src/entry/node.js";
import { AUDIENCE, call, holdsAt, tokensOf } from "./support/orders.mjs";
import { install, startAuthorizationServer, startWorkerd } from "./support/world.mjs";

const authorization = await startAuthorizationServer();
const { issuer, secret } = authorization.facts;
const { folder, remove } = install("pkg/examples/worker");

// The other API: it takes tokens that were issued for it, and no others.
let stock;
const api = createServer(async (request, response) => {
  const result = await stock.authenticate(request);
  response.writeHead(result.ok ? 200 : result.status).end(JSON.stringify({ asked: result.ok ? result.token.clientId : result.code }));
});
await new Promise((resolve) => api.listen(0, "127.0.0.1", resolve));
const stockApi = `http://127.0.0.1:${api.address().port}`;
stock = await createValidator({ issuer, audience: stockApi, allowInsecureLoopback: true });

const config = JSON.parse(readFileSync(`${folder}/wrangler.jsonc`, "utf8").replace(/^\s*\/\/.*$/gm, ""));
const ours = { ISSUER: issuer, AUDIENCE, STOCK_API: stockApi, CLIENT_ID: "es256-job" };
let worker;
after(() => {
  worker?.stop();
  authorization.stop();
  api.closeAllConnections();
  api.close();
  remove();
});

test("the Worker", async () => {
  assert.deepEqual(Object.keys(config.vars).toSorted(), Object.keys(ours).toSorted());
  worker = await startWorkerd(folder, config.main, { ...config.vars, ...ours, CLIENT_SECRET: secret, DEVELOPMENT: "true" }, config.compatibility_date);
  const token = tokensOf(authorization.facts);
  await holdsAt(worker.url, token, { caller: "reports-job", stock: { asked: "es256-job" } });
  await new Promise((resolve) => api.close(resolve).closeAllConnections());
  assert.equal((await call(worker.url, await token("orders:read"))).status, 502);
});
