// The client against a real authorization server: every way of saying who it is, and tokens that the other half of the package accepts.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createValidator } from "../../pkg/src/entry/node.js";
import { createClient } from "../../pkg/src/client/index.js";
import { startAuthorizationServer } from "./support/world.mjs";

const AUDIENCE = "https://orders.example";
const server = await startAuthorizationServer();
after(() => server.stop());
const { issuer, secret, signer } = server.facts;
const validator = await createValidator({ issuer, audience: AUDIENCE, allowInsecureLoopback: true });
const clientOf = (options) => createClient({ issuer, resource: AUDIENCE, scopes: ["orders:read"], allowInsecureLoopback: true, ...options });

for (const [what, options] of [
  ["client_secret_basic", { clientId: "reports-job", clientSecret: secret }],
  ["client_secret_basic, with letters that have to be encoded", { clientId: "reserved: +&%/job", clientSecret: `${secret} :+&%/=` }],
  ["client_secret_post", { clientId: "posting-job", clientSecret: secret, authentication: "client_secret_post" }],
  ["private_key_jwt", { clientId: "signing-job", privateKey: signer, keyId: "signer" }],
]) {
  test(what, async () => {
    const { value, scopes, issuedAt, expiresAt } = await clientOf(options).token();
    const token = await validator.verify(value, { scopes: ["orders:read"] });
    assert.deepEqual([token.clientId, scopes, expiresAt - issuedAt], [options.clientId, ["orders:read"], 3_600_000]);
  });
}

for (const [what, options, error] of [
  ["a wrong secret", { clientId: "reports-job", clientSecret: "wrong" }, "invalid_client"],
  ["an unknown client", { clientId: "nobody", clientSecret: secret }, "invalid_client"],
  // This server's word for it, where RFC 6749 §5.2 has unauthorized_client.
  ["a client for another grant", { clientId: "no-grant-job", clientSecret: secret }, "invalid_request"],
  ["a scope that it may not have", { clientId: "read-only-job", clientSecret: secret, scopes: ["orders:write"] }, "invalid_scope"],
]) {
  test(`refused: ${what}`, () => assert.rejects(clientOf(options).token(), { code: "token_request_refused", error }));
}

test("an issuer that is another one's", async () => {
  const client = clientOf({ issuer: server.facts.impostor, clientId: "reports-job", clientSecret: secret });
  await assert.rejects(client.token(), { code: "invalid_metadata" });
});
