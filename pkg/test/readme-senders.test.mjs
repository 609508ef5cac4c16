// What the README shows about bound tokens is run.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { createValidator } from "countersign";
import { AUDIENCE, clock, ISSUER, jwks, mint, NOW, options } from "./support/mint.mjs";
import { boundToken, challengesOf, prove, sha256 } from "./support/prove.mjs";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const section = readme.slice(readme.indexOf("## Tokens that only their owner can use"), readme.indexOf("## Who does the arithmetic"));
const [dpop, certificates, stepUp] = [...section.matchAll(/^```js\n([^]*?)^```/gm)].map(([, code]) => code);
const AsyncFunction = (async () => {}).constructor;

test("DPoP, from the metadata to the nonce", async () => {
  let handler;
  const withKeys = (given) => createValidator({ ...given, jwks, clock });
  await new AsyncFunction("createServer", "createValidator", "process", dpop.replaceAll(/^import .*$/gm, ""))(
    (given) => ((handler = given), { listen: () => undefined }),
    withKeys,
    { env: { NONCE_SECRET: "a secret of thirty-two characters" } },
  );
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const here = `http://127.0.0.1:${server.address().port}`;
  const token = await boundToken();
  const call = async (nonce) =>
    fetch(`${here}/orders/7`, { headers: { authorization: `DPoP ${token}`, dpop: await prove(token, { claims: { nonce } }) } });
  try {
    const anonymous = await fetch(`${here}/orders/7`);
    assert.equal(anonymous.status, 401);
    const url = new URL(challengesOf(anonymous).DPoP.resource_metadata);
    assert.equal(url.origin, AUDIENCE);
    const metadata = await (await fetch(here + url.pathname)).json();
    assert.deepEqual([metadata.resource, metadata.authorization_servers], [AUDIENCE, [ISSUER]]);
    const first = await call(undefined);
    assert.deepEqual([first.status, await first.text()], [401, "use_dpop_nonce"]);
    const second = await call(first.headers.get("dpop-nonce"));
    assert.deepEqual([second.status, await second.text()], [200, "hello reports-job"]);
    assert.equal((await call(second.headers.get("dpop-nonce"))).status, 200);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test("certificates and step-up", async () => {
  const der = Buffer.from("the DER encoding of a certificate");
  const results = [];
  const validator = await createValidator(options());
  const recording = { authenticate: async (...call) => results.push((await validator.authenticate(...call)).code ?? "accepted") };
  const token = await mint({ claims: { cnf: { "x5t#S256": sha256(der) }, acr: "urn:example:gold", auth_time: NOW - 300 } });
  const headers = { authorization: `Bearer ${token}` };
  const certFingerprintSHA256 = Buffer.from(sha256(der), "base64url").toString("hex");
  for (const request of [
    { headers, socket: { getPeerCertificate: () => ({ raw: der }) }, cf: { tlsClientAuth: { certFingerprintSHA256 } } },
    // Without a certificate: Node's object is empty, and so is a Worker's text.
    { headers, socket: { getPeerCertificate: () => ({}) }, cf: { tlsClientAuth: { certFingerprintSHA256: "" } } },
  ]) {
    await new AsyncFunction("validator", "request", certificates)(recording, request);
  }
  const authorized = async (claims) => ({ headers: { authorization: `Bearer ${await mint({ claims })}` } });
  for (const claims of [{ acr: "urn:example:gold", auth_time: NOW - 300 }, { acr: "urn:example:gold" }]) {
    await new AsyncFunction("validator", "request", stepUp)(recording, await authorized(claims));
  }
  assert.deepEqual(results, [
    "accepted",
    "accepted",
    "bound_token_without_proof",
    "bound_token_without_proof",
    "accepted",
    "insufficient_user_authentication",
  ]);
});
