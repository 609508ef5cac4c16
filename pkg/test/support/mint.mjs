// Keys, tokens and validators for the tests: what an honest authorization server would make, minted by jose, and one change away from it.
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export const ISSUER = "https://as.example.com";
export const AUDIENCE = "https://api.example.com";
export const ALGORITHMS = ["RS256", "ES256", "EdDSA"];

/** The time at which everything here happens, in seconds. */
export const NOW = 1_900_000_000;
export const clock = () => NOW * 1000;

export async function keyPair(algorithm, kid = algorithm) {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const members = { kid, alg: algorithm, use: "sig" };
  return {
    kid,
    algorithm,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), ...members },
    privateJwk: { ...(await exportJWK(privateKey)), ...members },
  };
}

/** One key pair for each algorithm, made once: RSA takes its time. */
export const keys = Object.fromEntries(await Promise.all(ALGORITHMS.map(async (alg) => [alg, await keyPair(alg)])));

export const keySet = (...pairs) => ({ keys: pairs.map(({ publicJwk }) => publicJwk) });
export const jwks = keySet(...Object.values(keys));

/** The claims that RFC 9068 §2.2 requires, and a scope. */
export const goodClaims = () => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "reports-job",
  client_id: "reports-job",
  iat: NOW - 10,
  exp: NOW + 300,
  jti: "5b1c9d",
  scope: "orders:read orders:list",
});

/** A token; `claims` and `header` replace single members of a good one, undefined removes. */
export function mint({ key = keys.ES256, claims = {}, header = {} } = {}) {
  const protectedHeader = JSON.parse(JSON.stringify({ alg: key.algorithm, typ: "at+jwt", kid: key.kid, ...header }));
  const payload = JSON.parse(JSON.stringify({ ...goodClaims(), ...claims }));
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key.privateKey);
}

const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** Any header and claims, JSON or not, with a signature that is right over them: what SignJWT would refuse to make. */
export async function mintRaw(header, claims, { key = keys.ES256 } = {}) {
  const input = [header, claims].map((part) => Buffer.from(text(part)).toString("base64url")).join(".");
  const parameters = { RS256: "RSASSA-PKCS1-v1_5", ES256: { name: "ECDSA", hash: "SHA-256" }, EdDSA: "Ed25519" }[key.algorithm];
  const signature = await crypto.subtle.sign(parameters, key.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

export const options = (changes = {}) => ({ issuer: ISSUER, audience: AUDIENCE, jwks, clock, ...changes });
