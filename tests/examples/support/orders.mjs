// What every example is asked for: the same calls, with tokens of a real authorization server, and the answers that must come.
import assert from "node:assert/strict";
import { createClient } from "../../../pkg/src/client/index.js";

export const AUDIENCE = "https://orders.example";

/** @param {{ issuer: string, secret: string }} facts of the authorization server */
export const tokensOf = ({ issuer, secret }) => {
  const client = createClient({ issuer, clientId: "reports-job", clientSecret: secret, resource: AUDIENCE, allowInsecureLoopback: true });
  return async (...scopes) => (await client.with({ scopes }).token()).value;
};

/**
 * @param {string} url
 * @param {string | undefined} token
 * @param {RequestInit} [init]
 */
export async function call(url, token, init) {
  const response = await fetch(url, { ...init, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  return { status: response.status, challenge: response.headers.get("www-authenticate")?.replace(/error_description="[^"]*"(, )?/, ""), text: await response.text() };
}

/**
 * @param {string} url of the orders
 * @param {(...scopes: string[]) => Promise<string>} token
 * @param {unknown} expected what a caller with the right scope gets
 */
export async function holdsAt(url, token, expected = { caller: "reports-job" }) {
  const good = await call(url, await token("orders:read"));
  assert.deepEqual([good.status, good.text && JSON.parse(good.text)], [200, expected], good.text);
  const none = await call(url, undefined);
  assert.deepEqual([none.status, none.challenge, none.text], [401, 'Bearer realm="api"', "missing_token\n"]);
  const weak = await call(url, await token("orders:write"));
  assert.deepEqual([weak.status, weak.text], [403, "insufficient_scope\n"]);
  assert.match(weak.challenge, /^Bearer realm="api", error="insufficient_scope", scope="orders:read"/);
  const wrong = await call(url, `${await token("orders:read")}x`);
  assert.equal(wrong.status, 401);
  assert.match(wrong.challenge, /error="invalid_token"/);
}
