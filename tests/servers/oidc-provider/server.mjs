// A real authorization server on loopback, and two more for what may go wrong: an impostor, which claims its issuer and key ids but has
// other keys, and one that is down as soon as it has issued a token.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import http from "node:http";
import Provider from "oidc-provider";
import { onParentGone, ready } from "../../runtimes/parent.mjs";

const ALGORITHMS = {
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
};
const SCOPES = "orders:read orders:write";
const CODE_GRANT = { grant_types: ["authorization_code"], response_types: ["code"], redirect_uris: ["https://app.example/callback"] };
const secret = randomBytes(24).toString("base64url");
const signer = generateKeyPairSync("ec", { namedCurve: "P-256" });
/**
 * What sets one client apart from the others: the signature of its tokens, how many seconds they live, and its registration. Those from
 * `checked-job` on are for conformance runs, those from `posting-job` on for the client of the package.
 */
const CLIENTS = {
  "reports-job": { algorithm: "RS256", lifetime: 3600 },
  "es256-job": { algorithm: "ES256", lifetime: 3600 },
  "eddsa-job": { algorithm: "EdDSA", lifetime: 3600 },
  "short-lived-job": { algorithm: "RS256", lifetime: 2 },
  "checked-job": { algorithm: "RS256", lifetime: 10 },
  "second-job": { algorithm: "RS256", lifetime: 10 },
  "disposable-job": { algorithm: "RS256", lifetime: 10 },
  "read-only-job": { algorithm: "RS256", lifetime: 10, registration: { scope: "orders:read" } },
  "no-grant-job": { algorithm: "RS256", lifetime: 10, registration: CODE_GRANT },
  "public-job": { algorithm: "RS256", lifetime: 10, registration: { ...CODE_GRANT, token_endpoint_auth_method: "none" } },
  "posting-job": { algorithm: "RS256", lifetime: 3600, registration: { token_endpoint_auth_method: "client_secret_post" } },
  "reserved: +&%/job": { algorithm: "RS256", lifetime: 3600, registration: { client_secret: `${secret} :+&%/=` } },
  "signing-job": {
    algorithm: "RS256",
    lifetime: 3600,
    registration: {
      client_secret: undefined,
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      jwks: { keys: [{ ...signer.publicKey.export({ format: "jwk" }), kid: "signer", alg: "ES256", use: "sig" }] },
    },
  },
};

/** Listens first, on a port that the system chooses, because the issuer contains it. */
async function listen() {
  const server = http.createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

function keys() {
  return Object.entries(ALGORITHMS).map(([alg, generate]) => ({
    ...generate().privateKey.export({ format: "jwk" }),
    kid: alg.toLowerCase(),
    use: "sig",
    alg,
  }));
}

function provider(issuer) {
  return new Provider(issuer, {
    jwks: { keys: keys() },
    scopes: SCOPES.split(" "),
    clients: Object.entries(CLIENTS).map(([id, { registration }]) => ({
      client_id: id,
      client_secret: secret,
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
      scope: SCOPES,
      ...registration,
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience, client) => ({
          audience,
          scope: SCOPES,
          accessTokenFormat: "jwt",
          accessTokenTTL: CLIENTS[client.clientId].lifetime,
          jwt: { sign: { alg: CLIENTS[client.clientId].algorithm } },
        }),
      },
    },
  });
}

const [real, impostor, retiring] = [await listen(), await listen(), await listen()];
const ISSUERS = new Map([
  [real, real.origin],
  [impostor, real.origin],
  [retiring, retiring.origin],
]);
for (const [{ server }, issuer] of ISSUERS) {
  const instance = provider(issuer);
  instance.on("server_error", (_context, error) => console.error(error));
  server.on("request", instance.callback());
}
retiring.server.on("request", (_request, response) => {
  response.on("close", () => {
    retiring.server.close();
    retiring.server.closeAllConnections();
  });
});

onParentGone(() => process.exit());
ready({ issuer: real.origin, impostor: impostor.origin, retiring: retiring.origin, secret, signer: signer.privateKey.export({ format: "jwk" }) });
