/** Values as JSON, Python and JavaScript write them, indented; files as what reads them. */

import { FileData } from "./call.js";

/**
 * @typedef {object} Style
 * @property {string} indent
 * @property {(name: string) => string} key
 * @property {(value: string | FileData) => string} text
 * @property {Record<string, string>} words How `true`, `false` and `null` are spelled.
 * @property {string} comma After the last element.
 */

const PLAIN = { true: "true", false: "false", null: "null" };
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * @param {unknown} value
 * @param {(value: string | FileData) => string} [text]
 */
export function json(value, text = (each) => JSON.stringify(each)) {
  const key = (/** @type {string} */ name) => JSON.stringify(name);
  return write(value, 0, { indent: "  ", key, text, words: PLAIN, comma: "" });
}

/**
 * @param {unknown} value
 * @param {number} depth
 */
export function python(value, depth) {
  const text = (/** @type {string | FileData} */ each) =>
    each instanceof FileData ? call(each) : JSON.stringify(each);
  const key = (/** @type {string} */ name) => JSON.stringify(name);
  const words = { true: "True", false: "False", null: "None" };
  return write(value, depth, { indent: "    ", key, text, words, comma: "," });
}

/**
 * @param {unknown} value
 * @param {number} depth
 */
export function javascript(value, depth) {
  const text = (/** @type {string | FileData} */ each) =>
    each instanceof FileData ? call(each) : JSON.stringify(each);
  const key = (/** @type {string} */ name) => (IDENTIFIER.test(name) ? name : JSON.stringify(name));
  return write(value, depth, {
    indent: "  ",
    key,
    text,
    words: PLAIN,
    comma: ",",
  });
}

/** @param {FileData} file */
function call(file) {
  const second = file.prefix ? `, ${JSON.stringify(file.prefix)}` : "";
  return `data(${JSON.stringify(file.name)}${second})`;
}

/**
 * @param {unknown} value
 * @param {number} depth
 * @param {Style} style
 * @returns {string}
 */
function write(value, depth, style) {
  if (typeof value === "string" || value instanceof FileData) return style.text(value);
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return style.words[String(value)] ?? "null";
  const inside = Array.isArray(value)
    ? value.map((each) => write(each, depth + 1, style))
    : Object.entries(value).map(
        ([name, each]) => `${style.key(name)}: ${write(each, depth + 1, style)}`,
      );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (!inside.length) return `${open}${close}`;
  const lead = `\n${style.indent.repeat(depth + 1)}`;
  return `${open}${lead}${inside.join(`,${lead}`)}${style.comma}\n${style.indent.repeat(depth)}${close}`;
}
