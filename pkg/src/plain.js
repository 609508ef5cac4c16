// Objects that are nothing more than their members.

/**
 * An object literal, of this realm or another: what a Map, a class or a chain of prototypes holds would be overlooked. The prototype of literals is
 * told by what only it has from another object without a prototype, which holds members of its own.
 *
 * @type {(value: any) => boolean}
 */
export function isPlainObject(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"));
}

/**
 * What a JSON text says of one object: its own members only, whatever others have done to Object.prototype.
 *
 * @param {string} text
 * @returns {any}
 */
export const membersOf = (text) => Object.assign(Object.create(null), JSON.parse(text));
