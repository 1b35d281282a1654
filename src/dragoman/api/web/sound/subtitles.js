/** Cues as files: SubRip, WebVTT, plain text, JSON. */

/** @typedef {import("./cues.js").Cue} Cue */

/** @type {Record<string, {type: string, write: (cues: Cue[]) => string}>} */
export const FORMATS = {
  srt: { type: "application/x-subrip", write: srt },
  vtt: { type: "text/vtt", write: vtt },
  txt: { type: "text/plain", write: txt },
  json: {
    type: "application/json",
    write: (cues) => `${JSON.stringify(plain(cues), null, 2)}\n`,
  },
};

/** @param {Cue[]} cues */
function srt(cues) {
  return cues.map((cue, at) => `${at + 1}\n${span(cue, ",")}\n${said(cue)}\n`).join("\n");
}

/** @param {Cue[]} cues */
function vtt(cues) {
  const body = cues.map((cue) => `${span(cue, ".")}\n${voiced(cue)}\n`);
  return `WEBVTT\n\n${body.join("\n")}`;
}

/** @param {Cue[]} cues */
function txt(cues) {
  return `${cues.map(said).join("\n")}\n`;
}

/** @param {Cue[]} cues */
function plain(cues) {
  return cues.map(({ start, end, text, speaker, words, translation }) => ({
    start: rounded(start),
    end: rounded(end),
    text,
    ...(speaker && { speaker }),
    ...(words.length && { words: words.map(spoken) }),
    ...(translation && { translation }),
  }));
}

/** @param {import("./cues.js").Word} word */
function spoken({ text, start, end, probability }) {
  const sure = probability === null ? {} : { probability };
  return { word: text, start: rounded(start), end: rounded(end), ...sure };
}

/**
 * To a millisecond.
 *
 * @param {number} seconds
 */
function rounded(seconds) {
  return Math.round(seconds * 1000) / 1000;
}

/** @param {Cue} cue */
function said(cue) {
  return cue.speaker ? `${cue.speaker}: ${cue.text}` : cue.text;
}

/** @param {Cue} cue */
function voiced(cue) {
  const text = cue.text.replace(
    /[&<>]/g,
    (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? sign,
  );
  return cue.speaker ? `<v ${cue.speaker.replace(/[<>&\n]/g, " ")}>${text}` : text;
}

/**
 * @param {Cue} cue
 * @param {string} sign Between seconds and milliseconds.
 */
function span(cue, sign) {
  return `${stamp(cue.start, sign)} --> ${stamp(cue.end, sign)}`;
}

/**
 * @param {number} seconds
 * @param {string} sign
 */
function stamp(seconds, sign) {
  const ms = Math.round(seconds * 1000);
  const two = (/** @type {number} */ value) => String(Math.floor(value)).padStart(2, "0");
  const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(two).join(":");
  return `${clock}${sign}${String(ms % 1000).padStart(3, "0")}`;
}
