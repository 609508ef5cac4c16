// The subpaths beside the validator: tokens minted and refused, and the client, which has to refuse to run in a browser.
import { createValidator } from "countersign";
import { createClient } from "countersign/client";
import { createIssuer } from "countersign/testing";

const ALGORITHMS = ["ES256", "RS256", "EdDSA"];
const BAD = ["token_expired", "invalid_signature", "invalid_audience", "key_not_found", "claim_missing", "malformed_token"];
const SCOPES = ["orders:read"];

/** What a browser says of itself; the client looks at other things. */
const IN_BROWSER = /Chrome/.test(globalThis.navigator?.userAgent ?? "");

const codeOf = (promise) => promise.then(() => "accepted", ({ code }) => code ?? "no code");

async function clientCode(options, validator) {
  const get = async () => validator.verify((await createClient(options).token()).value, { scopes: SCOPES });
  return codeOf(get());
}

export async function tools() {
  const issuer = await createIssuer({ algorithms: ALGORITHMS });
  const { audience, fetch } = issuer;
  const validator = await createValidator({ issuer: issuer.issuer, audience, fetch });
  const verify = async (token) => codeOf(validator.verify(await token, { scopes: SCOPES }));
  const credentials = { issuer: issuer.issuer, clientId: "c", scopes: SCOPES, fetch };
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const ofClient = IN_BROWSER ? "not_for_browsers" : "accepted";

  const seen = [];
  for (const algorithm of ALGORITHMS) seen.push([`a token, ${algorithm}`, await verify(issuer.token({ algorithm, scopes: SCOPES })), "accepted"]);
  for (const code of BAD) seen.push([`a bad token, ${code}`, await verify(issuer.badToken(code, { scopes: SCOPES })), code]);
  seen.push(["a client with a secret", await clientCode({ ...credentials, clientSecret: "s" }, validator), ofClient]);
  seen.push(["a client with a key", await clientCode({ ...credentials, privateKey }, validator), ofClient]);
  return {
    held: seen.length,
    wrong: seen.filter(([, is, should]) => is !== should).map(([what, is, should]) => `${what}: ${is}, not ${should}`),
  };
}
