// What the types allow and what they forbid. Compiled, never run.
import { createValidator, TokenError, type ErrorCode } from "countersign";
import type { IncomingMessage } from "node:http";

declare const request: Request;
declare const incoming: IncomingMessage;

const validator = await createValidator({ issuer: "https://as.example.com", audience: "https://api.example.com" });
await createValidator({ issuer: "i", audience: null, jwks: { keys: [{ kty: "EC", crv: "P-256", x: "", y: "", kid: "1" }] } });
await createValidator({ issuer: "i", audience: ["a", "b"], algorithms: ["ES256"], profile: "jwt", clock: () => new Date(), fetch });

// @ts-expect-error: audience has to be said
await createValidator({ issuer: "i" });
// @ts-expect-error: a misspelt option
await createValidator({ issuer: "i", audience: "a", clockTolerance: 5 });
await createValidator({ issuer: "i", audience: "a", algorithms: ["RS512", "PS384", "ES512", "Ed25519"] });
// @ts-expect-error: no such algorithm
await createValidator({ issuer: "i", audience: "a", algorithms: ["none"] });
// @ts-expect-error: shared secrets are not supported
await createValidator({ issuer: "i", audience: "a", algorithms: ["HS256"] });
// @ts-expect-error: scopes are a list
await validator.verify("jwt", { scopes: "orders:read" });
// @ts-expect-error: no headers
await validator.authenticate({});
// @ts-expect-error: only a refusal throws one
new TokenError();

await validator.authenticate(incoming);
await validator.authenticate({ headers: { authorization: "Bearer x" } });

const result = await validator.authenticate(request, { scopes: ["orders:read"] });
if (result.ok) {
  const client: string | undefined = result.token.clientId;
  const expires: number = result.token.claims.exp;
  // @ts-expect-error: frozen
  result.token.claims.exp = 1;
  // @ts-expect-error: an accepted request has no answer
  result.response;
} else {
  const response: Response = result.response;
  const code: ErrorCode = result.code;
  // @ts-expect-error: no such code
  if (result.code === "expired") throw response;
  // @ts-expect-error: a refused request has no token
  result.token;
}

try {
  validator.verifySync("jwt");
} catch (error) {
  if (error instanceof TokenError && error.retryable) throw error.code satisfies ErrorCode;
}
