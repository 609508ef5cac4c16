// A real trap: the stack ends inside of the wasm, at every depth around the one where it is just enough. Whatever happens there, no instance
// that was left so is entered again, and no verdict is ever a wrong one.
import { createValidator } from "countersign";
import corpus from "./corpus-data.mjs";

const ROUNDS = 5;

/** One that needs no arguments, which would be judged before the wasm is entered. */
const caseOf = (code) => corpus.cases.find(({ expected, scopes }) => expected === code && scopes.length === 0);

/** A validator whose keys live in the instance alone, and how often it had to fetch them. */
async function createWitness() {
  const witness = { fetched: 0 };
  const { token, options } = caseOf("accepted");
  const validator = await createValidator({
    ...options,
    jwksUri: `${options.issuer}/jwks`,
    fetch: async () => ((witness.fetched += 1), new Response(corpus.jwks)),
    clock: () => corpus.now,
  });
  witness.verify = () => validator.verify(token);
  return witness;
}

/** Judges without cache and host, so that each call goes as deep as calls go. */
async function createVerify(code) {
  const { token, options } = caseOf(code);
  const validator = await createValidator({ ...options, crypto: "wasm", cacheBytes: 0, jwks: JSON.parse(corpus.jwks), clock: () => corpus.now });
  return () => {
    try {
      validator.verifySync(token);
      return "accepted";
    } catch (thrown) {
      return thrown.code ?? "overflow"; // outside of the package, or in its last words
    }
  };
}

/** The codes that a call gets with ever more stack, from none at all until there clearly is enough. */
function codesNearTheEnd(verify, expected) {
  const codes = new Set();
  let enough = 0;
  const descend = () => {
    try {
      descend();
    } catch {
      // The end is reached.
    }
    if (enough === 10) return;
    let code = "overflow";
    try {
      code = verify();
    } catch {
      // Not even that could be called.
    }
    codes.add(code);
    enough = code === expected ? enough + 1 : 0;
  };
  descend();
  return codes;
}

export async function trap() {
  const wrong = [];
  let held = 0;
  const compare = (what, got, expected) => {
    if (got === expected) held += 1;
    else wrong.push(`${what}: expected ${expected}, got ${got}`);
  };
  const verifiers = Object.entries({ accepted: await createVerify("accepted"), invalid_signature: await createVerify("invalid_signature") });
  const witness = await createWitness();
  await witness.verify();
  // Several times: once a compiler has optimised all this, fewer depths are left to try.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [expected, verify] of verifiers) {
      const codes = codesNearTheEnd(verify, expected);
      for (const harmless of ["overflow", "internal_error"]) codes.delete(harmless);
      compare("near the end of the stack", [...codes].join(", "), expected);
      for (const [code, verify] of verifiers) compare("after the trap", verify(), code);
    }
  }
  await witness.verify();
  compare("instances that the witness met", witness.fetched, 2);
  return { held, wrong };
}
