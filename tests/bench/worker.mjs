// The same measurement in workerd, whose clock stands still while a request runs: it is told which turn to play, and timed from outside.
import { MODES, ready, turn } from "./lib/measure.mjs";

let set;
let subjects;

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/set") {
      set = await request.json();
      subjects = await ready(set);
      return Response.json({ able: subjects.able.map(({ name, remembers }) => ({ name, remembers })), unable: subjects.unable });
    }
    const subject = subjects.able.find(({ name }) => name === searchParams.get("subject"));
    const mode = MODES.find(({ name }) => name === searchParams.get("mode"));
    const { count } = subject === undefined ? { count: 0 } : await turn(subject, set, mode, Number(searchParams.get("number")));
    return Response.json({ count });
  },
};
