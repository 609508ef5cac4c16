// The host as it is in another runtime: with other crypto, or none.
import { after, before } from "node:test";

/** Replaces a global's member for the tests of this suite. */
function replaced(object, name, value) {
  const own = Object.getOwnPropertyDescriptor(object, name);
  before(() => Object.defineProperty(object, name, { value, configurable: true, writable: true }));
  after(() => Object.defineProperty(object, name, own));
}

/** A suite's runtime has this in place of node:crypto; undefined is none. */
export const withNodeCrypto = (module) => replaced(process, "getBuiltinModule", () => module);

/** A suite's runtime has this in place of WebCrypto; undefined is none. */
export const withWebCrypto = (crypto) => replaced(globalThis, "crypto", crypto);

/** Does the work while every object inherits these members. */
export async function whileInherited(members, work) {
  for (const [name, value] of Object.entries(members)) Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  try {
    return await work();
  } finally {
    for (const name of Object.keys(members)) delete Object.prototype[name];
  }
}
