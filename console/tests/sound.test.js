/** Transcripts: read, corrected, and written as files. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  cuesOf,
  merge,
  placeAt,
  retimed,
  reworded,
  split,
  translated,
} from "../../src/dragoman/api/web/sound/cues.js";
import { FORMATS } from "../../src/dragoman/api/web/sound/subtitles.js";
import { clock, seconds } from "../../src/dragoman/api/web/sound/times.js";

const ANSWER = {
  segments: [
    { start: 0.5, end: 2, text: " So what, then?", avg_logprob: Math.log(0.25), x_flags: ["loop"] },
    { start: 2, end: 3661.2345, text: " 東京です", avg_logprob: 0, speaker: "A" },
  ],
  words: [
    { word: "So", start: 0.5, end: 0.9, x_probability: 0.3 },
    { word: "what,", start: 0.9, end: 1.4 },
    { word: "then?", start: 1.5, end: 2 },
    { word: "東京", start: 2, end: 2.6 },
    { word: "です", start: 2.6, end: 3 },
  ],
};

/** @param {import("../../src/dragoman/api/web/sound/cues.js").Cue} cue */
const shown = (cue) => cue.words.map((word) => word.lead + word.text).join("");

test("each word goes to its line, with what stands before it", () => {
  const [first, second] = cuesOf(ANSWER);
  assert.ok(first && second);
  assert.equal(shown(first), "So what, then?");
  assert.equal(shown(second), "東京です");
  assert.deepEqual(first.flags, ["loop"]);
  assert.equal(first.probability, 0.25);
  assert.deepEqual(
    first.words.map((word) => word.probability),
    [0.3, null, null],
  );
});

test("a correction moves only the words that it changes", () => {
  const [cue] = cuesOf(ANSWER);
  assert.ok(cue);
  const changed = reworded(cue, "So tell me, then?");
  assert.deepEqual(
    changed.words.map((word) => word.start),
    [0.5, 0.9, 1.15, 1.5],
  );
  assert.equal(shown(changed), "So tell me, then?");
  assert.deepEqual(changed.flags, []);
  assert.deepEqual(reworded(cue, "").words, []);
  assert.equal(reworded(cue, "So what, then? Yes").words.length, 4);
});

test("a line is cut between words, nearest to the time, and joined again", () => {
  const cues = split(cuesOf(ANSWER), 0, 1.45);
  assert.deepEqual(
    cues.map((cue) => cue.text),
    ["So what,", "then?", "東京です"],
  );
  assert.deepEqual(
    cues.map((cue) => [cue.start, cue.end]),
    [
      [0.5, 1.4],
      [1.5, 2],
      [2, 3661.2345],
    ],
  );
  assert.equal(new Set(cues.map((cue) => cue.id)).size, 3);
  assert.equal(cues[1] && shown(cues[1]), "then?");
  const joined = merge(cues, 0);
  assert.equal(joined[0] && shown(joined[0]), "So what, then?");
  assert.equal(joined[0]?.text, "So what, then?");
  assert.equal(joined.length, 2);
  assert.deepEqual(merge(cues, cues.at(-1)?.id ?? 0), cues);
  assert.equal(split(cues, cues[1]?.id ?? 0, 0).length, 3); // one word cannot be cut
});

test("other times take the words along, and never end before they begin", () => {
  const [cue] = cuesOf(ANSWER);
  assert.ok(cue);
  assert.deepEqual(
    retimed(cue, 10.5, 12).words.map((word) => Math.round(word.start * 10)),
    [105, 109, 115],
  );
  assert.ok(retimed(cue, 5, 1).end > 5);
});

test("a translation stands beside the line that is spoken at its time", () => {
  const cues = translated(cuesOf(ANSWER), [
    { start: 0, end: 1.9, text: " Und was?" },
    { start: 2.5, end: 3, text: " Tokio." },
  ]);
  assert.deepEqual(
    cues.map((cue) => cue.translation),
    ["Und was?", "Tokio."],
  );
});

test("the place of a time is found among many", () => {
  const spans = Array.from({ length: 1000 }, (_, at) => ({ start: at * 2 }));
  assert.deepEqual(
    [-1, 0, 1, 1999, 5000].map((time) => placeAt(spans, time)),
    [-1, 0, 0, 999, 999],
  );
});

test("files have the times and signs that their formats want", () => {
  const cues = cuesOf(ANSWER);
  assert.equal(
    FORMATS.srt?.write(cues),
    "1\n00:00:00,500 --> 00:00:02,000\nSo what, then?\n\n2\n00:00:02,000 --> 01:01:01,235\nA: 東京です\n",
  );
  const tagged = cues.map((cue) => ({ ...cue, text: "a < b & c" }));
  assert.match(
    FORMATS.vtt?.write(tagged) ?? "",
    /^WEBVTT\n\n00:00:00\.500 --> .*\na &lt; b &amp; c\n/,
  );
  assert.match(FORMATS.vtt?.write(tagged) ?? "", /<v A>a &lt; b/);
  assert.equal(FORMATS.txt?.write(cues), "So what, then?\nA: 東京です\n");
  assert.equal(JSON.parse(FORMATS.json?.write(cues) ?? "")[0].words.length, 3);
});

test("times are read as they are written", () => {
  for (const time of [0, 9.9, 59.9, 60, 3600.5]) assert.equal(seconds(clock(time)), time);
  assert.equal(seconds("1:02:03,5"), 3723.5);
  assert.equal(seconds("soon"), null);
});
