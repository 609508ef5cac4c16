// What the examples teach about the first requests, with a stand-in for the package: that they run, tests/examples shows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** Two that make a validator at once are let go on together; each validator says who it is with every request. */
const PACKAGE = `
let made = 0;
let open;
const both = new Promise((resolve) => (open = resolve));
export const asked = [];
export async function createValidator() {
  const number = (made += 1);
  if (number === 2) open();
  await both;
  return { authenticate: async () => (asked.push(number), { ok: false, response: new Response() }) };
}
export const createClient = () => ({});
`;

const moduleOf = (source) => import(`data:text/javascript,${encodeURIComponent(source)}`);

for (const [example, call] of [
  ["worker/src/index.js", (module) => module.default.fetch(new Request("https://api.test/"), {}, {})],
  ["next/middleware.js", (module) => module.default(new Request("https://api.test/api"))],
]) {
  test(`two first requests at once are judged by one validator: ${example}`, async () => {
    const source = readFileSync(new URL(`../examples/${example}`, import.meta.url), "utf8");
    const replacement = `data:text/javascript,${encodeURIComponent(`${PACKAGE}// ${example}`)}`;
    const module = await moduleOf(source.replaceAll(/"countersign(\/client)?"/g, JSON.stringify(replacement)));
    const { asked } = await import(replacement);
    await Promise.all([call(module), call(module)]);
    await call(module);
    assert.deepEqual([asked.length, new Set(asked).size], [3, 1]);
  });
}
