// Mastra: an agent that answers, streams, calls, fills a schema; by responses and by chat.

import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import {
  FORECAST, GREETING, GetWeather, MODEL, NO_MODEL, Person, STORY, WEATHER, failure, report,
} from "./asked.mjs";

const BY_RESPONSES = process.argv[2] === "responses";
const url = process.env.OPENAI_BASE_URL;
const apiKey = process.env.OPENAI_API_KEY;
/** OpenAI's own name goes by responses, to where the variables say; a server with an address by chat. */
const model = (name) => (BY_RESPONSES ? `openai/${name}` : { id: `dragoman/${name}`, url, apiKey });
const agent = (name, tools = {}) => new Agent({
  id: "helper",
  name: "Helper",
  instructions: "You help with everyday questions.",
  model: model(name),
  maxRetries: 0,
  tools,
});
const fixed = { modelSettings: { temperature: 0 } };

async function chat() {
  const whole = await agent(MODEL).generate(GREETING, fixed);
  const stream = await agent(MODEL).stream(GREETING, fixed);
  const pieces = [];
  for await (const piece of stream.textStream) pieces.push(piece);
  const got = { text: whole.text, tokens: whole.usage.totalTokens, streamed: pieces.join("") };
  // By chat it does not ask for the counts of a stream.
  return BY_RESPONSES ? { ...got, streamed_tokens: (await stream.usage).totalTokens } : got;
}

async function documents() {
  const asked = { structuredOutput: { schema: Person }, ...fixed };
  const whole = await agent(MODEL).generate(STORY, asked);
  const stream = await agent(MODEL).stream(STORY, asked);
  const partials = [];
  for await (const partial of stream.objectStream) partials.push(partial);
  return { document: whole.object, streamed_document: partials.at(-1) };
}

/** An agent of two steps: it must call, then it answers. */
async function tools() {
  const get_weather = createTool({
    id: "get_weather",
    description: "The weather of a city.",
    inputSchema: GetWeather,
    execute: async () => FORECAST,
  });
  const { steps, text } = await agent(MODEL, { get_weather }).generate(WEATHER, {
    ...fixed,
    maxSteps: 2,
    prepareStep: ({ stepNumber }) => ({ toolChoice: stepNumber ? "auto" : "required" }),
  });
  const { toolName, args } = steps[0].toolCalls[0].payload;
  return { call: { name: toolName, arguments: args }, answer: text };
}

async function error() {
  const attempt = () => agent(NO_MODEL).generate(GREETING, fixed);
  return { error: await failure(attempt, (refusal) => refusal.statusCode) };
}

report({ ...(await chat()), ...(await documents()), ...(await tools()), ...(await error()) });
