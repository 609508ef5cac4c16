// An API with Hono: it runs as it is on Workers, Deno and Bun; node.js serves it in Node.
import { bearerToken } from "countersign/hono";
import { Hono } from "hono";

const bearer = bearerToken((c) => ({
  issuer: c.env.ISSUER,
  audience: c.env.AUDIENCE,
  allowInsecureLoopback: c.env.DEVELOPMENT === "true", // for servers on this machine
}));

const app = new Hono();
app.get("/", (c) => c.text("open to everybody"));
app.get("/orders", bearer({ scopes: ["orders:read"] }), (c) => c.json({ caller: c.get("token").clientId }));
app.post("/orders", bearer({ scopes: ["orders:write"] }), (c) => c.json({ caller: c.get("token").clientId }, 201));

export default app;
