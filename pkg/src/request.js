// What decides in a request, whatever shape the request has: two fields, the method, the URI. Repeats of a field are seen, never dropped:
// they are joined as HTTP joins them (RFC 9110 §5.3), and the core refuses what is then no single credential or proof.
import { misuse } from "./error.js";

/** @import { RequestLike } from "../index.js" */

/**
 * Values of the field in a flat list of names and values, as Node keeps it: its `headers` object drops repeats of some fields.
 *
 * @param {readonly string[] | undefined} rawHeaders
 * @param {string} field
 */
function rawValues(rawHeaders, field) {
  if (!Array.isArray(rawHeaders)) return [];
  return rawHeaders.filter((_, index) => index % 2 === 1 && String(rawHeaders[index - 1]).toLowerCase() === field);
}

/**
 * @param {Record<string, unknown>} headers
 * @param {string} field
 */
const plainValues = (headers, field) =>
  Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === field)
    .flatMap(([, value]) => value ?? []);

/**
 * @param {RequestLike} request
 * @returns {any} its headers
 */
function headersOf(request) {
  const headers = /** @type {any} */ (request)?.headers;
  if (typeof headers !== "object" || headers === null) {
    throw misuse("`request`: must be a Request, or an object whose `headers` is a Headers or a plain object");
  }
  return headers;
}

/**
 * @param {RequestLike} request
 * @param {"Authorization" | "DPoP"} field
 * @returns {string | undefined}
 */
export function fieldOf(request, field) {
  const headers = headersOf(request);
  const name = field.toLowerCase();
  let values;
  if (typeof headers.get === "function") {
    values = [headers.get(name) ?? []].flat();
  } else {
    const raw = rawValues(/** @type {any} */ (request).rawHeaders, name);
    values = raw.length > 1 ? raw : plainValues(headers, name);
  }
  if (!values.every((value) => typeof value === "string")) {
    throw misuse(`\`request.headers\`: the value of ${field} must be a string or an array of strings`);
  }
  return values.length === 0 ? undefined : values.join(", ");
}

/** @param {RequestLike} request */
export function methodOf(request) {
  const { method } = request;
  if (typeof method !== "string") throw misuse("`request.method`: must be a string, because a DPoP proof names the method");
  return method;
}

const ORIGIN = /^https?:\/\/[^/?#]*/i;

/**
 * The URI of a target at our origin (RFC 9112 §3.3). What is no path would go on where the origin ends, and make another host of it; such a
 * request has no URI that a proof could name. The asterisk stands for the server as a whole.
 *
 * @param {string} origin
 * @param {string} target
 */
const uriAt = (origin, target) => (/^(?:[/?#]|$)/.test(target) ? origin + target : target === "*" ? origin : "");

/**
 * The absolute URI that the client asked for. A WHATWG Request has it; others know the path only, and no field of the request is believed
 * about the rest.
 *
 * @param {RequestLike} request
 * @param {string | undefined} origin of the options
 */
export function uriOf(request, origin) {
  const { originalUrl, url } = request;
  const given = originalUrl ?? url; // Express cuts `url` where a router is mounted.
  if (typeof given !== "string") throw misuse("`request.url`: must be a string, because a DPoP proof names the URI; or give `url` with the call");
  if (origin !== undefined) return uriAt(origin, given.replace(ORIGIN, ""));
  if (typeof headersOf(request).get === "function" && ORIGIN.test(given)) return given;
  throw misuse("option `origin`: must be given for requests that know their path only, such as those of node:http; or give `url` with the call");
}
