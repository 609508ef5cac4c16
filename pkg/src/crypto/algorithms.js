// The signature algorithms that a host may check, as rows that every host's own table can be read from.

/**
 * RFC 7518 §3.1, by the name in JOSE. The salt of PSS is as long as the hash (RFC 7518 §3.5). An algorithm without a row stays in the wasm:
 * Ed25519 is as fast there, and strict about points of small order, which hosts are not alike in. ES384 and ES512 are not in the wasm: where
 * no host has them, they are unsupported.
 *
 * @typedef {{ scheme: "RSASSA-PKCS1-v1_5" | "RSA-PSS", bits: 256 | 384 | 512 }} Rsa
 * @typedef {{ scheme: "ECDSA", bits: 256 | 384 | 512, curve: "P-256" | "P-384" | "P-521" }} Ecdsa
 *
 * @type {Record<string, Rsa | Ecdsa>}
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
};

/**
 * A table of one host: what it makes of each row.
 *
 * @template T
 * @param {(row: Rsa | Ecdsa) => T} read
 * @returns {Map<string, T>}
 */
export const hostTable = (read) => new Map(Object.entries(ROWS).map(([name, row]) => [name, read(row)]));

/**
 * Names and parameters of WebCrypto: Web Cryptography API §20, §21, §23. Those to verify are those to sign.
 *
 * @param {Rsa | Ecdsa} row
 */
export function forWebCrypto(row) {
  const hash = `SHA-${row.bits}`;
  switch (row.scheme) {
    case "ECDSA":
      return { key: { name: row.scheme, namedCurve: row.curve }, verify: { name: row.scheme, hash } };
    case "RSA-PSS":
      return { key: { name: row.scheme, hash }, verify: { name: row.scheme, saltLength: row.bits / 8 } };
    default:
      return { key: { name: row.scheme, hash }, verify: { name: row.scheme } };
  }
}
