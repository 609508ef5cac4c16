// Runs the package's own check wherever a Worker runs, and answers what came of it.
import { check } from "./package-check.mjs";

export default {
  async fetch() {
    try {
      return Response.json({ held: await check() });
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 });
    }
  },
};
