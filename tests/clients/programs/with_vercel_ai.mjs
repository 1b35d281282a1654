// The Vercel AI SDK, by OpenAI's provider (responses, its default, or chat) and the compatible one.

import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import {
  Output, experimental_generateSpeech, experimental_transcribe, generateText, stepCountIs,
  streamText, tool,
} from "ai";
import {
  FORECAST, GREETING, GetWeather, MODEL, NO_MODEL, Person, STORY, TEXT, TEXT_MODEL, WEATHER,
  failure, hex, recording, report,
} from "./asked.mjs";

const baseURL = process.env.OPENAI_BASE_URL;
const openai = createOpenAI({ baseURL });
const compatible = createOpenAICompatible({
  name: "dragoman",
  baseURL,
  apiKey: process.env.OPENAI_API_KEY,
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const maxRetries = 0;

async function chat(model) {
  const asked = { model, prompt: GREETING, temperature: 0, maxRetries };
  const whole = await generateText(asked);
  const stream = streamText(asked);
  const pieces = [];
  for await (const piece of stream.textStream) pieces.push(piece);
  return {
    text: whole.text,
    tokens: whole.usage.totalTokens,
    streamed: pieces.join(""),
    streamed_tokens: (await stream.totalUsage).totalTokens,
  };
}

async function documents(model) {
  const asked = { model, prompt: STORY, output: Output.object({ schema: Person }), maxRetries };
  const stream = streamText(asked);
  const partials = [];
  for await (const partial of stream.partialOutputStream) partials.push(partial);
  return { document: (await generateText(asked)).output, streamed_document: partials.at(-1) };
}

/** An agent of two steps: it must call, then it answers. */
async function tools(model) {
  const get_weather = tool({
    description: "The weather of a city.",
    inputSchema: GetWeather,
    execute: async () => FORECAST,
  });
  const { steps, text } = await generateText({
    model,
    prompt: WEATHER,
    tools: { get_weather },
    prepareStep: ({ stepNumber }) => ({ toolChoice: stepNumber ? "auto" : "required" }),
    stopWhen: stepCountIs(2),
    maxRetries,
  });
  const [call] = steps[0].toolCalls;
  return { call: { name: call.toolName, arguments: call.input }, answer: text };
}

async function error(model) {
  const attempt = () => generateText({ model, prompt: GREETING, maxRetries });
  return { error: await failure(attempt, (refusal) => refusal.statusCode) };
}

async function text(model) {
  const asked = { model, prompt: TEXT, maxOutputTokens: 8, temperature: 0, maxRetries };
  const whole = await generateText(asked);
  const pieces = [];
  for await (const piece of streamText(asked).textStream) pieces.push(piece);
  return { continued: whole.text, continued_streamed: pieces.join("") };
}

async function audio() {
  const { audio } = await experimental_generateSpeech({
    model: openai.speech("tts-1"), voice: "alloy", text: "Hello there.", maxRetries,
  });
  const heard = await experimental_transcribe({
    model: openai.transcription("whisper-1"), audio: await recording(), maxRetries,
  });
  return { spoken: hex(audio.uint8Array), transcript: heard.text };
}

const all = async (provider, completion) => ({
  ...(await chat(provider(MODEL))),
  ...(await documents(provider(MODEL))),
  ...(await tools(provider(MODEL))),
  ...(await text(completion(TEXT_MODEL))),
  ...(await error(provider(NO_MODEL))),
});
const which = process.argv[2];
if (which === "responses") report(await all(openai, openai.completion));
else if (which === "openai") report({ ...(await all(openai.chat, openai.completion)), ...(await audio()) });
else report(await all(compatible.chatModel, compatible.completionModel));
