// An API in Deno.
import { createValidator } from "countersign";

const validator = await createValidator({
  issuer: Deno.env.get("ISSUER"),
  audience: Deno.env.get("AUDIENCE"),
  allowInsecureLoopback: Deno.env.get("DEVELOPMENT") === "true", // for servers on this machine
});

Deno.serve({ port: Number(Deno.env.get("PORT") ?? 8000), hostname: "127.0.0.1" }, async (request) => {
  const result = await validator.authenticate(request, { scopes: ["orders:read"] });
  if (!result.ok) return result.response;
  return Response.json({ caller: result.token.clientId });
});
