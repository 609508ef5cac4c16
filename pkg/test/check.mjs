// Whether the package, as it is installed, gives the right verdicts in this runtime. It needs nothing but the package: the tokens were minted
// by jose with keys that are gone, and every bad case is a good token that meets another option, another time, or one changed character.
import { createValidator, TokenError } from "countersign";

const ISSUER = "https://as.example.com";
const AUDIENCE = "https://api.example.com";
/** Seconds since 1970; the tokens were issued ten before and end three hundred after. */
const NOW = 1_900_000_000;

const KEYS = [
  { kty: "RSA", n: "oNW0zX0QLCKiIkV6SlpTDLp1kx1HIFMx7jfqqbgNekAuwIdynVWqRROUDl55-R8IFjOEV4Ju0_Cez1PUMN7Rwj-KYcWaMbz_n9l-pAT_AiSqt1gAvFI6yoU1SFpcIHfExk6U-vZtvSZ7rzh03_-PnqVGquvyuMPneR5A8zwbB5-ctItYrUGBmcdES4FVzXAjYPLeC6vPvsJN4i24EfqOM7UB2BDp5hTxOp5hKkwO4s0zPur42TLLNuL8JYUSv4J9DiTjs7aHouvJKx48ny49FuYnE1MXrNbSXS0e5oL8eRAIScC9OkALNKj_6aNIN1C5Inj2SnnLFsE6oUeIkQ3LxQ", e: "AQAB", kid: "RS256", alg: "RS256", use: "sig" },
  { kty: "EC", x: "1y_YCHO515Qiy9hj_VjATrbrEF_T6rJHeS7qta_H9us", y: "23WboSxBkxQSoHFTDZ0yE2_IAvT45hMkyUt3qAfnxv4", crv: "P-256", kid: "ES256", alg: "ES256", use: "sig" },
  { crv: "Ed25519", x: "PcVkkDqycIKazD-swiu0BTCKLT9us8eCFHHtJiiU-a8", kty: "OKP", kid: "EdDSA", alg: "EdDSA", use: "sig" },
];

const TOKENS = {
  RS256: [
    "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IlJTMjU2In0",
    "eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwiYXVkIjoiaHR0cHM6Ly9hcGkuZXhhbXBsZS5jb20iLCJzdWIiOiJyZXBvcnRzLWpvYiIsImNsaWVudF9pZCI6InJlcG9ydHMtam9iIiwiaWF0IjoxODk5OTk5OTkwLCJleHAiOjE5MDAwMDAzMDAsImp0aSI6IjViMWM5ZCIsInNjb3BlIjoib3JkZXJzOnJlYWQgb3JkZXJzOmxpc3QifQ",
    "C1KrHqJcCdld14qb_YRpu0xAtlNL2zXGT6kDco--u7RwRS3r7L3Yn8JrO-Tz3SM-nPbkvcuJUjsqVfSAldn5dcghMO4bbUCqznyBoegTUH6uYZAGSY93Tvy6JGQhbsVUEHPYgOfGErIg94qYPPqnJA-DPjD0vzJ7MrWW8_eveTCoeizVOiqwO8qMYyDzRg--TEzUoA46wP-ijql3-vV09mBkO685s6Oa3xZUwJazSjJOWsFhaD0yA6_DeWlWzmTlBfAg8sHJ3AqDz4Q6DMpWFcjhsVls96vEAnmmz1urgxMDfZsmM11Vz51YyXleXVLVHAhORnlwtQeSWSomojSusg",
  ].join("."),
  ES256: [
    "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IkVTMjU2In0",
    "eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwiYXVkIjoiaHR0cHM6Ly9hcGkuZXhhbXBsZS5jb20iLCJzdWIiOiJyZXBvcnRzLWpvYiIsImNsaWVudF9pZCI6InJlcG9ydHMtam9iIiwiaWF0IjoxODk5OTk5OTkwLCJleHAiOjE5MDAwMDAzMDAsImp0aSI6IjViMWM5ZCIsInNjb3BlIjoib3JkZXJzOnJlYWQgb3JkZXJzOmxpc3QifQ",
    "Dd2SUaqfQGqU844sHh4NB_dUSu0vhDj4nm3w-Hw9wHPwwQftdwfjjOBzsf0yVU0E7GeIw343GF6yomfchSnkCQ",
  ].join("."),
  EdDSA: [
    "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IkVkRFNBIn0",
    "eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUuY29tIiwiYXVkIjoiaHR0cHM6Ly9hcGkuZXhhbXBsZS5jb20iLCJzdWIiOiJyZXBvcnRzLWpvYiIsImNsaWVudF9pZCI6InJlcG9ydHMtam9iIiwiaWF0IjoxODk5OTk5OTkwLCJleHAiOjE5MDAwMDAzMDAsImp0aSI6IjViMWM5ZCIsInNjb3BlIjoib3JkZXJzOnJlYWQgb3JkZXJzOmxpc3QifQ",
    "KyGrCorjFqpyidD1LjZNtmphkKgEXpsBAexiLaN2ifHRwvDf88F9yPxyJ2TdYXbltMzz61ncPo1kh9U7Q3CZDQ",
  ].join("."),
};

