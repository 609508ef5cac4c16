// What the examples teach about the first requests, with a stand-in for the package: that they run, tests/examples shows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** The first two that make a validator are let go on together; each validator says who it is with every request, and what that needs. */
const PACKAGE = `
let made = 0;
let open;
const both = new Promise((resolve) => (open = resolve));
export const asked = [];
export async function createValidator() {
  const number = (made += 1);
  if (number === 2) open();
  await both;
  return { authenticate: async (_, { scopes }) => (asked.push([number, scopes]), { ok: false, response: new Response() }) };
}
export const createClient = () => ({});
`;

const moduleOf = (source) => import(`data:text/javascript,${encodeURIComponent(source)}`);

/** The example, and what its validators were asked. */
async function load(example, test) {
  const source = readFileSync(new URL(`../examples/${example}`, import.meta.url), "utf8");
  const replacement = `data:text/javascript,${encodeURIComponent(`${PACKAGE}// ${test}`)}`;
  const module = await moduleOf(source.replaceAll(/"countersign(\/client)?"/g, JSON.stringify(replacement)));
  return { module, asked: (await import(replacement)).asked };
}

for (const [example, call] of [
  ["worker/src/index.js", (module) => module.default.fetch(new Request("https://api.test/"), {}, {})],
  ["next/middleware.js", (module) => module.default(new Request("https://api.test/api"))],
]) {
  test(`two first requests at once are judged by one validator: ${example}`, async () => {
    const { module, asked } = await load(example, `first requests of ${example}`);
    await Promise.all([call(module), call(module)]);
    await call(module);
    assert.deepEqual([asked.length, new Set(asked.map(([number]) => number)).size], [3, 1]);
  });
}

test("no method that a client makes up needs less than the right to write: next/middleware.js", async () => {
  const { module, asked } = await load("next/middleware.js", "methods");
  const methods = ["GET", "HEAD", "POST", "DELETE", "get-all", "constructor", "__proto__"];
  await Promise.all(methods.map((method) => module.default({ method })));
  assert.deepEqual(asked.map(([, scopes]) => String(scopes)), methods.map((_, index) => (index < 2 ? "orders:read" : "orders:write")));
});
