// How the client says who it is: one row a method (RFC 6749 §2.3.1, RFC 7523 §2.2).
import { assertion, importKey } from "./assertion.js";

/** @import { Settings } from "./options.js" */

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * A text as the value of a form (RFC 6749 appendix B).
 *
 * @param {string} text
 */
const formEncoded = (text) => new URLSearchParams({ "": text }).toString().slice(1);

/**
 * The private key in the host's form, imported once. The value is kept, not its promise: a runtime may forbid one request to wait for
 * the promise of another.
 *
 * @typedef {object} KeyCell
 * @property {CryptoKey} [key]
 */

/**
 * Adds to the request what proves who asks.
 *
 * @typedef {(settings: Settings, request: { headers: Headers, form: URLSearchParams }, cell: KeyCell, now: number) => Promise<void>} Method
 *
 * @type {Record<string, Method>}
 */
const METHODS = {
  // Id and secret are form-encoded first (RFC 6749 §2.3.1), which is what makes a colon in the id or other letters than those of ASCII work.
  async client_secret_basic({ clientId, clientSecret }, { headers }) {
    headers.set("authorization", `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(/** @type {string} */ (clientSecret))}`)}`);
  },
  async client_secret_post({ clientId, clientSecret }, { form }) {
    form.set("client_id", clientId);
    form.set("client_secret", /** @type {string} */ (clientSecret));
  },
  async private_key_jwt({ clientId, privateKey, algorithm, keyId, assertionAudience }, { form }, cell, now) {
    if (privateKey === undefined || algorithm === undefined || assertionAudience === undefined) throw new Error("options were not judged");
    cell.key ??= await importKey(privateKey, algorithm);
    form.set("client_id", clientId);
    form.set("client_assertion_type", ASSERTION_TYPE);
    form.set("client_assertion", await assertion({ key: cell.key, algorithm, keyId, clientId, audience: assertionAudience, now }));
  },
};

/** @type {Method} */
export const authenticate = (settings, request, cell, now) => METHODS[settings.authentication](settings, request, cell, now);
