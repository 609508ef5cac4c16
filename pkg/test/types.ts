// What the types allow and what they forbid. Compiled, never run.
import { cacheStore, createValidator, TokenError, type ErrorCode } from "countersign";
import type { IncomingMessage } from "node:http";

declare const request: Request;
declare const incoming: IncomingMessage;

const validator = await createValidator({ issuer: "https://as.example.com", audience: "https://api.example.com" });
await createValidator({ issuer: "i", audience: null, jwks: { keys: [{ kty: "EC", crv: "P-256", x: "", y: "", kid: "1" }] } });
await createValidator({ issuer: "i", audience: ["a", "b"], algorithms: ["ES256"], profile: "jwt", clock: () => new Date(), fetch });

await createValidator({ issuer: "i", audience: "a", dpop: true, origin: "https://a.example" });
await createValidator({
  issuer: "i",
  audience: "a",
  dpop: { algorithms: ["ES256"], maxAgeSeconds: 60, required: true, nonceSecret: "s", nonceSeconds: 60 },
  store: { get: async (key) => key, put: (key, value, ttlSeconds) => key + value + ttlSeconds },
  resourceMetadata: { resource: "https://a.example", scopesSupported: ["a"], certificateBoundTokens: true },
});
await createValidator({
  issuer: "i",
  audience: "a",
  seedJwks: { keys: [{ kty: "EC" }] },
  keyStore: cacheStore(await caches.open("keys")),
  events: (event) => (event.type === "fetch" ? event.milliseconds : event.type === "refusal" ? event.code satisfies ErrorCode : undefined),
});
await createValidator({ issuer: "i", audience: "a", keyStore: { get: async (key) => key, put: async () => undefined } });
// @ts-expect-error: a cache is no place for proofs
await createValidator({ issuer: "i", audience: "a", store: cacheStore(await caches.open("keys")) });
// @ts-expect-error: a store has two methods
await createValidator({ issuer: "i", audience: "a", store: { get: () => undefined } });
// @ts-expect-error: a misspelt member
await createValidator({ issuer: "i", audience: "a", dpop: { nonce: "s" } });

const issuers = [{ issuer: "i", audience: "a" }, { issuer: "j", audience: null, jwksUri: "https://j.example/keys", maxAgeSeconds: 60 }];
await createValidator({ issuers, cacheBytes: 0, realm: "r", clock: () => 0 });
// @ts-expect-error: several issuers exclude a single one
await createValidator({ issuers, issuer: "i" });
// @ts-expect-error: what is said of an issuer is said in the list
await createValidator({ issuers, audience: "a" });
// @ts-expect-error: the same
await createValidator({ issuers, algorithms: ["ES256"] });
// @ts-expect-error: audience has to be said of each
await createValidator({ issuers: [{ issuer: "i" }] });
// @ts-expect-error: the cache is one for all
await createValidator({ issuers: [{ issuer: "i", audience: "a", cacheBytes: 0 }] });
// @ts-expect-error: no issuer at all
await createValidator({ realm: "r" });
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
await validator.authenticate(incoming, { url: new URL("https://a.example/"), certificate: new Uint8Array() });
await validator.authenticate(request, { authentication: { acrValues: ["gold"], maxAgeSeconds: 300 }, certificateThumbprint: undefined });
await validator.verify("jwt", { certificate: new ArrayBuffer(1) });
// @ts-expect-error: a bare token has no URL
await validator.verify("jwt", { url: "https://a.example/" });
await validator.authenticate({ headers: { authorization: "Bearer x" } });

const result = await validator.authenticate(request, { scopes: ["orders:read"] });
if (result.ok) {
  const client: string | undefined = result.token.clientId;
  const nonce: string | undefined = result.dpopNonce;
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
