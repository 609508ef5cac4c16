// How long ago something was, by a clock that may be set back.

/** Clocks of one moment differ by less than this, in milliseconds, where a runtime stops them for each request. */
const MOMENT = 10_000;

/**
 * The time that has passed, in milliseconds. Without end where it began in the future: the clock was set back since, and what was noted by it
 * must hold for no longer than it was meant to.
 *
 * @param {number} began
 * @param {number} now
 */
export const since = (began, now) => (began - now < MOMENT ? now - began : Infinity);
