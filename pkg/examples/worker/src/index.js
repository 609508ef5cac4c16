// An API on Cloudflare Workers. Whoever reads orders needs a token; the stock is asked of another API, with a token of its own.
import { createValidator } from "countersign";
import { createClient } from "countersign/client";

// Made with the first request, when the environment is there, and kept for all: keys and tokens are fetched once. Values, not promises:
// requests of a Worker must not wait for each other's promises. Of two that come first at once, each may make one; the first that is kept
// serves both.
let validator;
let client;

export default {
  async fetch(request, env, context) {
    const allowInsecureLoopback = env.DEVELOPMENT === "true"; // for servers on this machine
    const made = validator ?? (await createValidator({ issuer: env.ISSUER, audience: env.AUDIENCE, allowInsecureLoopback }));
    validator ??= made;
    const waitUntil = (work) => context.waitUntil(work); // Keys are refreshed after the answer.
    const result = await validator.authenticate(request, { scopes: ["orders:read"], waitUntil });
    if (!result.ok) return result.response;

    client ??= createClient({
      issuer: env.ISSUER,
      clientId: env.CLIENT_ID,
      clientSecret: env.CLIENT_SECRET,
      resource: env.STOCK_API,
      origins: [env.STOCK_API],
      allowInsecureLoopback,
    });
    const stock = await client.fetch(`${env.STOCK_API}/stock`).catch((error) => console.error(error));
    if (!stock?.ok) return Response.json({ error: "the stock is not known now" }, { status: 502 });
    return Response.json({ caller: result.token.clientId, stock: await stock.json() });
  },
};
