// A verified token: the only thing that gives access to claims.

/** @import { VerifiedToken } from "../index.js" */

/**
 * Freezes a JSON value to its depth, with a list of its own in place of recursion: nesting must not cost stack.
 *
 * @template T
 * @param {T} root
 */
export function deepFreeze(root) {
  /** @type {unknown[]} */
  const pending = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null) continue;
    Object.freeze(value);
    for (const member of Object.values(value)) pending.push(member);
  }
  return root;
}

/**
 * @param {string} header as JSON text
 * @param {string} claims as JSON text
 * @param {Pick<VerifiedToken, "scopes" | "clientId" | "subject">} facts
 * @returns {VerifiedToken}
 */
export const tokenOf = (header, claims, facts) => deepFreeze({ claims: JSON.parse(claims), header: JSON.parse(header), ...facts });
