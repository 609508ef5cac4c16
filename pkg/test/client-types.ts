// What the types of the client and of the issuer for tests allow and what they forbid. Compiled, never run.
import { ClientError, createClient, type Client, type ClientErrorCode } from "countersign/client";
import { createIssuer, type BadTokenCode } from "countersign/testing";
import { createValidator } from "countersign";

declare const key: CryptoKey;
const basics = { issuer: "https://as.example.com", clientId: "reports-job" } as const;

const client: Client = createClient({ ...basics, clientSecret: "s", scopes: ["a"], resource: "https://api.example.com", origins: [] });
createClient({ tokenEndpoint: "https://as.example.com/token", clientId: "c", clientSecret: "s", authentication: "client_secret_post" });
createClient({ ...basics, privateKey: key });
createClient({ ...basics, privateKey: { kty: "EC", crv: "P-256", kid: "k" } });
createClient({ ...basics, privateKey: "-----BEGIN", algorithm: "ES256" });
// @ts-expect-error: no credentials
createClient(basics);
// @ts-expect-error: no place to get a token from
createClient({ clientId: "c", clientSecret: "s" });
// @ts-expect-error: a misspelt option
createClient({ ...basics, clientSecret: "s", scope: "a" });
// @ts-expect-error: a key does not go with a secret's method
createClient({ ...basics, privateKey: key, authentication: "client_secret_basic" });
// @ts-expect-error: shared secrets do not sign
createClient({ ...basics, privateKey: key, algorithm: "HS256" });

// Wherever a fetch is wanted.
const asFetch: typeof globalThis.fetch = client.fetch;
const response: Response = await client.fetch("https://api.example.com/", { method: "POST" });
await client.with({ scopes: ["b"] }).fetch(new Request("https://api.example.com/"));
const { value, authorization, expiresAt } = await client.token();
const texts: [string, string, number] = [value, authorization, expiresAt];
// @ts-expect-error: read only
(await client.token()).value = "other";
try {
  await client.token();
} catch (error) {
  if (error instanceof ClientError && error.retryable) throw error.code satisfies ClientErrorCode;
  // @ts-expect-error: no such code
  if (error instanceof ClientError && error.code === "network") throw response;
}

const issuer = await createIssuer({ algorithms: ["RS256"], clock: () => new Date() });
await createValidator({ issuer: issuer.issuer, audience: issuer.audience, fetch: issuer.fetch, jwks: issuer.jwks });
const token: string = await issuer.token({ scopes: ["a"], claims: { org: 7 }, header: { kid: undefined }, expiresIn: 5 });
const code: BadTokenCode = "token_expired";
await issuer.badToken(code, { clientId: token });
// @ts-expect-error: not the fault of a token
await issuer.badToken("jwks_unavailable");

export { asFetch, texts };
