/** A request as a value: what is sent and what "show the code" writes are made of the same one. */

/**
 * @typedef {object} Call
 * @property {string} path Behind the server's address: `/v1/chat/completions`.
 * @property {Record<string, unknown>} [body] The fields of a POST; without them it is a GET.
 * @property {File} [file] A recording; the fields are then sent as a form.
 * @property {string} [output] The name of the file that the answer is, where it is one.
 */

/** A file in a field of JSON: base64, or a data URL where it has a `type`. */
export class FileData {
  /**
   * @param {string} name
   * @param {string} type The media type of the data URL; empty: base64 alone.
   * @param {string} base64
   */
  constructor(name, type, base64) {
    this.name = name;
    this.type = type;
    this.base64 = base64;
  }

  /** What stands in the field. */
  toJSON() {
    return this.prefix + this.base64;
  }

  get prefix() {
    return this.type && `data:${this.type};base64,`;
  }
}

/**
 * Read a file into a field.
 *
 * @param {File} file
 * @param {string} type
 * @returns {Promise<FileData>}
 */
export async function fileData(file, type) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return new FileData(file.name, type, btoa(binary));
}

/**
 * The form of a call with a file, arrays as `name[]` again and again.
 *
 * @param {Call} call
 * @returns {FormData}
 */
export function form(call) {
  const data = new FormData();
  for (const [name, value] of Object.entries(call.body ?? {})) {
    if (Array.isArray(value)) for (const each of value) data.append(`${name}[]`, String(each));
    else data.append(name, String(value));
  }
  if (call.file) data.append("file", call.file, call.file.name);
  return data;
}
