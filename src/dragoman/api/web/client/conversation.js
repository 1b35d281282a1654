/** A conversation: what was said, what a request makes of it, and what comes of its stream. */

import { fileData } from "./call.js";

/** @typedef {import("./call.js").Call} Call */

/**
 * @typedef {object} Attachment
 * @property {string} name
 * @property {Record<string, unknown>} part What stands for it in a message.
 *
 * @typedef {{token: string, logprob: number}} Candidate
 * @typedef {object} Token
 * @property {string} token
 * @property {number} logprob
 * @property {number[]} bytes
 * @property {Candidate[]} top_logprobs
 *
 * @typedef {object} UserTurn
 * @property {"user"} role
 * @property {string} text
 * @property {Attachment[]} attachments
 *
 * @typedef {UserTurn | Answer} Turn
 *
 * @typedef {object} Manner How an answer is to be made.
 * @property {string} model
 * @property {string} system
 * @property {string} temperature Empty: the model's usual.
 * @property {string} maxTokens Empty: as many as there is room for.
 * @property {number} n
 * @property {boolean} probabilities
 */

/** Alternatives that are asked for beside each token. */
const ALTERNATIVES = 5;

export class Choice {
  text = "";
  thoughts = "";
  /** @type {Token[]} */
  tokens = [];
  /** @type {string | null} */
  finish = null;

  /**
   * Add a token; what begins within a character is joined to the token that has its beginning.
   *
   * @param {Token} token
   */
  push(token) {
    const last = this.tokens.at(-1);
    if (!last || isWhole(last.bytes)) {
      this.tokens.push(token);
      return;
    }
    const bytes = [...last.bytes, ...token.bytes];
    const text = new TextDecoder().decode(new Uint8Array(bytes));
    const logprob = last.logprob + token.logprob;
    this.tokens[this.tokens.length - 1] = { ...last, token: text, logprob, bytes };
  }
}

/** What the model says, while it says it. */
export class Answer {
  /** @type {"assistant"} */
  role = "assistant";
  /** @type {Choice[]} */
  choices = [];
  /** The choice that the conversation goes on with. */
  picked = 0;
  /** The model that wrote it. */
  model = "";
  error = "";
  isStopped = false;

  /** @param {any} chunk */
  add(chunk) {
    for (const { index, delta, logprobs, finish_reason } of chunk.choices ?? []) {
      this.choices[index] ??= new Choice();
      const choice = /** @type {Choice} */ (this.choices[index]);
      choice.text += delta.content ?? delta.refusal ?? "";
      choice.thoughts += delta.reasoning_content ?? "";
      for (const token of logprobs?.content ?? []) choice.push(token);
      choice.finish = finish_reason ?? choice.finish;
    }
  }

  get text() {
    return this.choices[this.picked]?.text ?? "";
  }
}

/**
 * The request for the next answer.
 *
 * @param {Turn[]} turns
 * @param {Manner} manner
 * @returns {Call}
 */
export function chatCall(turns, manner) {
  const system = manner.system.trim();
  const messages = [
    ...(system ? [{ role: "system", content: system }] : []),
    ...turns.filter((turn) => turn.role === "user" || turn.text).map(message),
  ];
  return {
    path: "/v1/chat/completions",
    body: {
      model: manner.model,
      messages,
      ...(manner.temperature && { temperature: Number(manner.temperature) }),
      ...(manner.maxTokens && {
        max_completion_tokens: Number(manner.maxTokens),
      }),
      ...(manner.n > 1 && { n: manner.n }),
      ...(manner.probabilities && {
        logprobs: true,
        top_logprobs: ALTERNATIVES,
      }),
      stream: true,
    },
  };
}

/**
 * Whether bytes end with a whole character, as UTF-8 goes.
 *
 * @param {number[]} bytes
 */
function isWhole(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes));
    return true;
  } catch {
    return false;
  }
}

/** @param {Turn} turn */
function message(turn) {
  if (turn.role === "assistant") return { role: turn.role, content: turn.text };
  if (!turn.attachments.length) return { role: turn.role, content: turn.text };
  const text = turn.text ? [{ type: "text", text: turn.text }] : [];
  return {
    role: turn.role,
    content: [...turn.attachments.map((each) => each.part), ...text],
  };
}

/**
 * A file as a part of a message: a picture, a recording, or a text.
 *
 * @param {File} file
 * @returns {Promise<Attachment>}
 */
export async function attachment(file) {
  if (file.type.startsWith("image/")) {
    const url = await fileData(file, file.type);
    return { name: file.name, part: { type: "image_url", image_url: { url } } };
  }
  if (/^(audio|video)\//.test(file.type)) {
    // The server hears what the bytes are; the field knows these two words alone.
    const format = file.type.includes("wav") ? "wav" : "mp3";
    const data = await fileData(file, "");
    return {
      name: file.name,
      part: { type: "input_audio", input_audio: { data, format } },
    };
  }
  const file_data = await fileData(file, file.type || "text/plain");
  return {
    name: file.name,
    part: { type: "file", file: { filename: file.name, file_data } },
  };
}
