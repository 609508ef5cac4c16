// The measurement itself, for any runtime. All subjects take turns within one run, each turn beginning with another one, so that what
// disturbs the machine disturbs all of them; a result is the median of the turns, with the least and the greatest.
import { SUBJECTS } from "./subjects.mjs";

/** How tokens come: rows of the results. `tokens` says how many a turn takes, `repeats` how often each of them. */
export const MODES = [
  { name: "unseen", inFlight: 1, tokens: 50, repeats: 1, seen: false },
  { name: "unseen, 50 in flight", inFlight: 50, tokens: 50, repeats: 1, seen: false },
  { name: "seen", inFlight: 1, tokens: 10, repeats: 100, seen: true },
];

/** Turns of a measurement; one more goes before them, to warm up. */
export const TURNS = 12;
/** So many tokens a set must have: each mode and turn of unseen tokens has its own. */
export const TOKENS = MODES.filter((mode) => !mode.seen).reduce((sum, mode) => sum + mode.tokens * (TURNS + 1), 0);

/** So often a subject verifies before anything is measured, with its memory off: what is measured is a server that has been running. */
const WARM_UP = 1000;

/** The tokens of one turn of one mode. */
function tokensOf(mode, turn) {
  if (mode.seen) return [0, mode.tokens];
  const before = MODES.slice(0, MODES.indexOf(mode)).filter((other) => !other.seen);
  const start = before.reduce((sum, other) => sum + other.tokens * (TURNS + 1), turn * mode.tokens);
  return [start, start + mode.tokens];
}

/** Verifies all of them as the mode says. */
async function drive(verify, tokens, { inFlight, repeats }) {
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    if (inFlight > 1) await Promise.all(tokens.map((token) => verify(token)));
    else for (const token of tokens) await verify(token);
  }
}

/**
 * One turn: verifies its tokens. How many that were.
 *
 * @param {{ verify: Function, convert?: Function }} subject
 */
export async function turn({ verify, convert }, set, mode, number) {
  const tokens = set.tokens.slice(...tokensOf(mode, number)).map((token) => convert?.(token) ?? token);
  const start = performance.now();
  await drive(verify, tokens, mode);
  return { milliseconds: performance.now() - start, count: tokens.length * mode.repeats };
}

/** The subjects that can verify tokens of this set here, ready; and why the others cannot. */
export async function ready(set) {
  const able = [];
  const unable = [];
  for (const subject of SUBJECTS) {
    try {
      const unmeasured = await subject.make(set, { remembers: false });
      for (let number = 0; number < WARM_UP; number += 1) {
        const token = set.tokens[number % set.tokens.length];
        await unmeasured(subject.convert?.(token) ?? token);
      }
      const verify = await subject.make(set);
      await verify(subject.convert?.(set.tokens[0]) ?? set.tokens[0]);
      able.push({ ...subject, verify });
    } catch (error) {
      unable.push({ name: subject.name, reason: String(error?.message ?? error).split("\n")[0] });
    }
  }
  return { able, unable };
}

/**
 * Every subject in every mode on one set.
 *
 * @param {{ algorithm: string, tokens: string[] }} set
 * @param {(subject: object, set: object, mode: object, number: number) => Promise<{ milliseconds: number, count: number }>} play
 */
export async function measure(set, { able, unable }, play = turn) {
  const rows = [];
  for (const mode of MODES) {
    const subjects = able.filter((subject) => !mode.seen || subject.remembers);
    const samples = new Map(subjects.map(({ name }) => [name, []]));
    for (let number = 0; number <= TURNS; number += 1) {
      for (let place = 0; place < subjects.length; place += 1) {
        const subject = subjects[(place + number) % subjects.length];
        const { milliseconds, count } = await play(subject, set, mode, number);
        if (number > 0) samples.get(subject.name).push((milliseconds * 1000) / count);
      }
    }
    for (const [name, microseconds] of samples) {
      const sorted = microseconds.toSorted((a, b) => a - b);
      rows.push({
        algorithm: set.algorithm,
        mode: mode.name,
        name,
        median: sorted[Math.floor(sorted.length / 2)],
        least: sorted[0],
        greatest: sorted.at(-1),
      });
    }
  }
  return { rows, unable: unable.map((one) => ({ algorithm: set.algorithm, ...one })) };
}
