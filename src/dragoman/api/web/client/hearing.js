/** Transcription and translation: their requests, and what comes of their events. */

import { cueUnderWay, cuesOf } from "../sound/cues.js";
import { events } from "./events.js";

/** @typedef {import("./call.js").Call} Call */
/** @typedef {import("../sound/cues.js").Cue} Cue */

/**
 * @typedef {object} Hearing How a recording is to be written down.
 * @property {string} model
 * @property {string} language Empty: found in the recording.
 * @property {boolean} tellsSpeakers
 *
 * @typedef {object} Progress
 * @property {Cue[]} cues
 * @property {number} end Up to where it is written down, in seconds.
 * @property {number} length Of the recording, in seconds.
 *
 * @typedef {{start: number, end: number}} Gap
 * @typedef {object} Heard
 * @property {Cue[]} cues
 * @property {string} language
 * @property {{audio: number, speech: number, decoded: number, gaps: Gap[]} | null} coverage
 */

/**
 * @param {File} file
 * @param {Hearing} hearing
 * @returns {Call}
 */
export function transcriptionCall(file, { model, language, tellsSpeakers }) {
  return {
    path: "/v1/audio/transcriptions",
    file,
    body: {
      model,
      ...(language && { language }),
      ...(tellsSpeakers
        ? { response_format: "diarized_json", chunking_strategy: "auto" }
        : {
            response_format: "verbose_json",
            timestamp_granularities: ["word", "segment"],
          }),
      x_progress: true,
    },
  };
}

/**
 * @param {File} file
 * @param {string} model
 * @param {string} language What to translate into.
 * @returns {Call}
 */
export function translationCall(file, model, language) {
  const body = {
    model,
    response_format: "verbose_json",
    x_to_language: language,
    x_progress: true,
  };
  return { path: "/v1/audio/translations", file, body };
}

/**
 * Follow the events of an answer to its end.
 *
 * @param {Response} response
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<Heard>}
 */
export async function heard(response, onProgress) {
  /** @type {Cue[]} */
  const cues = [];
  /** @type {Heard | null} */
  let whole = null;
  for await (const event of events(response.body)) {
    if (event.type === "x_answer") {
      const answer = JSON.parse(event.body);
      const language = answer.x_spoken_language ?? answer.language ?? "";
      whole = {
        cues: cuesOf(answer),
        language,
        coverage: answer.x_coverage ?? null,
      };
      continue;
    }
    if (event.text) cues.push(cueUnderWay(event, cues.length));
    onProgress({
      cues: [...cues],
      end: event.end,
      length: event.audio_seconds,
    });
  }
  if (!whole) throw new TypeError("The answer broke off.");
  return whole;
}
