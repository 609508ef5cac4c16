// A verified token: the only thing that gives access to claims.

import { membersOf } from "./plain.js";

/** @import { VerifiedToken } from "../index.js" */

/**
 * Freezes a JSON value to its depth, with a list of its own in place of recursion: nesting must not cost stack.
 *
 * @param {object} root
 * @returns {number} how many objects and arrays there are
 */
export function freezeAll(root) {
  const found = [root];
  for (let at = 0; at < found.length; at += 1) {
    for (const member of Object.values(Object.freeze(found[at]))) {
      if (typeof member === "object" && member !== null) found.push(member);
    }
  }
  return found.length;
}

/**
 * @param {string} json what the core says of a token
 * @returns {{ token: VerifiedToken, nodes: number }} with the number of objects and arrays in it
 */
export function tokenOf(json) {
  const { claims, header, scopes, clientId, subject } = membersOf(json);
  const token = { claims, header, scopes, clientId, subject };
  return { token, nodes: freezeAll(token) };
}
