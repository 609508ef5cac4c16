// What grows with the work: time against the size of a token and against what is configured, memory against tokens seen.
import process from "node:process";
import { issuerOf } from "./tokens.mjs";
import { AUDIENCE, ISSUER, SCOPE } from "./policy.mjs";

const TURNS = 9;
const BATCH = 60;

/** One row a question: what is varied, over which values, and a validator with tokens for each of them. */
const QUESTIONS = [
  {
    what: "token bytes",
    values: [512, 1024, 2048, 4096, 8192, 16000],
    make(bytes, { createValidator, issuer }) {
      const bare = issuer.token(0, { filler: "" }).length;
      const claims = { filler: "x".repeat(Math.max(0, Math.floor(((bytes - bare) * 3) / 4))) };
      return { options: { jwks: { keys: [issuer.jwk] } }, tokens: (number) => issuer.token(number, claims), createValidator };
    },
  },
  {
    what: "keys in the set",
    values: [1, 10, 100],
    make(count, { issuer }) {
      const others = Array.from({ length: count - 1 }, (_, number) => issuerOf("EdDSA", ISSUER, `other-${number}`).jwk);
      return { options: { jwks: { keys: [...others, issuer.jwk] } }, tokens: (number) => issuer.token(number) };
    },
  },
  {
    what: "issuers",
    values: [1, 10, 100, 1000],
    make(count, { issuer }) {
      const others = Array.from({ length: count - 1 }, (_, number) => ({
        issuer: `https://as-${number}.example.com`,
        audience: AUDIENCE,
        jwks: { keys: [issuer.jwk] },
      }));
      const issuers = [...others, { issuer: ISSUER, audience: AUDIENCE, jwks: { keys: [issuer.jwk] } }];
      return { options: { issuers }, tokens: (number) => issuer.token(number) };
    },
  },
  {
    what: "scopes demanded, of 1,000 that the token has",
    values: [1, 10, 100, 1000],
    make(count, { issuer }) {
      const scopes = Array.from({ length: count }, (_, number) => `scope:${number}`);
      // The token has all of them however many are demanded, so that its size is not what is measured.
      const scope = Array.from({ length: 1000 }, (_, number) => `scope:${number}`).join(" ");
      return { options: { jwks: { keys: [issuer.jwk] } }, tokens: (number) => issuer.token(number, { scope }), scopes };
    },
  },
];

async function median(make) {
  const samples = [];
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const tokens = Array.from({ length: BATCH }, (_, number) => make.tokens(turn * BATCH + number));
    const start = performance.now();
    for (const token of tokens) make.validator.verifySync(token, { scopes: make.scopes ?? [] });
    if (turn > 0) samples.push(((performance.now() - start) * 1000) / BATCH);
  }
  return samples.toSorted((a, b) => a - b)[Math.floor(TURNS / 2)];
}

/** Microseconds for an unseen EdDSA token: [{ what, value, median }]. */
export async function costs(createValidator) {
  const issuer = issuerOf("EdDSA");
  const rows = [];
  for (const { what, values, make } of QUESTIONS) {
    for (const value of values) {
      const { options, tokens, scopes } = make(value, { issuer });
      const whole = options.issuers ? options : { issuer: ISSUER, audience: AUDIENCE, ...options };
      const validator = await createValidator(whole);
      rows.push({ what, value, median: await median({ validator, tokens, scopes }) });
    }
  }
  return rows;
}

/**
 * The memory of the wasm module in bytes, after so many tokens that were all different: [{ tokens, bytes }].
 *
 * @param {WebAssembly.Memory} memory
 */
export async function memory(createValidator, memory, stages) {
  const issuer = issuerOf("ES256");
  const validator = await createValidator({ issuer: ISSUER, audience: AUDIENCE, jwks: { keys: [issuer.jwk] } });
  const rows = [{ tokens: 0, bytes: memory.buffer.byteLength, process: process.memoryUsage().rss }];
  let number = 0;
  for (const stage of stages) {
    for (; number < stage; number += 1) await validator.verify(issuer.token(number), { scopes: [SCOPE] });
    rows.push({ tokens: number, bytes: memory.buffer.byteLength, process: process.memoryUsage().rss });
  }
  return rows;
}
