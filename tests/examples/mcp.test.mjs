// pkg/examples/mcp with the SDK on both sides: its client is told the server's URL and its own credentials, and finds all else.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ClientCredentialsProvider } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { createIssuer } from "../../pkg/src/testing/index.js";
import { createClient } from "../../pkg/src/client/index.js";
import { install } from "./support/world.mjs";

const RESOURCE = "https://mcp.test/mcp";
const issuer = await createIssuer();
const { folder, remove } = install("pkg/examples/mcp");
const { application } = await import(pathToFileURL(`${folder}/app.js`));
const server = (await application({ issuer: issuer.issuer, resource: RESOURCE, fetch: issuer.fetch })).listen(0, "127.0.0.1");
await once(server, "listening");
after(() => {
  server.closeAllConnections();
  server.close();
  remove();
});

/** The names of the test stand for the servers here; what is asked for is noted. */
const asked = [];
async function network(input, init) {
  const url = new URL(input instanceof Request ? input.url : input);
  asked.push(`${init?.method ?? "GET"} ${url}`);
  if (url.origin === new URL(RESOURCE).origin) {
    return fetch(`http://127.0.0.1:${server.address().port}${url.pathname}`, init);
  }
  const response = await issuer.fetch(input, init);
  if (!url.pathname.includes("/.well-known/") || !response.ok) return response;
  // This client takes no metadata without it, whatever the grant.
  return Response.json({ ...(await response.json()), authorization_endpoint: "https://issuer.test/authorize" });
}

async function whoami(options) {
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(RESOURCE), { fetch: network, ...options }));
  const { content } = await client.callTool({ name: "whoami" });
  await client.close();
  return content[0].text;
}

test("a client that knows the URL only finds its way to a token, and in", async () => {
  const authProvider = new ClientCredentialsProvider({
    clientId: "agent", clientSecret: "secret", scope: "mcp:tools", expectedIssuer: issuer.issuer,
  });
  assert.equal(await whoami({ authProvider }), "test-client");
  assert.deepEqual(asked.slice(0, 4), [
    "POST https://mcp.test/mcp",
    "GET https://mcp.test/.well-known/oauth-protected-resource/mcp",
    "GET https://issuer.test/.well-known/oauth-authorization-server",
    "POST https://issuer.test/token",
  ]);
});

test("the client of this package is a fetch for the SDK's", async () => {
  const client = createClient({
    issuer: issuer.issuer, clientId: "agent", clientSecret: "secret", scopes: ["mcp:tools"], resource: RESOURCE, origins: ["https://mcp.test"], fetch: network,
  });
  assert.equal(await whoami({ fetch: client.fetch }), "test-client");
});

test("the challenges name the metadata", async () => {
  const call = async (token) => {
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream", ...(token && { authorization: `Bearer ${token}` }) };
    const response = await network(RESOURCE, { method: "POST", headers, body: "{}" });
    return [response.status, response.headers.get("www-authenticate").replace(/error_description="[^"]*", /, "")];
  };
  const metadata = 'resource_metadata="https://mcp.test/.well-known/oauth-protected-resource/mcp"';
  assert.deepEqual(await call(), [401, `Bearer realm="api", ${metadata}`]);
  const [status, challenge] = await call(await issuer.token({ claims: { aud: RESOURCE } }));
  assert.equal(status, 403);
  assert.ok(challenge.includes('error="insufficient_scope"') && challenge.includes(metadata), challenge);
  // A token that was issued for another API.
  assert.equal((await call(await issuer.token({ scopes: ["mcp:tools"] })))[0], 401);
});
