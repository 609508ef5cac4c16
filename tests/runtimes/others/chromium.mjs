// Bundles a module of the application with Vite, and serves it in headless Chromium: in a page, or in a service worker.
import { createReadStream } from "node:fs";
import { access, constants, writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { chromium } from "playwright-core";
import { build } from "vite";
import { assignment, onParentGone, ready } from "../parent.mjs";

const { application, entry, apis, variant } = assignment();
const inServiceWorker = variant === "service-worker";
const environments = JSON.stringify(Object.fromEntries(apis.map(({ name, environment }) => [name, environment])));

async function browser() {
  const folders = process.env.PATH.split(path.delimiter);
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const file of folders.map((folder) => path.join(folder, name))) {
      if (await access(file, constants.X_OK).then(() => true, () => false)) return file;
    }
  }
  console.error("Chromium is not installed; install it with your system's packages (`apt-get install chromium`)");
  process.exit(1);
}

/** What the page and the service worker consist of, beside the module that is served. */
const SOURCES = {
  "index.html": `<!doctype html><script type="module" src="./${inServiceWorker ? "register" : "page"}.js"></script>`,
  "page.js": `import worker from "./${entry}";
    const environments = ${environments};
    globalThis.answer = async (name, path, headers) => {
      const response = await worker.fetch(new Request(new URL(path, location), { headers }), environments[name]);
      return { status: response.status, headers: [...response.headers], body: await response.text() };
    };`,
  "service-worker.js": `import worker from "./${entry}";
    const environments = ${environments};
    addEventListener("install", () => skipWaiting());
    addEventListener("activate", (event) => event.waitUntil(clients.claim()));
    addEventListener("fetch", (event) => {
      const name = new URL(event.request.url).searchParams.get("api");
      if (name !== null) event.respondWith(worker.fetch(event.request, environments[name]));
    });`,
  "register.js": `const taken = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
    await navigator.serviceWorker.register("./service-worker.js", { type: "module" });
    await taken;
    globalThis.answer = async (name, path, headers) => {
      const response = await fetch(path + "?api=" + name, { headers });
      return { status: response.status, headers: [...response.headers], body: await response.text() };
    };`,
};
for (const [name, source] of Object.entries(SOURCES)) await writeFile(path.join(application, name), source);
const inputs = ["index.html", ...(inServiceWorker ? ["service-worker.js"] : [])];
await build({
  root: application,
  configFile: false,
  logLevel: "error",
  build: {
    target: "es2022",
    rollupOptions: { input: inputs.map((name) => path.join(application, name)), output: { entryFileNames: "[name].js" } },
  },
});

const listening = async (answer) => {
  const server = http.createServer(answer);
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${server.address().port}`;
};
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const site = await listening(({ url }, response) => {
  const file = path.join(application, "dist", new URL(url, "http://site").pathname.replace(/\/$/, "/index.html"));
  const stream = createReadStream(file);
  stream.on("error", () => response.writeHead(404).end());
  stream.on("open", () => stream.pipe(response.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "text/plain" })));
});

// A profile of its own in a temporary folder: without one, Chromium keeps service workers in memory, and no large ones.
const profile = await chromium.launchPersistentContext("", { executablePath: await browser(), args: ["--no-sandbox"] });
onParentGone(() => profile.close().finally(() => process.exit()));
const page = await profile.newPage();
page.on("pageerror", (error) => console.error(error));
page.on("console", (message) => console.error(message.text()));
await page.goto(site);
await page.waitForFunction(() => typeof globalThis.answer === "function", undefined, { timeout: 30_000 });

const urls = {};
for (const { name } of apis) {
  urls[name] = await listening(async ({ url, headers }, response) => {
    try {
      const wanted = headers.authorization === undefined ? {} : { authorization: headers.authorization };
      const answer = await page.evaluate((call) => globalThis.answer(...call), [name, url, wanted]);
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(answer.body);
    } catch (error) {
      console.error(error);
      response.writeHead(500).end(String(error));
    }
  });
}
ready(urls);
