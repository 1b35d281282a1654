/** The code that is shown makes the request that was made. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

import { FileData } from "../../src/dragoman/api/web/client/call.js";
import { asCurl, asJavaScript, asPython } from "../../src/dragoman/api/web/client/code.js";

const SERVER = { base: "http://localhost:8000/v1", locked: false };
const HARD = 'it\'s "$HOME" `id` \\n 100 % 안녕\n<&>';

/**
 * What `curl` would be called with, as a shell reads the code.
 *
 * @param {string} code
 * @param {string} folder
 * @returns {{words: string[], input: string}}
 */
function shell(code, folder = ".") {
  const script = `curl() { for word; do printf '%s\\0' "$word"; done; printf '\\1'; cat; }\n${code}`;
  const out = execFileSync("sh", ["-c", script], { input: "", cwd: folder, encoding: "utf8" });
  const [words = "", input = ""] = out.split("\x01");
  return { words: words.split("\0").slice(0, -1), input };
}

test("a shell reads every sign of the body", () => {
  const body = { model: "m", messages: [{ role: "user", content: HARD }], stream: true };
  const { words } = shell(asCurl({ path: "/v1/chat/completions", body }, SERVER));
  assert.deepEqual(JSON.parse(words.at(-1) ?? ""), body);
  assert.deepEqual(words.slice(0, 2), ["-N", "http://localhost:8000/v1/chat/completions"]);
});

test("a shell puts files into the body", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "console-"));
  writeFileSync(path.join(folder, "it's a.png"), "picture");
  const url = new FileData("it's a.png", "image/png", btoa("picture"));
  const body = {
    model: "m",
    messages: [{ role: "user", content: [{ type: "text", text: HARD }, { url }] }],
  };
  const { input } = shell(asCurl({ path: "/v1/chat/completions", body }, SERVER), folder);
  assert.deepEqual(JSON.parse(input), JSON.parse(JSON.stringify(body)));
});

test("a form has its fields as text, arrays again and again, and the file's name", () => {
  const file = new File([], 'a "b";c.mp3');
  const body = { model: "@m", timestamp_granularities: ["word", "segment"], x_progress: true };
  const { words } = shell(asCurl({ path: "/v1/audio/transcriptions", body, file }, SERVER));
  assert.deepEqual(words.slice(1), [
    "--form-string",
    "model=@m",
    "--form-string",
    "timestamp_granularities[]=word",
    "--form-string",
    "timestamp_granularities[]=segment",
    "--form-string",
    "x_progress=true",
    "-F",
    'file=@"a \\"b\\";c.mp3"',
  ]);
});

test("a key is never written down", () => {
  const call = { path: "/v1/audio/speech", body: { model: "m", input: "a" }, output: "speech.mp3" };
  const locked = { ...SERVER, locked: true };
  assert.match(asCurl(call, locked), /Bearer \$OPENAI_API_KEY/);
  assert.doesNotMatch(asPython(call, locked), /api_key/);
  assert.doesNotMatch(asJavaScript(call, locked), /apiKey/);
});

test("Python and JavaScript can be read by Python and JavaScript", () => {
  const url = new FileData("a.png", "image/png", "AA==");
  const calls = [
    { path: "/v1/models" },
    {
      path: "/v1/chat/completions",
      body: { model: "m", messages: [{ content: HARD }, { url }], stream: true },
    },
    { path: "/v1/chat/completions", body: { model: "m", messages: [], store: false, user: null } },
    {
      path: "/v1/audio/speech",
      body: { model: "m", input: HARD, speed: 1.5 },
      output: "speech.mp3",
    },
    {
      path: "/v1/audio/speech",
      body: { stream_format: "sse", x_word_times: true },
      output: "speech.mp3",
    },
    {
      path: "/v1/audio/transcriptions",
      body: { model: "m", x_progress: true },
      file: new File([], "a.mp3"),
    },
  ];
  for (const call of calls) {
    const python = "import ast, sys; ast.parse(sys.stdin.read())";
    execFileSync("python3", ["-c", python], { input: asPython(call, SERVER) });
    execFileSync("node", ["--input-type=module", "--check", "-"], {
      input: asJavaScript(call, SERVER),
    });
  }
});
