// An authorization server's metadata and key sets over real HTTP on loopback, for the suite: each scene has an issuer of its own, which counts
// how often it is asked, and does what the suite tells it to.
import http from "node:http";
import { keyPair, keySet, mint } from "../../pkg/test/support/mint.mjs";
import { onParentGone, ready } from "../runtimes/parent.mjs";

const first = await keyPair("ES256", "first");
const second = await keyPair("ES256", "second");

/** What a scene's issuer can be told to do. */
const ORDERS = {
  fail: (scene) => (scene.fails = true),
  rotate: (scene) => (scene.keys = [first, second]),
  withdraw: (scene) => (scene.keys = [second]),
};

const scenes = new Map();
const sceneOf = (name) => {
  if (!scenes.has(name)) scenes.set(name, { asked: { metadata: 0, keys: 0 }, keys: [first], fails: false });
  return scenes.get(name);
};

const issuerOf = (name) => `${origin}/${name}`;
const tokenOf = (name, key, kid) => mint({ key, header: { kid }, claims: { iss: issuerOf(name), exp: 4_000_000_000 } });

/** One row a path; the last part of each is the scene. */
const ROUTES = [
  [/^\/\.well-known\/oauth-authorization-server\/(\w+)$/, (name, scene) => {
    scene.asked.metadata += 1;
    return scene.fails ? undefined : { issuer: issuerOf(name), jwks_uri: `${origin}/keys/${name}` };
  }],
  [/^\/keys\/(\w+)$/, (_, scene) => {
    scene.asked.keys += 1;
    return scene.fails ? undefined : keySet(...scene.keys);
  }],
  [/^\/asked\/(\w+)$/, (_, scene) => scene.asked],
  [/^\/tokens\/(\w+)$/, async (name) => ({
    first: await tokenOf(name, first, "first"),
    second: await tokenOf(name, second, "second"),
    bogus: await Promise.all(Array.from({ length: 50 }, (_, index) => tokenOf(name, first, `bogus-${index}`))),
  })],
  ...Object.entries(ORDERS).map(([order, carryOut]) => [new RegExp(`^/${order}/(\\w+)$`), (_, scene) => {
    carryOut(scene);
    return {};
  }]),
];

const server = http.createServer(async ({ url }, response) => {
  const { pathname } = new URL(url, "http://issuer");
  const [pattern, answer] = ROUTES.find(([pattern]) => pattern.test(pathname)) ?? [/$/, () => undefined];
  const name = pattern.exec(pathname)?.[1];
  const body = await answer(name, sceneOf(name));
  // Whatever runs in a page asks across origins.
  response.writeHead(body === undefined ? 503 : 200, { "content-type": "application/json", "access-control-allow-origin": "*" });
  response.end(JSON.stringify(body ?? {}));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
onParentGone(() => process.exit());
ready({ origin });
