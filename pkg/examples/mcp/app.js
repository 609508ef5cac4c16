// An MCP server that takes tokens for itself only. A client that knows nothing but its URL learns from the 401 where the metadata is
// (RFC 9728 §5.1), from that which authorization server to ask, and asks for a token for this resource (RFC 8707).
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { createValidator } from "countersign";
import express from "express";

const SCOPE = "mcp:tools";

/** What the server offers; `caller` is who calls. */
function tools(caller) {
  const server = new McpServer({ name: "orders", version: "1.0.0" });
  server.registerTool("whoami", { description: "Who the server takes you for" }, () => ({ content: [{ type: "text", text: caller }] }));
  return server;
}

/** `resource` is the server's public URL, such as https://mcp.example.com/mcp; it is the audience of its tokens too. */
export async function application({ issuer, resource, ...options }) {
  const resourceMetadata = { resource, scopesSupported: [SCOPE] };
  const validator = await createValidator({ issuer, audience: resource, resourceMetadata, ...options });
  const metadata = validator.resourceMetadata;
  const app = express();

  app.get(new URL(metadata.url).pathname, (_request, response) => response.json(metadata.document));

  app.post(new URL(resource).pathname, express.json(), async (request, response) => {
    const result = await validator.authenticate(request, { scopes: [SCOPE] });
    if (!result.ok) {
      response.status(result.status).setHeaders(result.response.headers);
      return response.send(await result.response.text());
    }
    // A server and a transport for each request: nothing of one caller is there for another.
    const server = tools(result.token.clientId);
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
    response.on("close", () => server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  return app;
}
