// A server that attacks the reader of its report, behind a real socket and in a real browser.
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { countersign } from "./bundle.mjs";
import { sarifProblems } from "./sarif.mjs";

const ATTACK = `</script></pre><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(1)>" onmouseover="alert(1)\u001b[2J\u202e]]>`;

function answer(request, response, body) {
  const works = request.method === "POST" && /^grant_type=client_credentials(&scope=read\+write)?$/.test(body);
  response.setHeader("X-Attack", ATTACK.replace(/[^\x20-\x7e]/g, ""));
  response.setHeader("Content-Type", works ? "application/json" : "text/plain; x=<script>");
  if (works) {
    response.end(JSON.stringify({ access_token: "opaque-0123456789", token_type: ATTACK, [ATTACK]: ATTACK }));
  } else if (body.length % 2) {
    response.statusCode = 400;
    response.end(JSON.stringify({ error: ATTACK, error_description: ATTACK }));
  } else {
    response.end(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(ATTACK.repeat(2000))]));
  }
}

let server, browser, kept;
before(async () => {
  server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => answer(request, response, body));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-"));
  const endpoint = `http://127.0.0.1:${server.address().port}/token`;
  const client = '[client]\nid = "job"\nsecret = "env:S"\nscopes = ["read", "write"]\n';
  writeFileSync(path.join(folder, "c.toml"), `[target]\ntoken_endpoint = "${endpoint}"\nallow_http = true\n${client}`);
  kept = await countersign(["check", "--config", "c.toml"], folder, { S: "s3cret-of-the-test" });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

test("what a server sends neither runs nor is fetched", async () => {
  const { page, misdeeds, close } = await open(browser, path.join(kept.bundle, "report.html"));
  for (const article of await page.locator("article").all()) await article.hover();
  assert.deepEqual(misdeeds, []);
  assert.equal(await page.locator("img, iframe, object, embed, link").count(), 0);
  assert.equal(await page.locator("script").count(), 1);
  assert.ok((await page.locator("article").count()) > 3);
  assert.match(await page.locator("#exchanges ~ article").first().innerText(), /<script>alert\(1\)<\/script>/);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 1280, `${wide}`);
  await close();
});

test("SARIF stays valid", () => {
  assert.deepEqual(sarifProblems(kept.read("report.sarif")), []);
});
