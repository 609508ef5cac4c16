// What a server that the tests start says to its parent, and how it learns that the parent has ended.

/** One line of JSON on standard output: the server answers from now on. */
export function ready(facts) {
  console.log(JSON.stringify(facts));
}

/** The parent holds our standard input open for as long as it lives, however it ends. */
export function onParentGone(end) {
  process.stdin.resume().on("end", end).on("error", end);
}

/**
 * What to serve: [{ name, environment }], one API each, the module in the application's folder that answers for all of them, and which variant
 * of the runtime is meant, where it has some.
 */
export function assignment() {
  const [application, entry, variant] = process.argv.slice(2);
  return { application, entry, variant, apis: JSON.parse(process.env.COUNTERSIGN_APIS) };
}
