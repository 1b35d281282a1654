/** How loud a recording is, piece by piece. */

/** Decoded at so few samples a second, an hour of sound is a hundred megabytes. */
const RATE = 8000;
/** Beyond this a browser's memory is not ours to take. */
export const LONGEST_S = 3600;

/**
 * The largest sample of each of `count` pieces, 0 to 1.
 *
 * @param {Blob} file
 * @param {number} count
 * @returns {Promise<Float32Array>}
 * @throws {DOMException} The browser cannot decode it.
 */
export async function peaks(file, count) {
  const context = new OfflineAudioContext(1, 1, RATE);
  const samples = (await context.decodeAudioData(await file.arrayBuffer())).getChannelData(0);
  const highest = new Float32Array(count);
  for (let piece = 0; piece < count; piece++) {
    const from = Math.floor((piece * samples.length) / count);
    const to = Math.floor(((piece + 1) * samples.length) / count);
    for (let at = from; at < to; at++) {
      highest[piece] = Math.max(highest[piece] ?? 0, Math.abs(samples[at] ?? 0));
    }
  }
  return highest;
}
