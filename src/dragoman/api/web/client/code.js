/** A request, written down as code that makes the same one: curl, Python, JavaScript. */

import { FileData } from "./call.js";
import { javascript, json, python } from "./literals.js";

/** @typedef {import("./call.js").Call} Call */
/** @typedef {{base: string, locked: boolean}} Server Its base URL, and whether it wants a key. */

/** @type {Record<string, string>} Path → the client's method for it. */
const METHODS = {
  "/v1/chat/completions": "chat.completions",
  "/v1/audio/speech": "audio.speech",
  "/v1/audio/transcriptions": "audio.transcriptions",
  "/v1/audio/translations": "audio.translations",
};

/** @type {Record<string, (call: Call, server: Server) => string>} The languages, in their order. */
export const WRITERS = {
  curl: asCurl,
  Python: asPython,
  JavaScript: asJavaScript,
};

/**
 * @param {Call} call
 * @param {Server} server
 */
export function asCurl(call, server) {
  const parts = [`curl ${call.body?.stream ? "-N " : ""}${quoted(url(call, server))}`];
  if (server.locked) parts.push('-H "Authorization: Bearer $OPENAI_API_KEY"');
  if (call.output && call.body?.stream_format !== "sse") parts.push(`-o ${quoted(call.output)}`);
  if (call.file) {
    for (const [name, value] of Object.entries(call.body ?? {})) {
      const [field, values] = Array.isArray(value) ? [`${name}[]`, value] : [name, [value]];
      for (const each of values) parts.push(`--form-string ${quoted(`${field}=${each}`)}`);
    }
    const name = call.file.name.replace(/["\\]/g, "\\$&");
    parts.push(`-F ${quoted(`file=@"${name}"`)}`);
  } else if (call.body) {
    parts.push('-H "Content-Type: application/json"');
    if (!hasFiles(call.body)) parts.push(`-d ${quoted(json(call.body))}`);
    else return `${[...parts, "-d @- <<JSON"].join(" \\\n  ")}\n${json(call.body, inShell)}\nJSON`;
  }
  return parts.join(" \\\n  ");
}

/**
 * @param {Call} call
 * @param {Server} server
 */
export function asPython(call, server) {
  const method = METHODS[call.path];
  if (!method || !call.body) return fetchedByPython(call, server);
  const imports = new Set(["from openai import OpenAI"]);
  const body = hasFiles(call.body) ? `\n${PYTHON_DATA}` : "";
  if (body) imports.add("import base64").add("from pathlib import Path");
  const key = server.locked ? "" : ', api_key="anything"';
  const client = `client = OpenAI(base_url=${python(server.base, 0)}${key})`;
  const [before, after] = pythonUse(call, method, imports);
  const request = `${before}(\n${pythonArguments(call)}\n)${after}`;
  return `${[...imports].sort(byModule).join("\n")}\n\n${client}\n${body}${request}`;
}

/**
 * @param {Call} call
 * @param {Server} server
 */
export function asJavaScript(call, server) {
  const method = METHODS[call.path];
  if (!method || !call.body) return fetchedByJavaScript(call, server);
  const imports = ['import OpenAI from "openai";'];
  const key = server.locked ? "" : ', apiKey: "anything"';
  const lines = [`const client = new OpenAI({ baseURL: ${JSON.stringify(server.base)}${key} });`];
  if (hasFiles(call.body)) {
    imports.unshift('import { readFileSync } from "node:fs";');
    lines.push(JAVASCRIPT_DATA);
  }
  if (call.file) imports.unshift('import { createReadStream } from "node:fs";');
  const file = call.file ? `  file: createReadStream(${JSON.stringify(call.file.name)}),\n` : "";
  const fields = `{\n${file}${javascript(call.body, 0).slice(2)}`;
  const [before, after] = javascriptUse(call, method, imports);
  return `${imports.join("\n")}\n\n${lines.join("\n")}\n${before}(${fields})${after}`;
}

const PYTHON_DATA = `
def data(path, prefix=""):
    return prefix + base64.b64encode(Path(path).read_bytes()).decode()


`;
const PYTHON_SPOKEN = `:
    sound = b""
    for line in response.iter_lines():
        if line.startswith("data: "):
            event = json.loads(line[6:])
            if event["type"] == "speech.audio.delta":
                sound += base64.b64decode(event["audio"])
            else:
                print(event)
`;
const JAVASCRIPT_DATA =
  'const data = (path, prefix = "") => prefix + readFileSync(path, "base64");';
const JAVASCRIPT_RAW = `.asResponse();
for await (const piece of response.body) process.stdout.write(piece);`;

/**
 * What stands before and behind the arguments.
 *
 * @param {Call} call
 * @param {string} method
 * @param {Set<string>} imports
 * @returns {[string, string]}
 */
function pythonUse(call, method, imports) {
  const create = `client.${method}.create`;
  const streaming = `with client.${method}.with_streaming_response.create`;
  if (call.body?.stream_format === "sse") {
    imports.add("import base64").add("import json").add("from pathlib import Path");
    const written = `Path(${python(call.output, 0)}).write_bytes(sound)`;
    return [streaming, ` as response${PYTHON_SPOKEN}${written}`];
  }
  if (call.output) return [create, `.write_to_file(${python(call.output, 0)})`];
  if (call.body?.x_progress) {
    return [
      streaming,
      " as response:\n    for line in response.iter_lines():\n        print(line)",
    ];
  }
  if (!call.body?.stream) return [`answer = ${create}`, "\nprint(answer)"];
  const printed = 'print(choice.delta.content or "", end="", flush=True)';
  const loop = `for chunk in stream:\n    for choice in chunk.choices:\n        ${printed}`;
  return [`stream = ${create}`, `\n${loop}`];
}

/** @param {Call} call */
function pythonArguments(call) {
  const entries = Object.entries(call.body ?? {});
  const own = entries.filter(([name]) => name.startsWith("x_"));
  const lines = entries
    .filter(([name]) => !name.startsWith("x_"))
    .map(([name, value]) => `    ${name}=${python(value, 1)},`);
  if (call.file) lines.push(`    file=open(${python(call.file.name, 0)}, "rb"),`);
  if (own.length) lines.push(`    extra_body=${python(Object.fromEntries(own), 1)},`);
  return lines.join("\n");
}

/**
 * @param {Call} call
 * @param {string} method
 * @param {string[]} imports
 * @returns {[string, string]}
 */
function javascriptUse(call, method, imports) {
  const create = `client.${method}.create`;
  if (call.body?.stream_format === "sse" || call.body?.x_progress) {
    return [`const response = await ${create}`, JAVASCRIPT_RAW];
  }
  if (call.output) {
    imports.unshift('import { writeFile } from "node:fs/promises";');
    const bytes = "Buffer.from(await answer.arrayBuffer())";
    return [`const answer = await ${create}`, `;\nawait writeFile("${call.output}", ${bytes});`];
  }
  if (!call.body?.stream) return [`console.log(await ${create}`, ");"];
  const printed = 'process.stdout.write(chunk.choices[0]?.delta.content ?? "");';
  return [`const stream = await ${create}`, `;\nfor await (const chunk of stream) ${printed}`];
}

/**
 * What is only looked at needs no client.
 *
 * @param {Call} call
 * @param {Server} server
 */
function fetchedByPython(call, server) {
  const [module, headers] = server.locked
    ? ["import os\n", ', headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}']
    : ["", ""];
  return [
    `${module}from urllib.request import Request, urlopen\n`,
    `request = Request(${python(url(call, server), 0)}${headers})`,
    "print(urlopen(request).read().decode())",
  ].join("\n");
}

/**
 * @param {Call} call
 * @param {Server} server
 */
function fetchedByJavaScript(call, server) {
  const headers = "{ Authorization: `Bearer ${process.env.OPENAI_API_KEY}` }";
  const second = server.locked ? `, { headers: ${headers} }` : "";
  return [
    `const answer = await fetch(${JSON.stringify(url(call, server))}${second});`,
    "console.log(await answer.text());",
  ].join("\n");
}

/**
 * @param {Call} call
 * @param {Server} server
 */
function url(call, server) {
  return server.base.replace(/\/v1$/, "") + call.path;
}

/** @param {unknown} value @returns {boolean} */
function hasFiles(value) {
  if (value instanceof FileData) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasFiles);
}

/**
 * A word of a shell.
 *
 * @param {string} text
 */
function quoted(text) {
  return /^[\w./:=@,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * A string of JSON inside a here-document, where the shell puts the files in.
 *
 * @param {string | FileData} value
 */
function inShell(value) {
  if (value instanceof FileData) {
    const prefix = inHereDocument(JSON.stringify(value.prefix).slice(1, -1));
    return `"${prefix}$(base64 < ${quoted(value.name)} | tr -d '\\n')"`;
  }
  return inHereDocument(JSON.stringify(value));
}

/** @param {string} text */
function inHereDocument(text) {
  return text.replace(/[\\$`]/g, "\\$&");
}

/**
 * Python's order of imports: whole modules first, others' packages last.
 *
 * @param {string} one
 * @param {string} other
 */
function byModule(one, other) {
  return rank(one) - rank(other) || (one < other ? -1 : 1);
}

/** @param {string} line */
function rank(line) {
  return line.includes("openai") ? 2 : line.startsWith("from") ? 1 : 0;
}
