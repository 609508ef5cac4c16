// Work that may go on after the answer.

/**
 * Leaves work to the caller's `waitUntil`. Without one a runtime might end the work with the answer, and so the request waits for it; also where
 * `waitUntil` fails, as a method does that was taken off its context. One that fails later has taken the work, and refuses nobody either.
 *
 * @param {Promise<unknown>} work one that never fails
 * @param {((work: Promise<unknown>) => void) | undefined} waitUntil
 */
export async function leave(work, waitUntil) {
  if (waitUntil === undefined) return void (await work);
  try {
    // What it gives should be nothing. A promise that has failed already wins this race, any other loses it, and none fails unheard.
    await Promise.race([waitUntil(work), undefined]);
  } catch {
    await work;
  }
}
