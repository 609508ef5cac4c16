// Runs the command, and finds what it has kept.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs `countersign` in an empty folder; a status that says that the server is broken is no error here. */
export async function countersign(args, folder = mkdtempSync(path.join(tmpdir(), "countersign-")), env = {}) {
  const program = process.env.COUNTERSIGN;
  if (!program) throw new Error("COUNTERSIGN names no program: run these tests with `cargo xtask test --only reports`");
  const ended = await run(program, args, { cwd: folder, env: { ...process.env, ...env } }).catch((error) => error);
  if (ended.code !== undefined && ended.code !== 1) throw new Error(`${ended.code}: ${ended.stderr}`);
  const runs = path.join(folder, "countersign-runs");
  const [name] = readdirSync(runs).filter((entry) => !entry.startsWith("."));
  const bundle = path.join(runs, name);
  return { folder, bundle, read: (file) => readFileSync(path.join(bundle, file), "utf8") };
}
