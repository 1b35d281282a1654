// OpenAI's client for Node: answers, streams, its Zod helpers, tools that it runs itself, audio.

import { createReadStream } from "node:fs";
import OpenAI from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import {
  FORECAST, GREETING, GetWeather, MODEL, NO_MODEL, Person, RECORDING, STORY, TEXT, TEXT_MODEL, WEATHER,
  failure, hex, report,
} from "./asked.mjs";

const client = new OpenAI({ maxRetries: 0 });
const completions = client.chat.completions;
const asking = (content) => [{ role: "user", content }];
const greeting = { model: MODEL, messages: asking(GREETING), temperature: 0 };
const story = { model: MODEL, messages: asking(STORY), response_format: zodResponseFormat(Person, "person") };

async function chat() {
  const whole = await completions.create(greeting);
  const stream = completions.stream({ ...greeting, stream_options: { include_usage: true } });
  const pieces = [];
  stream.on("content.delta", ({ delta }) => pieces.push(delta));
  const final = await stream.finalChatCompletion();
  return {
    text: whole.choices[0].message.content,
    tokens: whole.usage.total_tokens,
    streamed: pieces.join(""),
    streamed_tokens: final.usage.total_tokens,
  };
}

async function documents() {
  const parsed = await completions.parse(story);
  const streamed = await completions.stream(story).finalChatCompletion();
  return {
    document: parsed.choices[0].message.parsed,
    streamed_document: streamed.choices[0].message.parsed,
  };
}

async function tools() {
  const calls = [];
  const weather = (asked) => (calls.push({ name: "get_weather", arguments: asked }), FORECAST);
  const runner = completions.runTools({
    model: MODEL,
    messages: asking(WEATHER),
    tools: [zodFunction({ name: "get_weather", parameters: GetWeather, function: weather })],
    tool_choice: { type: "function", function: { name: "get_weather" } }, // then it stops by itself
  });
  await runner.done();
  const answer = await completions.create({ model: MODEL, messages: runner.messages });
  return { call: calls[0], answer: answer.choices[0].message.content };
}

async function text() {
  const asked = { model: TEXT_MODEL, prompt: TEXT, max_tokens: 8, temperature: 0 };
  const whole = await client.completions.create(asked);
  const pieces = [];
  for await (const piece of await client.completions.create({ ...asked, stream: true }))
    pieces.push(piece.choices[0].text);
  return { continued: whole.choices[0].text, continued_streamed: pieces.join("") };
}

async function audio() {
  const speech = await client.audio.speech.create({ model: "tts-1", voice: "alloy", input: "Hello there." });
  const heard = await client.audio.transcriptions.create({
    model: "whisper-1",
    file: createReadStream(RECORDING),
  });
  return { spoken: hex(await speech.arrayBuffer()), transcript: heard.text };
}

const error = await failure(
  () => completions.create({ model: NO_MODEL, messages: asking(GREETING) }),
  (refusal) => refusal.status,
);
report({ ...(await chat()), ...(await documents()), ...(await tools()), ...(await text()), ...(await audio()), error });
