// Runs the measurements in the runtime that executes this file (Node, Bun, Deno), and prints them as one line of JSON.
import { readFileSync } from "node:fs";
import process from "node:process";
import { measure, ready } from "./lib/measure.mjs";

const results = { rows: [], unable: [] };
for (const set of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const { rows, unable } = await measure(set, await ready(set));
  results.rows.push(...rows);
  results.unable.push(...unable);
}
console.log(JSON.stringify(results));
