// Hono's form of `authenticate`: who may pass goes on with the token in the context, who may not gets the answer.
import { createValidator } from "countersign"; // By its name, so that each runtime gets its own entry.
import { isPlainObject } from "../plain.js";

/**
 * @import { BearerTokenSource } from "../../hono.js"
 * @import { Validator, VerifyOptions } from "../../index.js"
 */

/** @param {any} source @returns {source is Validator} */
const isValidator = (source) => typeof source?.authenticate === "function";

/**
 * What the route demands, and where keys may be refreshed after the answer. Options of no right form stay as they are, to be refused.
 *
 * @param {VerifyOptions | undefined} options
 * @param {any} context
 * @returns {VerifyOptions | undefined}
 */
function optionsOfCall(options, context) {
  if (options !== undefined && !isPlainObject(options)) return options;
  try {
    const { executionCtx } = context; // It throws where the runtime has none.
    if (typeof executionCtx.waitUntil !== "function") return options; // A runtime has another thing there.
    return /** @type {VerifyOptions} */ ({ waitUntil: (/** @type {Promise<unknown>} */ work) => executionCtx.waitUntil(work), ...options });
  } catch {
    return options;
  }
}

/** @type {typeof import("../../hono.js").bearerToken} */
export function bearerToken(source) {
  /** @type {Validator | undefined} the value, not its promise: requests of a Worker must not wait for each other's promises */
  let validator = isValidator(source) ? source : undefined;

  /** @param {any} context */
  async function validatorFor(context) {
    if (validator !== undefined) return validator;
    const given = typeof source === "function" ? source(context) : source;
    const made = isValidator(given) ? given : await createValidator(given);
    // Of two first requests at once, one's validator is that of both: used proofs are remembered in one place.
    return (validator ??= made);
  }

  return (options) => async (context, next) => {
    const result = await (await validatorFor(context)).authenticate(context.req.raw, optionsOfCall(options, context));
    if (!result.ok) return result.response;
    context.set("token", result.token);
    if (result.dpopNonce !== undefined) context.header("DPoP-Nonce", result.dpopNonce);
    await next();
  };
}
