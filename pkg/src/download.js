// One GET of a metadata document or key set, bounded in time and size. It never throws: what went wrong is status 0.

const FAILED = Object.freeze({ status: 0, body: new Uint8Array() });

/**
 * Reads a body to its end, or gives up as soon as it is longer than allowed.
 *
 * @param {ReadableStream<Uint8Array> | null} stream
 * @param {number} maxBytes
 */
export async function readUpTo(stream, maxBytes) {
  const chunks = [];
  let length = 0;
  const reader = stream?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    // An empty chunk brings nothing, and a stream of them would never end.
    if (length > maxBytes || value.byteLength === 0) {
      reader.cancel().catch(() => undefined); // Not waited for: whoever sends too much may not end soon either.
      throw new RangeError("body too long, or no body at all");
    }
    chunks.push(value);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/**
 * @typedef {object} Download
 * @property {number} status
 * @property {Uint8Array} body
 * @property {string} [cacheControl] how long the answer may be kept (RFC 9111 §5.2), for the core to read
 * @property {string} [age] and how long it has been (RFC 9111 §5.1)
 */

/**
 * @param {typeof globalThis.fetch} fetch
 * @param {{ url: string, maxBytes: number, timeoutMilliseconds: number }} request
 * @returns {Promise<Download>}
 */
export async function download(fetch, { url, maxBytes, timeoutMilliseconds }) {
  const controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  // Raced, not only signalled: a fetch that does not listen to its signal must not hold the request either.
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("timed out")), timeoutMilliseconds);
  });
  const attempt = async () => {
    // "manual" and not "error", which some runtimes refuse; any redirect then is a status other than 200, and one that
    // was followed all the same shows in `redirected`.
    const response = await fetch(url, {
      method: "GET",
      headers: { accept: "application/json" },
      redirect: "manual",
      signal: controller.signal,
    });
    if (response.status !== 200 || response.redirected) return { ...FAILED, status: response.redirected ? 0 : response.status };
    return {
      status: response.status,
      body: await readUpTo(response.body, maxBytes),
      cacheControl: response.headers.get("cache-control") ?? undefined,
      age: response.headers.get("age") ?? undefined,
    };
  };
  try {
    return await Promise.race([attempt(), deadline]);
  } catch {
    return FAILED;
  } finally {
    clearTimeout(timer);
    controller.abort(); // Lets go of whatever was not read.
  }
}
