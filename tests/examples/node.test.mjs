// The examples that are servers in Node: pkg/examples/hono and pkg/examples/express, each with the framework itself.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { AUDIENCE, call, holdsAt, tokensOf } from "./support/orders.mjs";
import { install, start, startAuthorizationServer } from "./support/world.mjs";

const authorization = await startAuthorizationServer();
const token = tokensOf(authorization.facts);
after(() => authorization.stop());

for (const [example, script] of [
  ["hono", "node.js"],
  ["express", "server.js"],
]) {
  test(`pkg/examples/${example}`, async (context) => {
    const { folder, remove } = install(`pkg/examples/${example}`);
    context.after(remove);
    const server = await start(process.execPath, [script], {
      cwd: folder,
      environment: { ISSUER: authorization.facts.issuer, AUDIENCE, DEVELOPMENT: "true", HOST: "127.0.0.1", PORT: "0" },
      isReady: (line) => /^listening on (\d+)$/.exec(line)?.[1],
    });
    context.after(() => server.stop());
    const url = `http://127.0.0.1:${server.facts}`;
    await holdsAt(`${url}/orders`, token);
    assert.equal((await call(`${url}/`)).text, "open to everybody");
    const post = { method: "POST" };
    assert.equal((await call(`${url}/orders`, await token("orders:write"), post)).status, 201);
    assert.equal((await call(`${url}/orders`, await token("orders:read"), post)).status, 403);
  });
}
