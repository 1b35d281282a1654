/** The lines of a transcript with their times, and what a reader does to them. */

/**
 * @typedef {object} Word
 * @property {string} lead What stands before it in the text: a space, or nothing in Japanese.
 * @property {string} text
 * @property {number} start In seconds.
 * @property {number} end
 * @property {number | null} probability Null where nobody says, or a reader corrected it.
 *
 * @typedef {object} Cue
 * @property {number} id
 * @property {number} start
 * @property {number} end
 * @property {string} text
 * @property {Word[]} words
 * @property {string} speaker Empty where nobody told speakers apart.
 * @property {string[]} flags What speaks against the text.
 * @property {number | null} probability Of its words, on average; null where nobody says.
 * @property {string} translation
 */

const SHORTEST_S = 0.05;

/**
 * The cues of an answer of `verbose_json` or `diarized_json`.
 *
 * @param {any} answer
 * @returns {Cue[]}
 */
export function cuesOf(answer) {
  /** @type {{word: string, start: number, end: number}[]} */
  const words = [...(answer.words ?? [])];
  return (answer.segments ?? []).map((/** @type {any} */ segment, /** @type {number} */ id) => {
    const last = id === answer.segments.length - 1;
    const own = [];
    while (words[0] && (last || words[0].start < segment.end)) own.push(words.shift());
    const text = segment.text.trim();
    const logprob = segment.avg_logprob;
    return {
      id,
      start: segment.start,
      end: segment.end,
      text,
      words: placed(own, text),
      speaker: segment.speaker ?? "",
      flags: segment.x_flags ?? [],
      probability: logprob === undefined ? null : Math.exp(logprob),
      translation: "",
    };
  });
}

/**
 * A cue of a recording that is still being heard.
 *
 * @param {any} event
 * @param {number} id
 * @returns {Cue}
 */
export function cueUnderWay(event, id) {
  return {
    id,
    start: event.start,
    end: event.end,
    text: event.text,
    words: [],
    speaker: event.speaker ?? "",
    flags: [],
    probability: null,
    translation: "",
  };
}

/**
 * The cue with another text: words before and behind the change keep their times, what stands
 * between them shares the time that is left.
 *
 * @param {Cue} cue
 * @param {string} text
 * @returns {Cue}
 */
export function reworded(cue, text) {
  const now = text.split(/\s+/).filter(Boolean);
  const before = cue.words.map((word) => word.text);
  const most = Math.min(now.length, before.length);
  let first = 0;
  while (first < most && now[first] === before[first]) first++;
  let last = 0;
  while (last < most - first && now.at(-1 - last) === before.at(-1 - last)) last++;
  const [head, tail] = [cue.words.slice(0, first), cue.words.slice(before.length - last)];
  const middle = now.slice(first, now.length - last);
  const changed = cue.words.slice(first, before.length - last);
  const start = changed[0]?.start ?? head.at(-1)?.end ?? cue.start;
  const end = changed.at(-1)?.end ?? tail[0]?.start ?? cue.end;
  const words = [...head, ...spread(middle, start, end), ...tail].map((word, at) => ({
    ...word,
    lead: at ? " " : "",
  }));
  return { ...cue, text: text.trim(), words, flags: [], probability: null };
}

/**
 * The cue between other times; its words are moved along.
 *
 * @param {Cue} cue
 * @param {number} start
 * @param {number} end
 * @returns {Cue}
 */
export function retimed(cue, start, end) {
  const from = Math.max(0, start);
  const to = Math.max(end, from + SHORTEST_S);
  const scale = (to - from) / Math.max(cue.end - cue.start, SHORTEST_S);
  const moved = (/** @type {number} */ at) => from + (at - cue.start) * scale;
  const words = cue.words.map((word) => ({
    ...word,
    start: moved(word.start),
    end: moved(word.end),
  }));
  return { ...cue, start: from, end: to, words };
}

/**
 * Two cues of one, cut between words: at `time` if that lies in it, else in the middle.
 *
 * @param {Cue[]} cues
 * @param {number} id
 * @param {number} time
 * @returns {Cue[]}
 */
