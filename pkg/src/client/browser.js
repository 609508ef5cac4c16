// Whether this program runs where its user can read its memory. A secret there is no secret, whatever else is done to keep it.
import { failed } from "./error.js";

/**
 * A page has a `document`; every kind of worker of a browser, service workers and those of extensions included, has `importScripts`
 * (HTML §10.3.1), module workers too. No server has either: not Node, Bun and Deno (whose workers load modules only), not workerd and
 * the edge runtimes, although some of them name their global scope ServiceWorkerGlobalScope or have a `window` and a `self`. Those names
 * are therefore not looked at. A test environment that imitates a page counts as one.
 *
 * @param {any} scope
 */
const isBrowser = (scope) => typeof scope.document === "object" || typeof scope.importScripts === "function";

export function refuseBrowsers() {
  if (isBrowser(globalThis)) throw failed("not_for_browsers");
}
