// Requests that end while something is asked for them: a runtime may drop them without a word, and what they held must not stay.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createValidator } from "countersign";
import { Engine } from "../wasm/countersign_validator.js";
import { keys, mint, NOW, options } from "./support/mint.mjs";

const token = await mint({ key: keys.ES256 });
const real = { verify: crypto.subtle.verify, begin: Engine.prototype.begin };
let engine;
let answers;
let milliseconds;
let validator;

beforeEach(async () => {
  [answers, milliseconds] = [[], 0];
  Engine.prototype.begin = function (...call) {
    engine = this;
    return real.begin.apply(this, call);
  };
  validator = await createValidator(options({ crypto: "webcrypto", cacheBytes: 0, clock: () => NOW * 1000 + milliseconds }));
  await validator.verify(token); // The key is imported from now on.
  crypto.subtle.verify = () => new Promise((resolve) => answers.push(resolve));
});
afterEach(() => {
  crypto.subtle.verify = real.verify;
  Engine.prototype.begin = real.begin;
});

/** Something that begins, and is decided at once. */
const begin = () => assert.rejects(validator.verify("x"), { code: "malformed_token" });

test("what nobody answers is let go after ten seconds, and not before", async () => {
  for (let at = 0; at < 100; at += 1) void validator.verify(token);
  assert.equal(answers.length, 100);
  milliseconds = 9_999;
  await begin();
  assert.equal(engine.openQuestions, 100);
  milliseconds = 10_000;
  await begin();
  assert.equal(engine.openQuestions, 0);
});

test("an answer that comes later counts for nothing, though nobody came in between", async () => {
  const late = validator.verify(token);
  milliseconds = 10_000;
  answers.shift()(false);
  await new Promise(setImmediate);
  assert.equal(answers.length, 1, "asked again, whatever the late answer was");
  answers.shift()(true);
  assert.equal((await late).subject, "reports-job");
});

test("what is answered is closed", async () => {
  const verdict = validator.verify(token);
  assert.equal(engine.openQuestions, 1);
  answers.shift()(true);
  await verdict;
  assert.equal(engine.openQuestions, 0);
});

test("a clock that was set back lets go too, and a late answer begins again", async () => {
  const late = validator.verify(token);
  milliseconds = -9_999;
  await begin();
  assert.equal(engine.openQuestions, 1);
  milliseconds = -10_000;
  await begin();
  assert.equal(engine.openQuestions, 0);
  answers.shift()(false);
  await new Promise(setImmediate);
  assert.equal(answers.length, 1, "asked again, whatever the late answer was");
  answers.shift()(true);
  assert.equal((await late).subject, "reports-job");
});
