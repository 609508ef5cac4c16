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
