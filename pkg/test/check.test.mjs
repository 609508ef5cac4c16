// The check that travels to other runtimes holds here, and can fail.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine } from "../wasm/countersign_validator.js";
import { check } from "./check.mjs";

test("the package's own check holds", async () => {
  assert.ok((await check()) > 50);
});

test("and fails when a verdict is wrong", async () => {
  const { finish } = Engine.prototype;
  Engine.prototype.finish = function (step, valid, now) {
    return finish.call(this, step, true, now);
  };
  try {
    await assert.rejects(check(), /signature changed/);
  } finally {
    Engine.prototype.finish = finish;
  }
});
