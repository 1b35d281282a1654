// What both Node clients ask, the shapes of their answers, and how they report them.

import { readFile } from "node:fs/promises";
import { z } from "zod";

export const MODEL = "gpt-4o-mini";
export const NO_MODEL = "no-such-model";
export const TEXT_MODEL = "gpt-3.5-turbo-instruct";
export const TEXT = "The capital of France is"; // what a model for texts is to go on with
export const GREETING = "Say hello in one short sentence.";
export const STORY = "Jane is 31 years old and likes tea and chess. Who is she?";
export const WEATHER = "What is the weather in Paris, in celsius?";
export const FORECAST = "18 degrees and sunny"; // what the tool answers when it is called
export const RECORDING = process.env.RECORDING;

export const Person = z.object({ name: z.string(), age: z.int(), likes: z.array(z.string()) });
export const GetWeather = z.object({ city: z.string(), unit: z.enum(["celsius", "fahrenheit"]) });

export const recording = () => readFile(RECORDING);

export const hex = (bytes) => Buffer.from(bytes).subarray(0, 3).toString("hex");

/** The error that `attempt` fails with, as it is reported. */
export async function failure(attempt, status) {
  try {
    await attempt();
  } catch (error) {
    return { class: error.constructor.name, status: status(error) };
  }
  throw new Error("a model that does not exist answered");
}

/** One JSON object on standard output. */
export const report = (got) => process.stdout.write(JSON.stringify(got));
