/** Middleware for Hono. */

import type { Context, MiddlewareHandler } from "hono";
import type { Validator, ValidatorOptions, VerifiedToken, VerifyOptions } from "./index.js";

/**
 * What judges the requests: a validator, the options of one, or a function that gives either, for options that stand in `context.env`. The
 * function is called with the first request, and what it gives serves all.
 */
export type BearerTokenSource = Validator | ValidatorOptions | ((context: Context) => Validator | ValidatorOptions);

/** What stands in the context behind the middleware: `context.get("token")`. */
export interface BearerTokenVariables {
  readonly token: VerifiedToken;
}

/**
 * Makes middleware for routes that share one validator. What it gives is called once for each route, with what that route demands:
 * `authenticate` of the validator takes the same. A request that is refused gets the answer of `authenticate`, unchanged.
 * Where the runtime has `context.executionCtx.waitUntil`, keys are refreshed after the answer.
 *
 * Options that are wrong are told with the first request: a `TokenError`, which goes to `app.onError`.
 */
export function bearerToken(
  source: BearerTokenSource,
): (options?: VerifyOptions) => MiddlewareHandler<{ Variables: BearerTokenVariables }>;
