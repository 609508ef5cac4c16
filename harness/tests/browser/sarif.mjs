// The schema of SARIF 2.1.0 as OASIS publishes it, from the package that carries it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import Ajv from "ajv-draft-04";

const entry = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/package.json");
const schema = JSON.parse(readFileSync(path.join(path.dirname(entry), "lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
// `strict` and `unicodeRegExp` would judge the schema, which is not ours; formats are annotations.
const validate = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false, allErrors: true }).compile(schema);

/** What is wrong with a SARIF log; nothing if it is valid. */
export function sarifProblems(text) {
  validate(JSON.parse(text));
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
