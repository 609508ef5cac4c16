// Key sets over a real network, counted where they are served. The clock is ours: only the requests take real time.
import { cacheStore, createValidator } from "countersign";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A validator before one scene's issuer, and what can be asked and told there. */
async function open(origin, scene) {
  const get = async (what) => (await fetch(`${origin}/${what}/${scene}`)).json();
  let now = 1_900_000_000_000;
  const validatorWith = (options) =>
    createValidator({ issuer: `${origin}/${scene}`, audience: "https://api.example.com", allowInsecureLoopback: true, clock: () => now, ...options });
  const validator = await validatorWith({});
  const codeOf = async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    const result = await validator.authenticate(new Request("https://api.example.com/", { headers }));
    return result.ok ? "accepted" : `${result.response.status} ${result.code}`;
  };
  return {
    tokens: await get("tokens"),
    tell: get,
    asked: async () => Object.values(await get("asked")).join(" + "),
    /** The codes that these tokens get at once, each named once. */
    together: async (tokens) => [...new Set(await Promise.all(tokens.map(codeOf)))].join(" / "),
    /** What so many validators find that share nothing but a cache; one after the other. */
    sharing: async (cache, machines, token) => {
      const found = new Set();
      for (let machine = 0; machine < machines; machine += 1) {
        found.add((await (await validatorWith({ keyStore: cacheStore(cache) })).verify(token)).header.kid);
      }
      return [...found].join(" / ");
    },
    pass: (milliseconds) => (now += milliseconds),
  };
}

/** The runtime's own Cache API where it has one that works; a Map in its place where it does not. */
async function cacheOfRuntime() {
  const url = "https://countersign.invalid/probe";
  try {
    const cache = globalThis.caches.default ?? (await globalThis.caches.open("countersign"));
    await cache.put(url, new Response("there", { headers: { "cache-control": "max-age=60" } }));
    if ((await (await cache.match(url))?.text()) === "there") return cache;
  } catch {
    // None at all, or none that is set up.
  }
  const responses = new Map();
  return { match: async (url) => responses.get(url)?.clone(), put: async (url, response) => void responses.set(url, response) };
}

const fifty = (token) => Array.from({ length: 50 }, () => token);

/** What happens, and what is seen then: verdicts, and how often metadata and keys were asked for. */
const SCENES = {
  cold: async ({ tokens, together, asked }) => [
    [await together(fifty(tokens.first)), "accepted"],
    [await asked(), "1 + 1"],
  ],
  down: async ({ tokens, together, asked, tell }) => [
    [await tell("fail"), {}],
    [await together(fifty(tokens.first)), "503 jwks_unavailable"],
    [await asked(), "1 + 0"],
  ],
  outage: async ({ tokens, together, tell, pass }) => [
    [await together([tokens.first]), "accepted"],
    [await tell("fail"), {}],
    [pass(HOUR) > 0, true],
    [await together(fifty(tokens.first)), "accepted"],
  ],
  bogus: async ({ tokens, together, asked, pass }) => [
    [await together([tokens.first]), "accepted"],
    [pass(MINUTE) > 0, true],
    [await together(tokens.bogus), "401 key_not_found"],
    [await asked(), "1 + 2"],
    [await together(tokens.bogus), "401 key_not_found"],
    [await asked(), "1 + 2"],
    [await together([tokens.first]), "accepted"],
  ],
  rotated: async ({ tokens, together, asked, tell, pass }) => [
    [await together([tokens.first]), "accepted"],
    [await tell("rotate"), {}],
    [pass(MINUTE) > 0, true],
    [await together(fifty(tokens.second)), "accepted"],
    [await asked(), "1 + 2"],
  ],
  shared: async ({ tokens, sharing, asked }) => [
    [await sharing(await cacheOfRuntime(), 3, tokens.first), "first"],
    [await asked(), "1 + 1"],
  ],
  withdrawn: async ({ tokens, together, tell, pass }) => [
    [await together([tokens.first]), "accepted"],
    [await tell("withdraw"), {}],
    [await together([tokens.first]), "accepted"],
    [pass(HOUR) > 0, true],
    [await together([tokens.first]), "401 key_not_found"],
  ],
};

/** The sentences about all that was not as it should be. */
export async function network(origin) {
  const wrong = [];
  let held = 0;
  for (const [scene, play] of Object.entries(SCENES)) {
    for (const [step, [got, expected]] of (await play(await open(origin, scene))).entries()) {
      if (JSON.stringify(got) === JSON.stringify(expected)) held += 1;
      else wrong.push(`${scene}, step ${step + 1}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
    }
  }
  return { held, wrong };
}
