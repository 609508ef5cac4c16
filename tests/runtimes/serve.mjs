// Serves Workers over node:http, which Node, Bun and Deno all have: one port an API.
import http from "node:http";
import { onParentGone, ready } from "./parent.mjs";

async function answer(worker, incoming, outgoing, environment) {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  const request = new Request(`http://${incoming.headers.host}${incoming.url}`, { method: incoming.method, headers });
  const response = await worker.fetch(request, environment);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(await response.text());
}

/** @param {{ name: string, environment: object, worker: { fetch: Function } }[]} apis */
export async function serve(apis) {
  const urls = {};
  for (const { name, environment, worker } of apis) {
    const server = http.createServer((incoming, outgoing) => {
      answer(worker, incoming, outgoing, environment).catch((error) => {
        console.error(error);
        outgoing.writeHead(500).end();
      });
    });
    await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    urls[name] = `http://127.0.0.1:${server.address().port}`;
  }
  onParentGone(() => process.exit());
  ready(urls);
}
