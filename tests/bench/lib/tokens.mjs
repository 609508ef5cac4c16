// Tokens to verify: all of them different, of the shape that RFC 9068 §2.2 gives them, signed with fresh keys.
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { AUDIENCE, ISSUER, SCOPE } from "./policy.mjs";

const LIFETIME_SECONDS = 24 * 3600;

/** One row an algorithm: how its key is made, and how node:crypto signs with it (RFC 7518 §3, RFC 8037 §3.1). */
const ALGORITHMS = {
  RS256: { make: () => generateKeyPairSync("rsa", { modulusLength: 2048 }), hash: "sha256", options: {} },
  ES256: { make: () => generateKeyPairSync("ec", { namedCurve: "P-256" }), hash: "sha256", options: { dsaEncoding: "ieee-p1363" } },
  EdDSA: { make: () => generateKeyPairSync("ed25519"), hash: null, options: {} },
  PS256: {
    make: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
    hash: "sha256",
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  },
};

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * An issuer with one key.
 *
 * @param {string} algorithm
 * @param {string} issuer
 * @param {string} kid
 */
export function issuerOf(algorithm, issuer = ISSUER, kid = "key-1") {
  const { make, hash, options } = ALGORITHMS[algorithm];
  const { publicKey, privateKey } = make();
  const now = Math.floor(Date.now() / 1000);
  return {
    algorithm,
    issuer,
    jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" },
    pem: publicKey.export({ format: "pem", type: "spki" }),
    /** @param {number} number makes it another token @param {object} claims in addition */
    token(number, claims = {}) {
      const header = { alg: algorithm, typ: "at+jwt", kid };
      const body = {
        iss: issuer,
        sub: "reports-job",
        client_id: "reports-job",
        aud: AUDIENCE,
        iat: now,
        exp: now + LIFETIME_SECONDS,
        jti: `5f0b8a52-6f0d-4c41-9d3e-${String(number).padStart(12, "0")}`,
        scope: `${SCOPE} orders:write reports:read`,
        ...claims,
      };
      const input = `${encoded(header)}.${encoded(body)}`;
      return `${input}.${sign(hash, Buffer.from(input), { key: privateKey, ...options }).toString("base64url")}`;
    },
  };
}

/** Key and `count` tokens for each algorithm, as plain data. */
export function tokenSets(count, algorithms = Object.keys(ALGORITHMS)) {
  return algorithms.map((algorithm) => {
    const issuer = issuerOf(algorithm);
    const tokens = Array.from({ length: count }, (_, number) => issuer.token(number));
    return { algorithm, jwk: issuer.jwk, pem: issuer.pem, tokens };
  });
}
