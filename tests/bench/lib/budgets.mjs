// What was promised, and whether it was kept in this run. One row a budget; a missed one says why, in words that a person wrote.

const found = ({ rows }, algorithm, mode, name) => rows.find((row) => row.algorithm === algorithm && row.mode === mode && row.name === name)?.median;
const number = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** The lower of the two bare checks of a runtime. */
const bare = (runtime, algorithm, mode) =>
  Math.min(...["WebCrypto alone", "node:crypto alone"].map((name) => found(runtime, algorithm, mode, name) ?? Infinity));

/**
 * Each algorithm of each runtime in one mode, for which `worst` names the one that keeps least of the budget.
 *
 * @param {any[]} runtimes
 * @param {string} mode
 * @param {(runtime: any, algorithm: string) => { share: number, text: string } | undefined} judge a share above 1 is a miss
 */
function worst(runtimes, mode, judge) {
  const all = runtimes.flatMap((runtime) =>
    [...new Set(runtime.rows.map((row) => row.algorithm))].flatMap((algorithm) => {
      const verdict = judge(runtime, algorithm);
      return verdict === undefined ? [] : [{ ...verdict, where: `${algorithm} in ${runtime.runtime}` }];
    }),
  );
  const sorted = all.toSorted((a, b) => b.share - a.share);
  const missed = sorted.filter(({ share }) => share > 1);
  return {
    met: missed.length === 0,
    measured: missed.length === 0 ? `at worst ${sorted[0].text} (${sorted[0].where})` : missed.map(({ text, where }) => `${text} (${where})`).join("; "),
  };
}

const UNSEEN = "unseen";
const NOISE = 1.1;

/** By a profile of unseen RS256 tokens in Node, with the cache on. */
const OWN_PART =
  "our own part beside the signature check: a third in the module (reading, rules, the name in the cache), the rest in JavaScript (calls, promises, the frozen objects that header and claims become)";

/** @type {{ what: string, why: string, judge: (results: any) => { met: boolean, measured: string } }[]} */
const BUDGETS = [
  {
    what: "module and JavaScript around it: at most 100,000 bytes gzip",
    why: "of the code, almost half is the core, compiled for speed because every token goes through it, a quarter the standard library, a fifth arithmetic for hosts that have no cryptography of their own; wasm-opt would take 2 % off",
    judge: ({ sizes }) => {
      const sum = sizes[0].gzip + sizes[1].gzip;
      return { met: sum <= 100_000, measured: sum.toLocaleString("en-GB") };
    },
  },
  {
    what: "unseen token: the runtime's bare check + 15 µs",
    why: OWN_PART,
    judge: ({ runtimes }) =>
      worst(runtimes, UNSEEN, (runtime, algorithm) => {
        const over = found(runtime, algorithm, UNSEEN, "countersign") - bare(runtime, algorithm, UNSEEN);
        return Number.isFinite(over) ? { share: over / 15, text: `+${number(over)} µs` } : undefined;
      }),
  },
  {
    what: "unseen token: in no runtime slower than jose beyond noise (a tenth)",
    why: OWN_PART,
    judge: ({ runtimes }) =>
      worst(runtimes, UNSEEN, (runtime, algorithm) => {
        const ratio = found(runtime, algorithm, UNSEEN, "countersign") / found(runtime, algorithm, UNSEEN, "jose");
        return Number.isFinite(ratio) ? { share: ratio / NOISE, text: `${ratio.toFixed(2)} of jose's time` } : undefined;
      }),
  },
  {
    what: "unseen token in Node: at least 1.5 × as fast as jose",
    why: OWN_PART,
    judge: ({ runtimes }) =>
      worst(runtimes.filter(({ runtime }) => runtime.startsWith("Node")), UNSEEN, (runtime, algorithm) => {
        const ratio = found(runtime, algorithm, UNSEEN, "jose") / found(runtime, algorithm, UNSEEN, "countersign");
        return { share: 1.5 / ratio, text: `${ratio.toFixed(2)} ×` };
      }),
  },
  {
    what: "seen token in Node: at most 3 µs",
    why: "every rule on claims runs each time, in the module",
    judge: ({ runtimes }) =>
      worst(runtimes.filter(({ runtime }) => runtime.startsWith("Node")), "seen", (runtime, algorithm) => {
        const time = found(runtime, algorithm, "seen", "countersign");
        return { share: time / 3, text: `${number(time)} µs` };
      }),
  },
  {
    what: "seen token in Node: at least 2 × as fast as fast-jwt's cache",
    why: "every rule on claims runs each time, in the module",
    judge: ({ runtimes }) =>
      worst(runtimes.filter(({ runtime }) => runtime.startsWith("Node")), "seen", (runtime, algorithm) => {
        const ratio = found(runtime, algorithm, "seen", "fast-jwt") / found(runtime, algorithm, "seen", "countersign");
        return { share: 2 / ratio, text: `${ratio.toFixed(2)} ×` };
      }),
  },
  {
    what: "seen token in Node: at least 20 × as fast as jose",
    why: "jose's time differs with the algorithm, ours does not",
    judge: ({ runtimes }) =>
      worst(runtimes.filter(({ runtime }) => runtime.startsWith("Node")), "seen", (runtime, algorithm) => {
        const ratio = found(runtime, algorithm, UNSEEN, "jose") / found(runtime, algorithm, "seen", "countersign");
        return { share: 20 / ratio, text: `${ratio.toFixed(0)} ×` };
      }),
  },
  {
    what: "memory of the module: at most 8 MiB, no growth in the second half of the tokens",
    why: "the allocator keeps what it once had",
    judge: ({ memory }) => {
      const [half, end] = memory.slice(-2);
      return { met: end.bytes <= 8 * 2 ** 20 && end.bytes === half.bytes, measured: `${mebibytes(half.bytes)}, then ${mebibytes(end.bytes)}` };
    },
  },
];

/** Rows of a table: what was promised, whether it was kept, what was measured, and why not. */
export const budgets = (results) =>
  BUDGETS.map(({ what, why, judge }) => {
    const { met, measured } = judge(results);
    return [what, met ? "met" : "missed", measured, met ? "" : why];
  });
