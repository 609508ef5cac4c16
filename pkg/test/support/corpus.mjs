// Tokens good and hostile, each with the code that it must get (undefined: accepted). Signature faults come in each algorithm.
import { AUDIENCE, ALGORITHMS, goodClaims, ISSUER, keyPair, keys, mint, mintRaw, NOW } from "./mint.mjs";

const bytes = (part) => Buffer.from(part, "base64url");
const withPart = (token, index, change) => token.split(".").map((part, at) => (at === index ? change(part) : part)).join(".");
const flip = (at) => (part) => {
  const octets = bytes(part);
  octets.writeUInt8(octets.at(at) ^ 1, at < 0 ? octets.length + at : at);
  return octets.toString("base64url");
};
const header = { alg: "ES256", typ: "at+jwt", kid: "ES256" };

async function ofAlgorithm(algorithm) {
  const key = keys[algorithm];
  const good = await mint({ key });
  const stranger = { ...(await keyPair(algorithm)), kid: key.kid };
  const length = bytes(good.split(".")[2]).length;
  const signature = (octets) => withPart(good, 2, () => Buffer.from(octets).toString("base64url"));
  return [
    ["good", good, undefined],
    ["first octet of the signature changed", withPart(good, 2, flip(0)), "invalid_signature"],
    ["last octet of the signature changed", withPart(good, 2, flip(-1)), "invalid_signature"],
    ["zero signature", signature(new Uint8Array(length)), "invalid_signature"],
    ["signature of all ones", signature(new Uint8Array(length).fill(255)), "invalid_signature"],
    ["signature cut by one octet", signature(bytes(good.split(".")[2]).subarray(1)), "invalid_signature"],
    ["signature longer by one octet", signature([...bytes(good.split(".")[2]), 0]), "invalid_signature"],
    ["signature of one octet", signature([1]), "invalid_signature"],
    ["key of a stranger", await mint({ key: stranger }), "invalid_signature"],
    ["claims of another token", withPart(good, 1, () => Buffer.from(JSON.stringify({ ...goodClaims(), sub: "root" })).toString("base64url")), "invalid_signature"],
    ["key of another algorithm", await mint({ key, header: { kid: ALGORITHMS.find((other) => other !== algorithm) } }), "unsuitable_key"],
  ].map(([name, token, code]) => [`${algorithm}: ${name}`, token, code]);
}

const good = await mint();
const [head, body] = good.split(".");

export const corpus = [
  ...(await Promise.all(ALGORITHMS.map(ofAlgorithm))).flat(),
  ["empty", "", "malformed_token"],
  ["no dots", "abc", "malformed_token"],
  ["two parts", `${head}.${body}`, "malformed_token"],
  ["a fourth part", `${good}.`, "malformed_token"],
  ["five parts", `${good}.a.b`, "encrypted_token"],
  ["padding", `${good}=`, "malformed_token"],
  ["white space", ` ${good}`, "malformed_token"],
  ["a character outside of ASCII", `${good}é`, "malformed_token"],
  ["half of a surrogate pair", `${good}\ud800`, "malformed_token"],
  ["too long", `${head}.${"A".repeat(20_000)}.AAAA`, "token_too_large"],
  ["header is no JSON", await mintRaw("{", goodClaims()), "malformed_token"],
  ["header is an array", await mintRaw("[]", goodClaims()), "malformed_token"],
  ["a header parameter twice", await mintRaw('{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"ES256"}', goodClaims()), "malformed_token"],
  ["a claim twice", await mintRaw(header, JSON.stringify(goodClaims()).replace("{", '{"sub":"root",')), "malformed_token"],
  ["claims are no object", await mintRaw(header, "[1]"), "malformed_token"],
  ["deep nesting", await mintRaw(header, `{"a":${"[".repeat(4000)}${"]".repeat(4000)}}`), "malformed_token"],
  ["alg none", await mintRaw({ ...header, alg: "none" }, goodClaims()), "unsupported_algorithm"],
  ["alg nOnE", await mintRaw({ ...header, alg: "nOnE" }, goodClaims()), "unsupported_algorithm"],
  ["alg HS256", await mintRaw({ ...header, alg: "HS256" }, goodClaims()), "unsupported_algorithm"],
  ["alg constructor", await mintRaw({ ...header, alg: "constructor" }, goodClaims()), "unsupported_algorithm"],
  ["crit", await mintRaw({ ...header, crit: ["exp"], exp: 1 }, goodClaims()), "unsupported_critical"],
  ["enc", await mintRaw({ ...header, enc: "A128GCM" }, goodClaims()), "encrypted_token"],
  ["unknown kid", await mint({ header: { kid: "nobody" } }), "key_not_found"],
  ["typ JWT", await mint({ header: { typ: "JWT" } }), "invalid_type"],
  ["typ of a logout token", await mint({ header: { typ: "logout+jwt" } }), "invalid_type"],
  ["issuer with a slash", await mint({ claims: { iss: `${ISSUER}/` } }), "invalid_issuer"],
  ["another audience", await mint({ claims: { aud: "https://other.example.com" } }), "invalid_audience"],
  ["longer audience", await mint({ claims: { aud: `${AUDIENCE}/v2` } }), "invalid_audience"],
  ["no audience", await mint({ claims: { aud: undefined } }), "claim_missing"],
  ["expired", await mint({ claims: { exp: NOW - 60 } }), "token_expired"],
  ["exp as text", await mint({ claims: { exp: String(NOW + 60) } }), "claim_invalid"],
  ["exp of 1e999", await mintRaw(header, JSON.stringify(goodClaims()).replace(/"exp":\d+/, '"exp":1e999')), "claim_invalid"],
  ["no exp", await mint({ claims: { exp: undefined } }), "claim_missing"],
  ["no jti", await mint({ claims: { jti: undefined } }), "claim_missing"],
  ["not yet valid", await mint({ claims: { nbf: NOW + 60 } }), "token_not_yet_valid"],
  ["issued in the future", await mint({ claims: { iat: NOW + 60 } }), "issued_in_future"],
  ["bound to a key", await mint({ claims: { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } } }), "bound_token_without_proof"],
];
