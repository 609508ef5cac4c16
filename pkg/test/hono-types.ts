// What the types of the middleware allow and what they forbid. Compiled, never run.
import { createValidator } from "countersign";
import { bearerToken } from "countersign/hono";
import { Hono } from "hono";

const validator = await createValidator({ issuer: "https://as.example.com", audience: "https://api.example.com" });
const bearer = bearerToken(validator);
bearerToken({ issuer: "i", audience: "a" });
bearerToken((context) => ({ issuer: context.env.ISSUER, audience: "a" }));
// @ts-expect-error: audience has to be said
bearerToken({ issuer: "i" });

const app = new Hono();
app.get("/orders", bearer({ scopes: ["orders:read"] }), (c) => {
  const client: string | undefined = c.get("token").clientId;
  const scopes: readonly string[] = c.var.token.scopes;
  // @ts-expect-error: no such member
  c.get("token").client;
  return c.json({ client, scopes });
});
// @ts-expect-error: scopes are a list
app.use(bearer({ scopes: "orders:read" }));
// @ts-expect-error: without the middleware there is no token
app.get("/", (c) => c.text(c.get("token").subject));
