// The vectors of project Wycheproof, by every host that this runtime brings: the core's decision about each. What was signed there are no tokens.
// So a token with the signature of a vector goes through the whole package, and the host alone gets the message of the vector in place of the token's.
import { createValidator } from "countersign";
import wycheproof from "./wycheproof-data.mjs";

const { groups, now, options, signed } = wycheproof;

const octetsOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

/** Of the vector at hand: its message, and what the host that was asked last says. */
const vector = { message: undefined, answer: undefined };

/** One row a host: puts one that reads the message in its place, and gives what takes it away again. */
const HOSTS = {
  "node:crypto": () => {
    const { process } = globalThis;
    const { getBuiltinModule } = process;
    const { createPublicKey, verify } = getBuiltinModule("node:crypto");
    const swapped = (algorithm, _, key, signature) => (vector.answer = verify(algorithm, vector.message, key, signature));
    process.getBuiltinModule = () => ({ createPublicKey, verify: swapped });
    return () => (process.getBuiltinModule = getBuiltinModule);
  },
  webcrypto: () => {
    const { subtle } = globalThis.crypto;
    const { verify } = subtle;
    subtle.verify = async (algorithm, key, signature) => (vector.answer = await verify.call(subtle, algorithm, key, signature, vector.message));
    return () => delete subtle.verify;
  },
};

/** Octets of the longest RSA key about which every host has an answer. About longer ones Deno has none, and the wasm decides by its own arithmetic. */
const COMMON_MODULUS = 512;
const isUncommon = ({ n = "" }) => octetsOf(n).length > COMMON_MODULUS;

async function compare(crypto) {
  const wrong = [];
  let held = 0;
  for (const { set, jwk, tries } of groups) {
    const validator = await createValidator({ ...options, crypto, cacheBytes: 0, jwks: { keys: [jwk] }, clock: () => now });
    for (const { id, algorithm, message, signature, verifies } of tries) {
      Object.assign(vector, { message: octetsOf(message), answer: undefined });
      const got = await validator.verify(`${signed[algorithm]}.${signature}`).then(() => "accepted", (thrown) => thrown.code ?? String(thrown));
      if (vector.answer === undefined && isUncommon(jwk)) break;
      const expected = verifies ? "accepted" : "invalid_signature";
      // About a signature that is none some hosts have no answer either: those that are right make sure that they are asked.
      if (got === expected) held += Number(vector.answer !== undefined);
      else wrong.push(`${set} ${id}, ${algorithm} by ${crypto}: expected ${expected}, got ${got}; the host says ${vector.answer}`);
    }
  }
  return { held, wrong };
}

/** @param {string[]} backends those that are here; the messages cannot be put in front of the wasm */
export async function vectors(backends) {
  const hosts = backends.filter((name) => name in HOSTS);
  const takeAway = hosts.map((name) => HOSTS[name]());
  try {
    const reports = [];
    for (const host of hosts) reports.push(await compare(host));
    return { held: reports.reduce((sum, { held }) => sum + held, 0), wrong: reports.flatMap(({ wrong }) => wrong) };
  } finally {
    for (const take of takeAway) take();
  }
}
