// pkg/examples/next in edge-runtime, which is what Next.js runs middleware in on the edge, and pkg/examples/deno in Deno.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { AUDIENCE, call, holdsAt, tokensOf } from "./support/orders.mjs";
import { denoProgram, install, start, startAuthorizationServer, startEdge } from "./support/world.mjs";

const authorization = await startAuthorizationServer();
const token = tokensOf(authorization.facts);
const environment = { ISSUER: authorization.facts.issuer, AUDIENCE, DEVELOPMENT: "true" };
after(() => authorization.stop());

/** What Next.js does around the middleware: the environment is there, and no answer lets the request pass. */
const AROUND = `import middleware, { config } from "./middleware.js";
export default {
  async fetch(request, environment) {
    globalThis.process = { env: environment };
    const page = () => Response.json({ caller: "reports-job" });
    return new URL(request.url).pathname.startsWith(config.matcher.replace(":path*", "")) ? (await middleware(request)) ?? page() : page();
  },
};
`;

test("pkg/examples/next", async (context) => {
  const { folder, remove } = install("pkg/examples/next");
  context.after(remove);
  writeFileSync(`${folder}/around.js`, AROUND);
  const server = await startEdge(folder, "around.js", environment);
  context.after(() => server.stop());
  await holdsAt(`${server.url}/api/orders`, token);
  assert.equal((await call(`${server.url}/`)).status, 200);
  const post = { method: "POST" };
  assert.equal((await call(`${server.url}/api/orders`, await token("orders:write"), post)).status, 200);
  assert.equal((await call(`${server.url}/api/orders`, await token("orders:read"), post)).status, 403);
});

test("pkg/examples/deno", async (context) => {
  const { folder, remove } = install("pkg/examples/deno");
  context.after(remove);
  const [, ...task] = JSON.parse(readFileSync(`${folder}/deno.json`, "utf8")).tasks.start.split(" ");
  task.splice(1, 0, "--no-prompt", "--node-modules-dir=manual");
  const server = await start(denoProgram(), task, {
    cwd: folder,
    environment: { ...environment, PORT: "0", NO_COLOR: "1" },
    isReady: (line) => /^Listening on (http:\S+?)\/? *$/.exec(line)?.[1],
  });
  context.after(() => server.stop());
  await holdsAt(`${server.facts}/orders`, token);
});
