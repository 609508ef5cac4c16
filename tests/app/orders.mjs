// The API that the demo and the end-to-end tests call: whoever reads or writes orders needs the scope for it.
import { createValidator } from "countersign";

const SCOPES = { GET: ["orders:read"], POST: ["orders:write"] };
let validator; // the value, not its promise: requests of a Worker must not wait for each other's promises

export default {
  async fetch(request, environment) {
    validator ??= await createValidator({
      issuer: environment.ISSUER,
      audience: environment.AUDIENCE,
      allowInsecureLoopback: true, // the servers here speak plain HTTP on loopback
      clockToleranceSeconds: 0, // they have one clock, so a token ends when it says
    });
    const result = await validator.authenticate(request, { scopes: SCOPES[request.method] });
    if (result.ok) return Response.json({ client: result.token.clientId });

    const headers = new Headers(result.response.headers);
    headers.set("x-code", result.code);
    return new Response(result.response.body, { status: result.response.status, headers });
  },
};
