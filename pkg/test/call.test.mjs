// What a caller gives with a call, as it is kept while keys are fetched.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readCall } from "../src/call.js";

test("the bytes of a certificate are a copy, however they are given", () => {
  const bytes = Uint8Array.from([48, 3, 2, 1, 0]);
  for (const certificate of [bytes, bytes.buffer]) {
    const call = readCall({ certificate }, "token");
    bytes[4] = 9;
    assert.deepEqual([...call.certificate], [48, 3, 2, 1, 0]);
    bytes[4] = 0;
  }
});
