/** Server-sent events, as they come. */

import { ApiError } from "./connection.js";

/**
 * Yield the JSON of each event until the stream ends, or says that it does.
 *
 * @param {ReadableStream<Uint8Array> | null} body
 * @returns {AsyncGenerator<any, void, void>}
 * @throws {ApiError} An event is an error.
 */
export async function* events(body) {
  if (!body) return;
  for await (const line of lines(body)) {
    if (!line.startsWith("data:")) continue;
    const data = line.slice(5).trim();
    if (data === "[DONE]") continue; // the stream's own end follows; to leave before it is an abort
    const event = JSON.parse(data);
    if (event.error) throw new ApiError(event.error.message, 0);
    yield event;
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<string, void, void>}
 */
async function* lines(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const complete = rest.split(/\r?\n/);
      rest = done ? "" : (complete.pop() ?? "");
      yield* complete;
      if (done) return;
    }
  } finally {
    await reader.cancel(); // who stops listening stops the server, too
  }
}
