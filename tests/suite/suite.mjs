// The one suite of all runtimes, as a Worker: GET / plays it, and /ready and /token are for requests that come from outside all at once.
import { createValidator } from "countersign";
import { everyBackend } from "./corpus.mjs";
import { differential } from "./differential.mjs";
import { network } from "./network.mjs";
import { check } from "./package-check.mjs";
import { tools } from "./tools.mjs";
import { trap } from "./trap.mjs";
import { vectors } from "./wycheproof.mjs";

const PARTS = {
  check: async () => ({ held: await check(), wrong: [] }),
  corpus: ({ BACKENDS }) => everyBackend(BACKENDS.split(" ")),
  differential: ({ BACKENDS }) => differential(BACKENDS.split(" ")),
  wycheproof: ({ BACKENDS }) => vectors(BACKENDS.split(" ")),
  tools,
  trap,
  network: ({ ORIGIN }) => network(ORIGIN),
};

async function play(environment) {
  const report = { held: {}, wrong: [] };
  for (const [part, run] of Object.entries(PARTS)) {
    const { held, wrong } = await run(environment).catch((error) => ({ held: 0, wrong: [String(error?.stack ?? error)] }));
    report.held[part] = held;
    report.wrong.push(...wrong.map((sentence) => `${part}: ${sentence}`));
  }
  return Response.json({ ...report, wrong: report.wrong.slice(0, 20), many: report.wrong.length });
}

let validator; // the value, not its promise: requests of a Worker must not wait for each other's promises

const ROUTES = {
  "/": play,
  "/ready": async ({ ORIGIN }) => {
    validator = await createValidator({ issuer: `${ORIGIN}/outside`, audience: "https://api.example.com", allowInsecureLoopback: true, clock: () => 1_900_000_000_000 });
    return new Response("ready");
  },
  "/token": async (_, request) => {
    const result = await validator.authenticate(request);
    return result.ok ? new Response("accepted") : result.response;
  },
};

export default {
  fetch: (request, environment) => ROUTES[new URL(request.url).pathname](environment, request),
};
