import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { countersign } from "./bundle.mjs";

let browser, file;
before(async () => {
  const { bundle } = await countersign(["demo", "--fault", "client-authentication/wrong-secret/prefix", "--seed", "7"]);
  file = path.join(bundle, "report.html");
  browser = await launch();
});
after(() => browser?.close());

/** The rows of the statements that can be seen. */
const rows = (page) => page.locator("#statement-rows > tbody > tr:visible");

test("a report asks for nothing, and its verdict can be seen at once", async () => {
  const { page, misdeeds, close } = await open(browser, file);
  assert.deepEqual(misdeeds, []);
  const verdict = page.locator(".verdict");
  assert.match(await verdict.innerText(), /^Broken/);
  const { y } = await verdict.boundingBox();
  assert.ok(y < 400, `${y}`);
  await close();
});

test("the statements are filtered by words and by status", async () => {
  const { page, misdeeds, close } = await open(browser, file);
  const all = await rows(page).count();
  assert.ok(all > 300);
  await page.getByLabel("Search").fill("exact SECRET");
  assert.equal(await rows(page).count(), 1);
  assert.match(await rows(page).innerText(), /RFC6749-10\.10-02[^]*broken/);
  assert.equal(await page.locator("form.filter output").innerText(), `1 of ${all} shown`);
  await page.getByLabel("Search").fill("");
  for (const box of await page.getByRole("checkbox").all()) {
    if ((await box.inputValue()) !== "broken") await box.uncheck();
  }
  const broken = await rows(page).count();
  assert.ok(broken >= 1 && broken < all / 10, `${broken}`);
  await page.getByLabel("Search").press("Enter");
  assert.ok(page.url().startsWith("file:"), "the form goes nowhere");
  assert.deepEqual(misdeeds, []);
  await close();
});

test("a finding leads to its exchange, to the control and to its statement, by keyboard too", async () => {
  const { page, close } = await open(browser, file);
  const finding = page.locator("article", { hasText: "RFC6749-10.10-02" }).first();
  const link = finding.getByRole("link", { name: /^#\d+$/ });
  await link.first().focus();
  await page.keyboard.press("Enter");
  const [shown] = await page.locator("article:target").all();
  assert.match(await shown.innerText(), /POST http[^]*Basic \[redacted:\d+\][^]*200/);
  assert.ok(await shown.isVisible());
  assert.match(await finding.innerText(), /the control that worked: #\d+/);
  await finding.getByRole("link", { name: "RFC6749-10.10-02" }).click();
  assert.match(await page.locator("tr:target").innerText(), /broken/);
  await close();
});

test("the number of faults leads into the kill matrix, which prints though it is closed", async () => {
  const { page, close } = await open(browser, file);
  const row = page.locator("#check-rows tr", { hasText: "client-authentication/wrong-secret" });
  const fault = page.getByText("client-authentication/wrong-secret/prefix", { exact: true });
  assert.equal(await fault.isVisible(), false);
  await page.emulateMedia({ media: "print" });
  assert.ok((await fault.boundingBox())?.height > 0);
  await page.emulateMedia({ media: "screen" });
  await row.getByRole("link").click();
  assert.ok(await fault.isVisible());
  assert.match(await page.locator("tbody:target").innerText(), /compares only as many letters as the secret has/);
  await close();
});

test("without JavaScript everything is there, and no filter that would do nothing", async () => {
  const { page, misdeeds, close } = await open(browser, file, { javaScriptEnabled: false });
  assert.ok((await rows(page).count()) > 300);
  assert.equal(await page.locator("form.filter").isVisible(), false);
  assert.deepEqual(misdeeds, []);
  await close();
});

test("a telephone shows it without scrolling sideways", async () => {
  for (const width of [320, 390, 768]) {
    const { page, close } = await open(browser, file, { viewport: { width, height: 800 } });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} at ${width}`);
    await close();
  }
});

test("it prints, whatever is filtered away on the screen", async () => {
  const { page, close } = await open(browser, file);
  const whole = await page.pdf({ preferCSSPageSize: true });
  await page.getByLabel("Search").fill("nothing has these words");
  const filtered = await page.pdf({ preferCSSPageSize: true });
  assert.equal(whole.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pages(whole) > 5);
  assert.equal(pages(filtered), pages(whole));
  await close();
});

test("on paper it has the first exchange of each finding and no other, and says where the others are", async () => {
  const { page, close } = await open(browser, file);
  await page.emulateMedia({ media: "print" });
  const finding = page.locator("article", { hasText: "RFC6749-10.10-02" }).first();
  const [first, control] = await finding.locator("dd a[href^='#exchange-']").evaluateAll((links) => links.map((link) => link.hash));
  assert.ok(await page.locator(first).isVisible());
  assert.equal(await page.locator(control).isVisible(), false);
  assert.match(await page.locator("section", { hasText: "Those that the findings name" }).innerText(), /stand in the HTML file/);
  // Statements, checks and faults are almost nine hundred rows.
  assert.ok(pages(await page.pdf({ preferCSSPageSize: true })) <= 35);
  await page.emulateMedia({ media: "screen" });
  assert.ok(await page.locator(control).isVisible());
  assert.doesNotMatch(await page.locator("section", { hasText: "Those that the findings name" }).innerText(), /Printed is/);
  await close();
});

test("headings have an order, pictures a text, and text a contrast, by day and by night", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const { page, close } = await open(browser, file, { colorScheme });
    const found = await page.evaluate(inspect);
    assert.deepEqual(found, { skipped: [], unnamed: 0, pale: [], languages: "en" }, colorScheme);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "To the findings");
    await close();
  }
});

/** How many pages a PDF has. */
const pages = (pdf) => pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;

/** Runs in the page: WCAG 2.2 §1.3.1, §1.1.1 and §1.4.3. */
function inspect() {
  const levels = [...document.querySelectorAll("h1,h2,h3,h4")].map((heading) => Number(heading.tagName[1]));
  const skipped = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
  const pictures = [...document.querySelectorAll("svg:not([aria-hidden])")];
  const unnamed = pictures.filter((svg) => !svg.ariaLabel && !svg.getAttribute("aria-labelledby")).length;
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const linear = [r, g, b].map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  for (const element of document.querySelectorAll("body *:not(script)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!own || element.closest("svg")) continue;
    const [one, other] = [light(channels(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5) pale.add(`${element.tagName} ${element.className} ${contrast.toFixed(2)}`);
  }
  return { skipped, unnamed, pale: [...pale], languages: document.documentElement.lang };
}
