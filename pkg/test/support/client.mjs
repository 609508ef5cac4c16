// A token endpoint and an API on loopback that count, and answer what a test says.
import { createServer } from "node:http";
import { createClient } from "countersign/client";

export const CLIENT_ID = "reports job:ü";
export const SECRET = "s3cret&+ %:ß";
/** The time at which the tests happen, in milliseconds. */
export const NOW = 1_900_000_000_000;

export const json = (status, body, fields = {}) => (response) =>
  response.writeHead(status, { "content-type": "application/json", ...fields }).end(typeof body === "string" ? body : JSON.stringify(body));

async function listen(answer) {
  const asked = [];
  const http = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const one = { method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() };
    asked.push(one);
    await answer(one, response);
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    asked,
    origin: `http://127.0.0.1:${http.address().port}`,
    close() {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Tokens named token-1, token-2 and so on; `answer` is set to have something else answered. */
export async function startEndpoint() {
  let issued = 0;
  const server = await listen((request, response) => {
    const usual = () => json(200, { access_token: `token-${(issued += 1)}`, token_type: "Bearer", expires_in: 3600 });
    if (request.path.startsWith("/.well-known/")) return (server.metadata ?? json(404, {}))(response, request);
    return (server.answer ?? usual())(response, request);
  });
  server.url = `${server.origin}/token`;
  server.tokenRequests = () => server.asked.filter(({ path }) => path === "/token");
  return server;
}

/** An API that answers 200, or what `answer` says for a request. */
export async function startApi() {
  const server = await listen((request, response) => (server.answer ?? json(200, {}))(response, request));
  server.tokens = () => server.asked.map(({ headers }) => headers.authorization);
  return server;
}

/** A client of the endpoint, with a clock that stands still until it is set. */
export function clientOf(endpoint, changes = {}) {
  const time = { now: NOW };
  const client = createClient({
    tokenEndpoint: endpoint.url,
    clientId: CLIENT_ID,
    clientSecret: SECRET,
    allowInsecureLoopback: true,
    clock: () => time.now,
    ...changes,
  });
  return { client, time };
}

export const form = ({ body }) => Object.fromEntries(new URLSearchParams(body));

/** The error of a promise that has to fail. */
export const failure = (promise) =>
  promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error) => error,
  );