export function split(cues, id, time) {
  return cues.flatMap((cue) => {
    if (cue.id !== id) return [cue];
    const timed = cue.words.length
      ? cue.words
      : spread(cue.text.split(/\s+/).filter(Boolean), cue.start, cue.end);
    if (timed.length < 2) return [cue];
    const wanted = time > cue.start && time < cue.end ? time : (cue.start + cue.end) / 2;
    const at = nearest(timed, wanted);
    const first = timed.slice(0, at);
    const second = timed.slice(at).map((word, place) => (place ? word : { ...word, lead: "" }));
    const end = first.at(-1)?.end ?? wanted;
    const start = second[0]?.start ?? wanted;
    return [
      { ...cue, end, words: first, text: joined(first) },
      {
        ...cue,
        id: nextId(cues),
        start,
        words: second,
        text: joined(second),
        translation: "",
      },
    ];
  });
}

/**
 * One cue of this one and the next.
 *
 * @param {Cue[]} cues
 * @param {number} id
 * @returns {Cue[]}
 */
export function merge(cues, id) {
  const at = cues.findIndex((cue) => cue.id === id);
  const [one, next] = [cues[at], cues[at + 1]];
  if (!one || !next) return cues;
  const both = {
    ...one,
    end: next.end,
    text: `${one.text} ${next.text}`.trim(),
    words: [...one.words, ...next.words.map((word, at) => (at ? word : { ...word, lead: " " }))],
    flags: [...new Set([...one.flags, ...next.flags])],
    translation: `${one.translation} ${next.translation}`.trim(),
  };
  return [...cues.slice(0, at), both, ...cues.slice(at + 2)];
}

/**
 * The cues with the translation beside that is spoken at the same time.
 *
 * @param {Cue[]} cues
 * @param {{start: number, end: number, text: string}[]} segments
 * @returns {Cue[]}
 */
export function translated(cues, segments) {
  const result = cues.map((cue) => ({ ...cue, translation: "" }));
  for (const segment of segments) {
    const beside = result.reduce(
      (/** @type {Cue | null} */ best, cue) =>
        best && overlap(best, segment) >= overlap(cue, segment) ? best : cue,
      null,
    );
    if (beside) beside.translation = `${beside.translation} ${segment.text.trim()}`.trim();
  }
  return result;
}

/**
 * The place of the cue that is heard at a time, or of the last before it; -1: none yet.
 *
 * @param {{start: number}[]} spans In their order.
 * @param {number} time
 */
export function placeAt(spans, time) {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * @param {string[]} words
 * @param {number} start
 * @param {number} end
 * @returns {Word[]}
 */
function spread(words, start, end) {
  const step = (end - start) / Math.max(words.length, 1);
  return words.map((text, at) => ({
    lead: at ? " " : "",
    text,
    start: start + at * step,
    end: start + (at + 1) * step,
    probability: null,
  }));
}

/**
 * The word, never the first, that begins nearest to a time.
 *
 * @param {Word[]} words
 * @param {number} time
 */
function nearest(words, time) {
  let best = 1;
  for (let at = 2; at < words.length; at++) {
    const [one, other] = [words[at], words[best]];
    if (one && other && Math.abs(one.start - time) < Math.abs(other.start - time)) best = at;
  }
  return best;
}

/** @param {Word[]} words */
function joined(words) {
  return words
    .map((word) => word.lead + word.text)
    .join("")
    .trim();
}

/**
 * Words of an answer with what stands between them in their segment's text.
 *
 * @param {any[]} words
 * @param {string} text
 * @returns {Word[]}
 */
function placed(words, text) {
  let read = 0;
  return words.map(({ word, start, end, x_probability: probability = null }) => {
    const bare = word.trim();
    const at = text.indexOf(bare, read);
    const lead = at < 0 ? " " : text.slice(read, at);
    if (at >= 0) read = at + bare.length;
    return { lead, text: bare, start, end, probability };
  });
}

/** @param {Cue[]} cues */
function nextId(cues) {
  return Math.max(...cues.map((cue) => cue.id)) + 1;
}

/**
 * Seconds that two spans share.
 *
 * @param {{start: number, end: number}} one
 * @param {{start: number, end: number}} other
 */
function overlap(one, other) {
  return Math.min(one.end, other.end) - Math.max(one.start, other.start);
}