const at = (seconds) => () => seconds * 1000;
const options = (changes) => ({ issuer: ISSUER, audience: AUDIENCE, jwks: { keys: KEYS }, clock: at(NOW), ...changes });

/** The issuer's side of discovery, without a network; `down` breaks it. */
const issuer = (down) => async (url) => {
  if (down) return new Response("", { status: 502 });
  return Response.json(String(url).endsWith("/jwks") ? { keys: KEYS } : { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` });
};

const changed = (token, index) => {
  const parts = token.split(".");
  parts[index] = (parts[index][0] === "A" ? "B" : "A") + parts[index].slice(1);
  return parts.join(".");
};

const request = (token) => new Request("https://api.example.com/orders", { headers: token && { authorization: `Bearer ${token}` } });

/** What the public methods make of a token: their codes, which have to be the same one. */
async function verdicts({ token, scopes = [], ...changes }) {
  const validator = await createValidator(options(changes));
  const result = await validator.authenticate(request(token), { scopes });
  const codes = [result.ok ? "accepted" : `${result.response.status} ${result.code}`];
  const codeOf = (error) => (error instanceof TokenError ? `${error.status} ${error.code}` : String(error?.stack));
  codes.push(await validator.verify(token, { scopes }).then(({ subject }) => (subject === "reports-job" ? "accepted" : "no subject"), codeOf));
  try {
    validator.verifySync(token, { scopes });
    codes.push("accepted");
  } catch (error) {
    codes.push(codeOf(error));
  }
  return codes;
}

const of = (algorithm) => ({ token: TOKENS[algorithm] });
const good = of("ES256");
const discovering = { ...good, jwks: undefined };

/** What it is, what goes in, and the verdict. */
const CASES = [
  ...Object.keys(TOKENS).flatMap((algorithm) => [
    [`${algorithm}`, of(algorithm), "accepted"],
    [`${algorithm} with enough scope`, { ...of(algorithm), scopes: ["orders:list", "orders:read"] }, "accepted"],
    [`${algorithm}, signature changed`, { token: changed(TOKENS[algorithm], 2) }, "401 invalid_signature"],
    [`${algorithm}, too little scope`, { ...of(algorithm), scopes: ["orders:write"] }, "403 insufficient_scope"],
    [`${algorithm}, not allowed`, { ...of(algorithm), algorithms: Object.keys(TOKENS).filter((other) => other !== algorithm) }, "401 unsupported_algorithm"],
  ]),
  ["no token", { token: undefined }, "401 missing_token"],
  ["no JWT", { token: "opaque" }, "401 malformed_token"],
  ["header changed", { token: changed(good.token, 0) }, "401 malformed_token"],
  ["too large", { ...good, maxTokenBytes: 256 }, "401 token_too_large"],
  ["another issuer", { ...good, issuer: "https://other.example.com" }, "401 invalid_issuer"],
  ["another audience", { ...good, audience: "https://other.example.com" }, "401 invalid_audience"],
  ["expired", { ...good, clock: at(NOW + 3600) }, "401 token_expired"],
  ["issued in the future", { ...good, clock: at(NOW - 3600) }, "401 issued_in_future"],
  ["no such key", { ...good, jwks: { keys: KEYS.filter(({ kid }) => kid !== "ES256") } }, "401 key_not_found"],
  // The keys that the first method fetches are in memory for the others.
  ["discovery", { ...discovering, fetch: issuer(false) }, "accepted"],
  ["issuer down", { ...discovering, fetch: issuer(true) }, "503 jwks_unavailable"],
];

/** How many verdicts there were, all of them right; an Error that lists the others. */
export async function check() {
  const wrong = [];
  let held = 0;
  for (const [name, input, expected] of CASES) {
    const codes = await verdicts(input);
    if (codes.every((code) => code === expected)) held += codes.length;
    else wrong.push(`${name}: expected ${expected}, got ${codes.join(" / ")}`);
  }
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${CASES.length} cases are wrong:\n${wrong.join("\n")}`);
  return held;
}
