// The Authorization field of a request, whatever shape the request has. Repeats are seen, never dropped: they are joined as HTTP joins
// them (RFC 9110 §5.3), and the core refuses what is then no single credential.
import { misuse } from "./error.js";

/** @import { RequestLike } from "../index.js" */

const FIELD = "authorization";

/**
 * Values of the field in a flat list of names and values, as Node keeps it: its `headers` object drops repeats of this field.
 *
 * @param {readonly string[] | undefined} rawHeaders
 */
function rawValues(rawHeaders) {
  if (!Array.isArray(rawHeaders)) return [];
  return rawHeaders.filter((_, index) => index % 2 === 1 && String(rawHeaders[index - 1]).toLowerCase() === FIELD);
}

/** @param {Record<string, unknown>} headers */
const plainValues = (headers) =>
  Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === FIELD)
    .flatMap(([, value]) => value ?? []);

/**
 * @param {RequestLike} request
 * @returns {string | undefined}
 */
export function authorizationOf(request) {
  const headers = /** @type {any} */ (request)?.headers;
  if (typeof headers !== "object" || headers === null) {
    throw misuse("`request`: must be a Request, or an object whose `headers` is a Headers or a plain object");
  }
  let values;
  if (typeof headers.get === "function") {
    values = [headers.get(FIELD) ?? []].flat();
  } else {
    const raw = rawValues(/** @type {any} */ (request).rawHeaders);
    values = raw.length > 1 ? raw : plainValues(headers);
  }
  if (!values.every((value) => typeof value === "string")) {
    throw misuse("`request.headers`: the value of Authorization must be a string or an array of strings");
  }
  return values.length === 0 ? undefined : values.join(", ");
}
