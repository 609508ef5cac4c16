/**
 * The answer; undefined if it fails or is late.
 *
 * @template T
 * @param {Promise<T>} answer
 * @param {number} milliseconds
 * @returns {Promise<T | undefined>}
 */
export async function timed(answer, milliseconds) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<undefined>} */
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
