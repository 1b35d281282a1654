// OpenAI's client for Node, by responses: answers, streams, its Zod helpers.

import OpenAI from "openai";
import { zodResponsesFunction, zodTextFormat } from "openai/helpers/zod";
import {
  FORECAST, GREETING, GetWeather, MODEL, NO_MODEL, Person, STORY, WEATHER, failure, report,
} from "./asked.mjs";

const { responses } = new OpenAI({ maxRetries: 0 });
const greeting = { model: MODEL, input: GREETING, temperature: 0 };
const story = { model: MODEL, input: STORY, text: { format: zodTextFormat(Person, "person") } };

async function text() {
  const whole = await responses.create(greeting);
  const stream = responses.stream(greeting);
  const pieces = [];
  stream.on("response.output_text.delta", ({ delta }) => pieces.push(delta));
  const final = await stream.finalResponse();
  return {
    text: whole.output_text,
    tokens: whole.usage.total_tokens,
    streamed: pieces.join(""),
    streamed_tokens: final.usage.total_tokens,
  };
}

async function documents() {
  const parsed = await responses.parse(story);
  const streamed = await responses.stream(story).finalResponse();
  return { document: parsed.output_parsed, streamed_document: streamed.output_parsed };
}

async function tools() {
  const tool = zodResponsesFunction({ name: "get_weather", parameters: GetWeather });
  const asked = { model: MODEL, input: WEATHER, tools: [tool], tool_choice: "required" };
  const parsed = await responses.parse(asked);
  const call = parsed.output.find(({ type }) => type === "function_call");
  const answer = await responses.create({
    model: MODEL,
    input: [
      { role: "user", content: WEATHER },
      ...parsed.output,
      { type: "function_call_output", call_id: call.call_id, output: FORECAST },
    ],
  });
  return {
    call: { name: call.name, arguments: call.parsed_arguments },
    answer: answer.output_text,
  };
}

const error = await failure(
  () => responses.create({ model: NO_MODEL, input: GREETING }),
  (refusal) => refusal.status,
);
report({ ...(await text()), ...(await documents()), ...(await tools()), error });
