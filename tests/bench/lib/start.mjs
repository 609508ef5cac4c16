// Cold start: from the import of the library to the first verdict, each time in a process of its own, in turns.
import { execFileSync } from "node:child_process";
import process from "node:process";
import { tokenSets } from "./tokens.mjs";

const TURNS = 15;

const SCRIPTS = {
  "nothing imported": "",
  countersign: `
    const { createValidator } = await import("countersign");
    const validator = await createValidator({ issuer, audience, jwks: { keys: [jwk] } });
    await validator.verify(token);`,
  jose: `
    const { jwtVerify, createLocalJWKSet } = await import("jose");
    await jwtVerify(token, createLocalJWKSet({ keys: [jwk] }), { issuer, audience, typ: "at+jwt" });`,
};

const script = (body) => `
  const { jwk, token, issuer, audience } = JSON.parse(process.env.COUNTERSIGN_CASE);
  const start = performance.now();
  ${body}
  console.log(performance.now() - start);`;

/** Milliseconds, by name: { name, median, least, greatest }. */
export function coldStarts(folder, { ISSUER, AUDIENCE }) {
  const [{ jwk, tokens }] = tokenSets(1, ["ES256"]);
  const env = { ...process.env, COUNTERSIGN_CASE: JSON.stringify({ jwk, token: tokens[0], issuer: ISSUER, audience: AUDIENCE }) };
  const samples = Object.fromEntries(Object.keys(SCRIPTS).map((name) => [name, []]));
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [name, body] of Object.entries(SCRIPTS)) {
      const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script(body)], { cwd: folder, env, encoding: "utf8" });
      samples[name].push(Number(printed));
    }
  }
  return Object.entries(samples).map(([name, all]) => {
    const sorted = all.toSorted((a, b) => a - b);
    return { name, median: sorted[Math.floor(TURNS / 2)], least: sorted[0], greatest: sorted.at(-1) };
  });
}
