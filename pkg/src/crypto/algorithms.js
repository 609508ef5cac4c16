// What hosts are asked about: one table, from which each host's own table can be read from.

/**
 * RFC 7518 §3.1 and RFC 8037 §3.1, by the name in JOSE. The salt of PSS is as long as the hash (RFC 7518 §3.5). ES384 and ES512 are not in
 * the wasm: where no host has them, they are unsupported. Hosts are not alike in points of small order and in second texts of a signature:
 * the core does not count what a host says of those.
 *
 * @typedef {{ scheme: "RSASSA-PKCS1-v1_5" | "RSA-PSS", bits: 256 | 384 | 512 }} Rsa
 * @typedef {{ scheme: "ECDSA", bits: 256 | 384 | 512, curve: "P-256" | "P-384" | "P-521" }} Ecdsa
 * @typedef {{ scheme: "Ed25519" }} Eddsa
 *
 * @type {Record<string, Rsa | Ecdsa | Eddsa>}
 */
const ROWS = {
  RS256: { scheme: "RSASSA-PKCS1-v1_5", bits: 256 },
  RS384: { scheme: "RSASSA-PKCS1-v1_5", bits: 384 },
  RS512: { scheme: "RSASSA-PKCS1-v1_5", bits: 512 },
  PS256: { scheme: "RSA-PSS", bits: 256 },
  PS384: { scheme: "RSA-PSS", bits: 384 },
  PS512: { scheme: "RSA-PSS", bits: 512 },
  ES256: { scheme: "ECDSA", bits: 256, curve: "P-256" },
  ES384: { scheme: "ECDSA", bits: 384, curve: "P-384" },
  ES512: { scheme: "ECDSA", bits: 512, curve: "P-521" },
  EdDSA: { scheme: "Ed25519" },
};

/**
 * A table of one host: what it makes of each row.
 *
 * @template T
 * @param {(row: Rsa | Ecdsa | Eddsa) => T} read
 * @returns {Map<string, T>}
 */
export const hostTable = (read) => new Map(Object.entries(ROWS).map(([name, row]) => [name, read(row)]));

/**
 * Names and parameters of WebCrypto: Web Cryptography API §20, §21, §23 and §25. Those to verify are those to sign.
 *
 * @param {Rsa | Ecdsa | Eddsa} row
 */
export function forWebCrypto(row) {
  switch (row.scheme) {
    case "Ed25519":
      return { key: { name: row.scheme }, verify: { name: row.scheme } };
    case "ECDSA":
      return { key: { name: row.scheme, namedCurve: row.curve }, verify: { name: row.scheme, hash: `SHA-${row.bits}` } };
    case "RSA-PSS":
      return { key: { name: row.scheme, hash: `SHA-${row.bits}` }, verify: { name: row.scheme, saltLength: row.bits / 8 } };
    default:
      return { key: { name: row.scheme, hash: `SHA-${row.bits}` }, verify: { name: row.scheme } };
  }
}
