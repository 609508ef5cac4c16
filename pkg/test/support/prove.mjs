// DPoP proofs as an honest client makes them (RFC 9449 §4.2), or one change away from that: signed by WebCrypto over any text, because jose
// refuses to make most of what is wrong. Tokens and thumbprints are jose's.
import { createHash } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import { mint, NOW } from "./mint.mjs";

export const URI = "https://api.example.com/orders/7";

const SIGNATURES = {
  RS256: "RSASSA-PKCS1-v1_5",
  PS256: { name: "RSA-PSS", saltLength: 32 },
  ES256: { name: "ECDSA", hash: "SHA-256" },
  ES384: { name: "ECDSA", hash: "SHA-384" },
  ES512: { name: "ECDSA", hash: "SHA-512" },
  EdDSA: "Ed25519",
};
export const PROOF_ALGORITHMS = Object.keys(SIGNATURES);

/** A client's key, with the thumbprint to which tokens are bound. */
export async function clientKey(algorithm = "ES256") {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return { algorithm, privateKey, publicJwk, privateJwk: await exportJWK(privateKey), jkt: await calculateJwkThumbprint(publicJwk) };
}

export const key = await clientKey();

export const sha256 = (text) => createHash("sha256").update(text).digest("base64url");
const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** A token that is bound to the key; `claims` replace single ones. */
export const boundToken = ({ key: to = key, claims = {} } = {}) => mint({ claims: { cnf: { jkt: to.jkt }, ...claims } });

/** Any text, signed. */
export async function signed(header, claims, by = key) {
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = await crypto.subtle.sign(SIGNATURES[by.algorithm], by.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

let proofs = 0;

export const proofHeader = (by = key) => ({ typ: "dpop+jwt", alg: by.algorithm, jwk: by.publicJwk });
export const proofClaims = (token) => ({ jti: `proof ${(proofs += 1)}`, htm: "GET", htu: URI, iat: NOW, ath: sha256(token) });

/** A proof for the token; `header` and `claims` replace single members, undefined removes. */
export const prove = (token, { by = key, header = {}, claims = {} } = {}) =>
  signed({ ...proofHeader(by), ...header }, { ...proofClaims(token), ...claims }, by);

/** A request as clients send it. */
export const request = (token, proof, { scheme = "DPoP", url = URI, method = "GET" } = {}) =>
  new Request(url, { method, headers: { ...(token && { authorization: `${scheme} ${token}` }), ...(proof && { dpop: proof }) } });

/** The challenges of an answer by scheme, each with its parameters: read anew, not with what wrote them. */
export function challengesOf(response) {
  const challenges = {};
  for (const [, scheme, parameters] of (response.headers.get("www-authenticate") ?? "").matchAll(/(\w+) ((?:\w+="[^"]*"(?:, (?=\w+="))?)+)/g)) {
    challenges[scheme] = Object.fromEntries([...parameters.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  }
  return challenges;
}
