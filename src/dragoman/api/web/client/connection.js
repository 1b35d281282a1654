/** The server that this page came from, and the key for it. */

import { form } from "./call.js";

/** @typedef {import("./call.js").Call} Call */

const KEY = "dragoman-key";

/** An answer that is an error, in the server's words. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status 0 inside a stream.
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export class Connection {
  constructor() {
    /** @type {() => void} Called when the server wants a key, or another one. */
    this.onLocked = () => {};
  }

  /** Where OpenAI's clients point. */
  get base() {
    return new URL("v1", document.baseURI).href;
  }

  /** The key of this tab; it is forgotten with the tab. */
  get key() {
    return sessionStorage.getItem(KEY) ?? "";
  }

  set key(value) {
    if (value) sessionStorage.setItem(KEY, value);
    else sessionStorage.removeItem(KEY);
  }

  /**
   * Send a request, and wait for the head of its answer.
   *
   * @param {Call} call
   * @param {AbortSignal} [signal]
   * @returns {Promise<Response>}
   * @throws {ApiError} The answer is an error.
   */
  async send(call, signal) {
    const headers = new Headers();
    if (this.key) headers.set("authorization", `Bearer ${this.key}`);
    /** @type {RequestInit} */
    const request = { headers, signal };
    if (call.body) {
      request.method = "POST";
      if (call.file) request.body = form(call);
      else {
        headers.set("content-type", "application/json");
        request.body = JSON.stringify(call.body);
      }
    }
    const answer = await fetch(new URL(call.path.slice(1), document.baseURI), request);
    if (answer.status === 401) this.onLocked();
    if (!answer.ok) throw new ApiError(await reason(answer), answer.status);
    return answer;
  }
}

/**
 * @param {Response} answer
 * @returns {Promise<string>}
 */
async function reason(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text).error.message;
  } catch {
    return text.slice(0, 300) || `${answer.status} ${answer.statusText}`;
  }
}
