// A trapped wasm instance is replaced, never entered again: the request that met the trap gets 500, the next one its verdict.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createValidator } from "countersign";
import { Engine } from "../wasm/countersign_validator.js";
import { currentInstance } from "../src/instance.js";
import { whileInherited } from "./support/host.mjs";
import { jwks, keys, mint, options } from "./support/mint.mjs";

const token = await mint({ key: keys.RS256 });
const authenticated = (validator) => validator.authenticate({ headers: { authorization: `Bearer ${token}` } });

const own = { ...Object.getOwnPropertyDescriptors(Engine.prototype) };
afterEach(() => Object.defineProperties(Engine.prototype, own));

/** Makes a method of the engine trap, as a panic in the core does; `times` times. */
function trap(method, times = 1) {
  let left = times;
  const real = own[method].value;
  Engine.prototype[method] = function (...call) {
    if (left === 0) return real.apply(this, call);
    left -= 1;
    throw new WebAssembly.RuntimeError("unreachable");
  };
}

let validator;
let instance;
beforeEach(async () => {
  validator = await createValidator(options());
  instance = currentInstance();
});

for (const method of ["beginRequest", "finish"]) {
  test(`a trap in ${method} is an answer, and the next request has a new instance`, async () => {
    trap(method);
    const result = await authenticated(validator);
    assert.deepEqual(
      { code: result.code, status: result.status, error: result.error, retryable: result.retryable },
      { code: "internal_error", status: 500, error: undefined, retryable: false },
    );
    assert.equal(result.response.status, 500);
    assert.notEqual(currentInstance(), instance);
    assert.equal((await authenticated(validator)).ok, true);
  });
}

test("verify and verifySync throw internal_error", async () => {
  trap("begin");
  await assert.rejects(validator.verify(token), { code: "internal_error", status: 500 });
  trap("beginAtHand");
  assert.throws(() => validator.verifySync(token), { code: "internal_error", status: 500 });
  assert.equal(validator.verifySync(token).subject, "reports-job");
});

test("other validators live on, with their own options", async () => {
  const other = await createValidator(options({ audience: "https://other.example.com" }));
  trap("begin");
  await assert.rejects(validator.verify(token), { code: "internal_error" });
  await assert.rejects(other.verify(token), { code: "invalid_audience" });
});

test("a request under way when the instance is replaced begins again", async () => {
  const pending = validator.verify(token); // Waits for the host's crypto now.
  const other = await createValidator(options());
  trap("beginAtHand");
  assert.throws(() => other.verifySync(token), { code: "internal_error" });
  assert.equal((await pending).subject, "reports-job");
});

test("many traps in a row replace the instance once each, and end with the cause", async () => {
  trap("beginRequest", 3);
  for (let again = 0; again < 3; again += 1) assert.equal((await authenticated(validator)).code, "internal_error");
  assert.equal((await authenticated(validator)).ok, true);
});

test("a trap of the wasm itself", async () => {
  const real = own.begin.value;
  const thrown = [];
  Engine.prototype.begin = function (...call) {
    Engine.prototype.begin = real;
    const beyondMemory = Object.create(this, { __wbg_ptr: { value: 0x7fff_ff00 } });
    try {
      return real.apply(beyondMemory, call);
    } catch (error) {
      thrown.push(error);
      throw error;
    }
  };
  await assert.rejects(validator.verify(token), { code: "internal_error" });
  assert.ok(thrown[0] instanceof WebAssembly.RuntimeError);
  assert.equal((await validator.verify(token)).subject, "reports-job");
});

test("a stack overflow counts as a trap", async () => {
  const real = own.begin.value;
  Engine.prototype.begin = function () {
    Engine.prototype.begin = real;
    throw new RangeError("Maximum call stack size exceeded");
  };
  await assert.rejects(validator.verify(token), { code: "internal_error" });
  assert.notEqual(currentInstance(), instance);
});

test("a trap is one, whatever others have put on every object", async () => {
  trap("begin");
  await whileInherited({ code: "evil", status: 200 }, () => assert.rejects(validator.verify(token), { code: "internal_error" }));
  assert.notEqual(currentInstance(), instance);
});

test("keys over the network are fetched again for a new instance", async () => {
  let fetched = 0;
  const fetching = await createValidator(
    options({ jwks: undefined, jwksUri: "https://as.example.com/jwks", fetch: async () => (fetched++, Response.json(jwks)) }),
  );
  await fetching.verify(token);
  trap("judgeAgain"); // by which a token is judged that was seen before
  await assert.rejects(fetching.verify(token), { code: "internal_error" });
  await fetching.verify(token);
  assert.equal(fetched, 2);
});
