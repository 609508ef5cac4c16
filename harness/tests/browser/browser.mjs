// The system's Chromium, without a network: a report needs none.
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

function installed() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const folder of process.env.PATH.split(path.delimiter)) {
      const file = path.join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // It is not there: the next one.
      }
    }
  }
  throw new Error("Chromium is not installed; install it with your system's packages (`apt-get install chromium`)");
}

export const launch = () =>
  chromium.launch({ executablePath: installed(), args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });

/** Opens a report, and notes whatever it should not do. */
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const misdeeds = [];
  const url = pathToFileURL(file).href;
  page.on("request", (request) => request.url() === url || misdeeds.push(`asks for ${request.url()}`));
  page.on("console", (message) => misdeeds.push(message.text()));
  page.on("pageerror", (error) => misdeeds.push(String(error)));
  page.on("dialog", (dialog) => {
    misdeeds.push("opens a dialog");
    dialog.dismiss();
  });
  await page.goto(url);
  return { page, misdeeds, close: () => context.close() };
}
