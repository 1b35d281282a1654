/** Speech: its request, and what comes of its answer. */

import { events } from "./events.js";

/** @typedef {import("./call.js").Call} Call */

/**
 * @typedef {object} Saying
 * @property {string} text
 * @property {string} model
 * @property {string} voice
 * @property {string} format
 * @property {number} speed
 * @property {string} language Empty: found in the text.
 * @property {boolean} followsWords
 *
 * @typedef {{start: number, end: number, from: number, to: number}} SpokenWord Seconds, and the
 *   word's place in the text, in UTF-16 units as `slice` counts.
 *
 * @typedef {object} Take What was spoken.
 * @property {number} id
 * @property {Saying} saying
 * @property {File} file
 * @property {SpokenWord[]} words
 */

/**
 * Every format of the endpoint and its media type; browsers play all but bare samples.
 *
 * @type {Record<string, string>}
 */
export const FORMATS = {
  mp3: "audio/mpeg",
  opus: "audio/ogg",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "application/octet-stream",
};

/**
 * @param {Saying} saying
 * @returns {Call}
 */
export function speechCall(saying) {
  return {
    path: "/v1/audio/speech",
    output: `speech.${saying.format}`,
    body: {
      model: saying.model,
      voice: saying.voice,
      input: saying.text,
      response_format: saying.format,
      ...(saying.speed !== 1 && { speed: saying.speed }),
      ...(saying.language && { x_language: saying.language }),
      ...(saying.followsWords && { stream_format: "sse", x_word_times: true }),
    },
  };
}

/**
 * Gather an answer, whole or in events.
 *
 * @param {Response} response
 * @param {Saying} saying
 * @returns {Promise<{file: File, words: SpokenWord[]}>}
 */
export async function spoken(response, saying) {
  /** @type {BlobPart[]} */
  const pieces = [];
  /** @type {SpokenWord[]} */
  const words = [];
  if (saying.followsWords) {
    const places = unitsOf(saying.text);
    for await (const event of events(response.body)) {
      if (event.type === "speech.audio.delta") pieces.push(bytes(event.audio));
      if (event.type === "speech.audio.word") words.push(word(event, places));
    }
  } else pieces.push(await response.blob());
  const type = FORMATS[saying.format];
  return { file: new File(pieces, `speech.${saying.format}`, { type }), words };
}

/**
 * @param {any} event
 * @param {number[]} places
 * @returns {SpokenWord}
 */
function word({ start, end, offset, length }, places) {
  return {
    start,
    end,
    from: places[offset] ?? 0,
    to: places[offset + length] ?? 0,
  };
}

/**
 * Where each code point of a text begins, in UTF-16 units; the last entry is its end.
 *
 * @param {string} text
 */
function unitsOf(text) {
  const places = [0];
  for (const sign of text) places.push((places.at(-1) ?? 0) + sign.length);
  return places;
}

/** @param {string} base64 */
function bytes(base64) {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}
