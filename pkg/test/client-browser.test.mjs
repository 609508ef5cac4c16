// Where the client refuses to run. The suite of all runtimes shows it in real ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "countersign/client";

const BROWSERS = [
  ["a page", { document: {}, window: {} }, true],
  ["a worker", { importScripts: () => undefined, WorkerGlobalScope: class {} }, true],
  ["a service worker", { importScripts: () => undefined, ServiceWorkerGlobalScope: class {}, registration: {} }, true],
  ["a Worker on a server", { ServiceWorkerGlobalScope: class {}, WorkerGlobalScope: class {}, caches: {} }, false],
  ["a runtime with a window", { window: globalThis, self: globalThis }, false],
];
for (const [what, scope, refused] of BROWSERS) {
  test(`in ${what} it ${refused ? "refuses to run" : "runs"}`, () => {
    const options = { tokenEndpoint: "https://as.test/token", clientId: "c", clientSecret: "s" };
    const before = Object.getOwnPropertyDescriptors(globalThis);
    for (const [name, value] of Object.entries(scope)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    try {
      if (refused) assert.throws(() => createClient(options), { code: "not_for_browsers" });
      else createClient(options);
    } finally {
      for (const name of Object.keys(scope)) {
        if (name in before) Object.defineProperty(globalThis, name, before[name]);
        else delete globalThis[name];
      }
    }
  });
}
