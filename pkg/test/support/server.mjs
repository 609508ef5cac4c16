// An authorization server's metadata and key set over real HTTP on loopback. It counts, and each path may be made to misbehave.
import { createServer } from "node:http";
import { jwks } from "./mint.mjs";

const METADATA = "/.well-known/oauth-authorization-server";
const JWKS = "/jwks";

/** Behaviours by name: what a server in trouble answers. Each gets the response to end, or to leave open. */
export const TROUBLE = {
  "500": (response) => response.writeHead(500).end("{}"),
  "404": (response) => response.writeHead(404).end(),
  "a redirect": (response, server) => response.writeHead(302, { location: `${server.issuer}/elsewhere` }).end(),
  "a page": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>sign in</html>"),
  "nothing": (response) => response.writeHead(200).end(),
  "a cut-off body": (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"keys":');
    setImmediate(() => response.destroy());
  },
  "an endless body": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const chunk = Buffer.alloc(65_536, " ");
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", pour);
    pour();
  },
  "a closed connection": (response) => response.destroy(),
  "no key of use": (response) => response.end(JSON.stringify({ keys: [{ kty: "oct", k: "c2VjcmV0" }] })),
};

export async function startServer() {
  const server = {
    issuer: "",
    keys: jwks,
    /** Fields of every good answer, beside its type. */
    fields: {},
    /** How often each path was asked for. */
    asked: { [METADATA]: 0, [JWKS]: 0 },
    /** @type {Record<string, (response: object, server: object) => void>} what a path does in place of its answer */
    trouble: {},
    metadata: () => ({ issuer: server.issuer, jwks_uri: `${server.issuer}${JWKS}` }),
    inTrouble(behaviour) {
      server.trouble = behaviour === undefined ? {} : { [METADATA]: behaviour, [JWKS]: behaviour };
    },
    close() {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(resolve));
    },
  };
  const answers = { [METADATA]: () => server.metadata(), [JWKS]: () => server.keys, "/elsewhere": () => server.keys };
  const http = createServer((request, response) => {
    server.asked[request.url] = (server.asked[request.url] ?? 0) + 1;
    const trouble = server.trouble[request.url];
    if (trouble !== undefined) trouble(response, server);
    else if (answers[request.url] === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "application/json", ...server.fields }).end(JSON.stringify(answers[request.url]()));
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  server.issuer = `http://127.0.0.1:${http.address().port}`;
  server.jwksUri = `${server.issuer}${JWKS}`;
  return server;
}

export { JWKS, METADATA };
