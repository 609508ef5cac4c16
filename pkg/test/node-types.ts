// What the types allow where there are those of Node alone, and none of the DOM. Compiled, never run.
import { createPrivateKey, webcrypto } from "node:crypto";
import { cacheStore, createValidator } from "countersign";
import { createClient } from "countersign/client";
import { createIssuer } from "countersign/testing";

const issuer = await createIssuer();
await createValidator({ issuer: issuer.issuer, audience: null, fetch: issuer.fetch });

declare const privateKey: webcrypto.CryptoKey;
const signing = { issuer: issuer.issuer, clientId: "reports-job" } as const;
const client = createClient({ ...signing, privateKey });
createClient({ ...signing, privateKey: await webcrypto.subtle.exportKey("jwk", privateKey), algorithm: "ES256" });
// @ts-expect-error: a key of node:crypto is none of WebCrypto
createClient({ ...signing, privateKey: createPrivateKey("-----BEGIN"), algorithm: "ES256" });
// @ts-expect-error: nor is a number, where a type that is not known would let anything pass
createClient({ ...signing, privateKey: 7 });

const response: Response = await client.fetch(new URL("https://api.example.com/"), { method: "POST" });
await client.fetch(new Request("https://api.example.com/"));
// @ts-expect-error: no URL
await client.fetch(7);

cacheStore({ match: async (url: string) => (url === "" ? response : undefined), put: async () => undefined });
// @ts-expect-error: a cache that was not waited for
cacheStore(Promise.resolve({ match: async () => undefined, put: async () => undefined }));
