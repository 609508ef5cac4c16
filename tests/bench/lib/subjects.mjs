// What is measured: one row a verifier. Each is given one key before the clock starts, and then a token at a time, with the checks that it
// offers of issuer, audience, time, type and algorithm; what that leaves out is the reader's to weigh.
import { AUDIENCE, ISSUER, SCOPE } from "./policy.mjs";

const WEBCRYPTO = {
  RS256: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, { name: "RSASSA-PKCS1-v1_5" }],
  ES256: [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  EdDSA: [{ name: "Ed25519" }, { name: "Ed25519" }],
  PS256: [{ name: "RSA-PSS", hash: "SHA-256" }, { name: "RSA-PSS", saltLength: 32 }],
};

const bytesOf = (base64url) => {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
};

/** What the bare primitive is given: the decoding is not in its time. */
function parts(token) {
  const end = token.lastIndexOf(".");
  return { input: new TextEncoder().encode(token.slice(0, end)), signature: bytesOf(token.slice(end + 1)) };
}

const importKey = ({ algorithm, jwk }) => crypto.subtle.importKey("jwk", jwk, WEBCRYPTO[algorithm][0], false, ["verify"]);

/** By its number in OpenSSL: not every runtime that has node:crypto has its `constants`. */
const RSA_PKCS1_PSS_PADDING = 6;

const nodeCrypto = () => globalThis.process?.getBuiltinModule?.("node:crypto");

/** Whoever throws has refused; here every token is good. */
const demand = (verdict) => {
  if (verdict !== true) throw new Error("a good token was refused");
};

async function countersign(set, { remembers } = { remembers: true }) {
  const { createValidator } = await import("countersign");
  return createValidator({ issuer: ISSUER, audience: AUDIENCE, jwks: { keys: [set.jwk] }, ...(remembers ? {} : { cacheBytes: 0 }) });
}

/** Why a subject cannot be measured, in a few words for the page. */
const unless = (is, reason) => {
  if (!is) throw new Error(reason);
};

/** Written so that no bundler looks for it: it stands on modules of Node. */
const FOR_NODE = ["fast", "jwt"].join("-");

const scopes = { scopes: [SCOPE] };

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {boolean} [remembers] whether it has a cache of verified tokens, and so is measured with tokens that it has seen
 * @property {(set: object, memory?: { remembers: boolean }) => Promise<(token: any) => unknown>} make throws where the runtime or the algorithm is not for it
 * @property {(token: string) => any} [convert] before the clock starts
 */

/** @type {Subject[]} the first one is what the others are compared with */
export const SUBJECTS = [
  {
    name: "countersign",
    remembers: true,
    async make(set, memory) {
      const validator = await countersign(set, memory);
      return (token) => validator.verify(token, scopes);
    },
  },
  {
    name: "countersign verifySync",
    remembers: true,
    async make(set, memory) {
      const validator = await countersign(set, memory);
      return (token) => validator.verifySync(token, scopes);
    },
  },
  {
    name: "jose",
    async make(set) {
      const { jwtVerify, importJWK } = await import("jose");
      const key = await importJWK(set.jwk, set.algorithm);
      const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: [set.algorithm], typ: "at+jwt" };
      return (token) => jwtVerify(token, key, options);
    },
  },
  {
    name: "fast-jwt",
    remembers: true,
    async make(set, { remembers } = { remembers: true }) {
      const found = await import(FOR_NODE).catch(() => undefined);
      unless(found !== undefined, "needs modules of Node that this runtime does not have");
      const { createVerifier } = found;
      return createVerifier({
        key: set.pem,
        algorithms: [set.algorithm],
        allowedIss: ISSUER,
        allowedAud: AUDIENCE,
        cache: remembers,
        checkTyp: "at+jwt",
      });
    },
  },
  {
    name: "aws-jwt-verify",
    async make(set) {
      unless(set.algorithm !== "PS256", "does not offer it");
      const { JwtVerifier } = await import("aws-jwt-verify");
      const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}/jwks` });
      verifier.cacheJwks({ keys: [set.jwk] });
      return (token) => verifier.verify(token);
    },
  },
  {
    name: "hono/jwt",
    async make(set) {
      const { verify } = await import("hono/jwt");
      const key = await importKey(set);
      return (token) => verify(token, key, { alg: set.algorithm, iss: ISSUER, aud: AUDIENCE, typ: "at+jwt" });
    },
  },
  {
    name: "WebCrypto alone",
    async make(set) {
      const key = await importKey(set);
      const [, how] = WEBCRYPTO[set.algorithm];
      return async ({ input, signature }) => demand(await crypto.subtle.verify(how, key, signature, input));
    },
    convert: parts,
  },
  {
    name: "node:crypto alone",
    async make(set) {
      const { createPublicKey, verify } = nodeCrypto() ?? {};
      unless(createPublicKey !== undefined, "this runtime has none");
      const hash = set.algorithm === "EdDSA" ? null : "sha256";
      const further = { ES256: { dsaEncoding: "ieee-p1363" }, PS256: { padding: RSA_PKCS1_PSS_PADDING, saltLength: 32 } }[set.algorithm];
      const imported = createPublicKey({ key: set.jwk, format: "jwk" });
      // workerd takes an imported key by itself only; as text it takes one beside the encoding of ES256, and overlooks the padding of PS256.
      const forms = further === undefined ? [imported] : [{ key: imported, ...further }, { key: set.pem, ...further }];
      const { input, signature } = parts(set.tokens[0]);
      const how = forms.find((form) => {
        try {
          return verify(hash, input, form, signature);
        } catch {
          return false;
        }
      });
      unless(how !== undefined, "takes no form of the key");
      return ({ input, signature }) => demand(verify(hash, input, how, signature));
    },
    convert: parts,
  },
];
