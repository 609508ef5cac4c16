// Reads the explanations: one a line, `class | our verdict | section | reason`; a line that begins with `#` is a comment.
import { readFileSync } from "node:fs";

/** @returns {Map<string, {section: string, reason: string}>} by `class | our verdict` */
export function readExplanations() {
  const explanations = new Map();
  for (const line of readFileSync(new URL("jose.txt", import.meta.url), "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [of, verdict, section, reason, ...more] = line.split("|").map((column) => column.trim());
    if (!of || !verdict || !section || !reason || more.length > 0) throw new Error(`no explanation: ${line}`);
    const name = `${of} | ${verdict}`;
    if (explanations.has(name)) throw new Error(`explained twice: ${name}`);
    explanations.set(name, { section, reason });
  }
  return explanations;
}
