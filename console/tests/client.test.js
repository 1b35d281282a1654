/** What comes from the server, read as it comes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Answer, attachment, chatCall } from "../../src/dragoman/api/web/client/conversation.js";
import { events } from "../../src/dragoman/api/web/client/events.js";
import { heard } from "../../src/dragoman/api/web/client/hearing.js";
import { loads, samples, total } from "../../src/dragoman/api/web/client/metrics.js";
import { spoken } from "../../src/dragoman/api/web/client/speech.js";
import { english } from "../../src/dragoman/api/web/text/english.js";
import { korean } from "../../src/dragoman/api/web/text/korean.js";

const MANNER = {
  model: "m",
  system: "",
  temperature: "",
  maxTokens: "",
  n: 1,
  probabilities: false,
};

/**
 * A body that comes in pieces of so many bytes.
 *
 * @param {string} text
 * @param {number} size
 */
function body(text, size) {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size)
        controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
}

/** @param {unknown[]} all */
const stream = (all) => all.map((each) => `data: ${JSON.stringify(each)}\n\n`).join("");

/** @param {AsyncIterable<any>} iterable */
async function list(iterable) {
  const found = [];
  for await (const each of iterable) found.push(each);
  return found;
}

test("events are whole however they are cut, comments are passed over", async () => {
  const text = `: waiting\n\n${stream([{ a: "안녕" }, { b: 2 }])}data: [DONE]\r\n\r\n`;
  for (const size of [1, 2, 5, 1000]) {
    assert.deepEqual(await list(events(body(text, size))), [{ a: "안녕" }, { b: 2 }]);
  }
});

test("an error in a stream is raised in the server's words", async () => {
  const text = stream([{ a: 1 }, { error: { message: "It broke." } }]);
  await assert.rejects(list(events(body(text, 7))), { message: "It broke." });
});

test("an answer gathers its choices, tokens and endings", () => {
  const answer = new Answer();
  const logprobs = { content: [{ token: "b", logprob: -1, bytes: [98], top_logprobs: [] }] };
  answer.add({ choices: [{ index: 1, delta: { content: "b" }, logprobs, finish_reason: null }] });
  answer.add({ choices: [{ index: 0, delta: { content: "a" }, finish_reason: "length" }] });
  answer.add({ choices: [], usage: {} });
  answer.picked = 1;
  assert.equal(answer.text, "b");
  assert.deepEqual([answer.choices[0]?.finish, answer.choices[1]?.tokens.length], ["length", 1]);
});

test("a character of two tokens is shown as one, as probable as both together", () => {
  const answer = new Answer();
  const bytes = [...new TextEncoder().encode("한글")];
  for (const [from, to] of [
    [0, 2],
    [2, 3],
    [3, 6],
  ]) {
    const token = { token: "?", logprob: -0.5, bytes: bytes.slice(from, to), top_logprobs: [] };
    answer.add({ choices: [{ index: 0, delta: {}, logprobs: { content: [token] } }] });
  }
  const shown = answer.choices[0]?.tokens.map(({ token, logprob }) => [token, logprob]);
  assert.deepEqual(shown, [
    ["한", -1],
    ["?", -0.5],
  ]);
});

test("a request says only what the reader chose", async () => {
  const answer = new Answer();
  answer.add({ choices: [{ index: 0, delta: { content: "Hi." } }] });
  const failed = new Answer();
  const picture = await attachment(new File(["x"], "a.png", { type: "image/png" }));
  const user = { role: /** @type {const} */ ("user"), text: "Look.", attachments: [picture] };
  const turns = [{ ...user, attachments: [] }, answer, failed, user];
  assert.deepEqual(JSON.parse(JSON.stringify(chatCall(turns, MANNER).body)), {
    model: "m",
    messages: [
      { role: "user", content: "Look." },
      { role: "assistant", content: "Hi." },
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "data:image/png;base64,eA==" } },
          { type: "text", text: "Look." },
        ],
      },
    ],
    stream: true,
  });
});

test("spoken words have their place in a text with signs of two units", async () => {
  const text = "😀 hi";
  const all = [
    { type: "speech.audio.word", offset: 2, length: 2, start: 0, end: 1 },
    { type: "speech.audio.delta", audio: btoa("RIFF") },
  ];
  const response = new Response(body(stream(all), 9));
  const saying = {
    text,
    model: "",
    voice: "",
    format: "wav",
    speed: 1,
    language: "",
    followsWords: true,
  };
  const { file, words } = await spoken(response, saying);
  assert.equal(text.slice(words[0]?.from, words[0]?.to), "hi");
  assert.equal(await file.text(), "RIFF");
});

test("a transcript is followed to its end, and one that breaks off is none", async () => {
  const step = { type: "x_progress", audio_seconds: 2, start: 0, end: 1, text: "So" };
  const whole = { segments: [{ start: 0, end: 1, text: " So" }], language: "english" };
  const end = { type: "x_answer", body: JSON.stringify(whole) };
  /** @type {number[]} */
  const ends = [];
  const answer = await heard(new Response(body(stream([step, end]), 11)), (now) =>
    ends.push(now.end),
  );
  assert.deepEqual([answer.cues[0]?.text, answer.language, ends], ["So", "english", [1]]);
  await assert.rejects(
    heard(new Response(body(stream([step]), 11)), () => {}),
    TypeError,
  );
});

test("metrics are read as Prometheus writes them", () => {
  const text = [
    "# HELP x y",
    'dragoman:engine_up{model_name="a\\"b"} 1.0',
    'dragoman:requests_total{endpoint="/x",key="-",model_name="a\\"b",outcome="ok"} 2.0',
    'dragoman:requests_total{endpoint="/y",key="-",model_name="a\\"b",outcome="ok"} 3.0',
    'dragoman:requests_total{endpoint="/y",key="-",model_name="",outcome="ok"} 9.0',
    "process_resident_memory_bytes 1.5e+08",
  ].join("\n");
  const all = samples(text);
  assert.deepEqual(
    loads(all).map(({ model, isUp, requests }) => [model, isUp, requests]),
    [['a"b', true, 5]],
  );
  assert.equal(total(all, "process_resident_memory_bytes"), 150_000_000);
});

test("both languages say all there is to say", () => {
  assert.deepEqual(Object.keys(korean).sort(), Object.keys(english).sort());
  assert.deepEqual(Object.keys(korean.tabs), Object.keys(english.tabs));
});
