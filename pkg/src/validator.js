// The public object: three callers of one path.
import { resultOf, tokenOrThrow } from "./answer.js";
import { decide, decideSync } from "./decide.js";
import { LastingEngine } from "./engine.js";
import { TokenError } from "./error.js";
import { readOptions, requiredScopes } from "./options.js";
import { authorizationOf } from "./request.js";

/**
 * @import { Validator, ValidatorOptions } from "../index.js"
 * @import { Accepted, Refused } from "./engine.js"
 * @import { Question } from "./decide.js"
 */

/** More characters than the core reads of any text; it is told no more of them, and says itself that they are too many. */
const LONGEST_TEXT = 2 ** 17;

/** @param {string} text */
const bounded = (text) => (text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text);

/**
 * The question about a bare token. Nothing at all is no token, which the extraction from a request knows to say; another type than
 * text is a token of no form, and never counts as absent.
 *
 * @param {"begin" | "verifySync"} path
 * @param {unknown} jwt
 * @param {string} scopes
 * @returns {Question}
 */
function aboutToken(path, jwt, scopes) {
  if (jwt === undefined || jwt === null) return (core, now) => core.beginRequest(undefined, scopes, now);
  const text = typeof jwt === "string" ? bounded(jwt) : "";
  return (core, now) => core[path](text, scopes, now);
}

/**
 * A request is answered even when the validator itself fails on it: with 500, which lets nobody in.
 *
 * @param {() => Promise<Accepted | Refused>} attempt
 * @returns {Promise<Accepted | Refused>}
 */
async function answered(attempt) {
  try {
    return await attempt();
  } catch (thrown) {
    if (thrown instanceof TokenError && thrown.code === "internal_error") {
      return { kind: "refused", refusal: thrown };
    }
    throw thrown;
  }
}

/**
 * @param {ValidatorOptions} options
 * @returns {Promise<Validator>}
 */
export async function createValidator(options) {
  const { core, jwks, clock, fetch } = readOptions(options);
  const engine = new LastingEngine(core, jwks);
  const host = { clock, fetch };

  /** @type {Validator} */
  const validator = {
    async authenticate(request, options) {
      const field = authorizationOf(request);
      const authorization = field === undefined ? undefined : bounded(field);
      const scopes = requiredScopes(options);
      return resultOf(
        await answered(() => decide(engine, host, (core, now) => core.beginRequest(authorization, scopes, now))),
      );
    },

    async verify(jwt, options) {
      return tokenOrThrow(await decide(engine, host, aboutToken("begin", jwt, requiredScopes(options))));
    },

    verifySync(jwt, options) {
      return tokenOrThrow(decideSync(engine, host, aboutToken("verifySync", jwt, requiredScopes(options))));
    },
  };
  return Object.freeze(validator);
}
