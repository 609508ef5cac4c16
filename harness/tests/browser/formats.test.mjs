import assert from "node:assert/strict";
import { test } from "node:test";
import { countersign } from "./bundle.mjs";
import { sarifProblems } from "./sarif.mjs";

test("SARIF is valid by its official schema", async () => {
  const args = ["demo", "--fault", "success/cache-headers/no-pragma", "--only", "success/*"];
  const text = (await countersign(args)).read("report.sarif");
  assert.deepEqual(sarifProblems(text), []);
  assert.ok(JSON.parse(text).runs[0].results.length > 0);
  assert.notDeepEqual(sarifProblems(text.replace('"version": "2.1.0"', '"version": "2.0.0"')), []);
});
