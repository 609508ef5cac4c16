// The results as a page of Markdown: medians, their spread, and ratios within the same run, which are what can be compared.
import { budgets } from "./budgets.mjs";

const number = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
const bytes = (value) => value.toLocaleString("en-GB");
const cells = (row) => `| ${row.join(" | ")} |`;

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) => [cells(head), cells(head.map((_, at) => (at === 0 ? "---" : "---:"))), ...rows.map(cells)].join("\n");

const unique = (values) => [...new Set(values)];

/** One table a runtime and mode: a line a subject, a column an algorithm. */
function speeds({ runtime, rows, unable }) {
  const algorithms = unique(rows.map((row) => row.algorithm));
  const parts = unique(rows.map((row) => row.mode)).map((mode) => {
    const ofMode = rows.filter((row) => row.mode === mode);
    const found = (name, algorithm) => ofMode.find((row) => row.name === name && row.algorithm === algorithm);
    const lines = unique(ofMode.map((row) => row.name)).map((name) => [
      name,
      ...algorithms.map((algorithm) => {
        const row = found(name, algorithm);
        const ours = found("countersign", algorithm);
        if (row === undefined) return "–";
        const ratio = row === ours || ours === undefined ? "" : ` × ${(row.median / ours.median).toFixed(2)}`;
        return `${number(row.median)} (${number(row.least)}–${number(row.greatest)})${ratio}`;
      }),
    ]);
    return `**${mode}**\n\n${table(["", ...algorithms], lines)}`;
  });
  const whole = ({ name, reason }) => `${name}: ${reason.slice(0, 90)}`;
  const lines = unique(unable.map(whole)).map((what) => {
    const absent = unable.filter((one) => whole(one) === what).map(({ algorithm }) => algorithm);
    return `${what} (${absent.join(", ")})`;
  });
  const notes = lines.length === 0 ? "" : `\n\nNot measured here: ${lines.join("; ")}.`;
  return `### ${runtime}\n\n${parts.join("\n\n")}${notes}`;
}

const sizesOf = (rows) =>
  table(["bytes", "raw", "gzip", "brotli"], rows.map(({ what, raw, gzip, brotli }) => [what, bytes(raw), bytes(gzip), bytes(brotli)]));

const startsOf = (rows) =>
  table(["milliseconds", "median", "least", "greatest"], rows.map(({ name, median, least, greatest }) => [name, ...[median, least, greatest].map(number)]));

const costsOf = (rows) =>
  unique(rows.map(({ what }) => what))
    .map((what) => {
      const ofWhat = rows.filter((row) => row.what === what);
      return table([what, ...ofWhat.map(({ value }) => bytes(value))], [["µs", ...ofWhat.map(({ median }) => number(median))]]);
    })
    .join("\n\n");

const memoryOf = (rows) =>
  table(["different tokens", "wasm memory, bytes", "process, bytes"], rows.map((row) => [bytes(row.tokens), bytes(row.bytes), bytes(row.process)]));

/** The whole page. */
export const page = (results) => {
  const { date, machine, versions, runtimes, sizes, starts, costs, memory } = results;
  return `# Measurements

Made by \`cargo xtask bench\` on ${date}; ${machine}. Microseconds for one verification: the median of the turns, and in parentheses the
least and the greatest of them, after a warm-up. All verifiers take turns within one run, on the same tokens; \`× 2.00\` says that a verifier took twice as
long as \`countersign\` there. The machine is shared: compare ratios, not runs. Peers: ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")}.

## Budgets

${table(["what was promised", "", "measured", "why not"], budgets(results)).replace("| ---: | ---: | ---: |", "| --- | --- | --- |")}

## Time

Every verifier was given one key beforehand, and checks issuer, audience, times, type and algorithm as far as it can. *Unseen* tokens are all
different; *seen* ones come again and again, to verifiers that remember them. The last two lines are the bare signature check of the
runtime, without any JWT around it: nothing can be faster than the faster of them.

${runtimes.map(speeds).join("\n\n")}

## Size

${sizesOf(sizes)}

## Start

From the import to the first verdict (ES256), each time in a new process of Node.

${startsOf(starts)}

## Growth

Microseconds of \`verifySync\` for an unseen EdDSA token in Node, as one thing grows.

${costsOf(costs)}

## Memory

${memoryOf(memory)}
`;
};
