/** Prometheus' text format, as far as the console reads it. */

/** @typedef {{name: string, labels: Record<string, string>, value: number}} Sample */

/**
 * @typedef {object} Load What one model does now.
 * @property {string} model
 * @property {number} running
 * @property {number} waiting
 * @property {boolean | null} isUp Null where nobody says, as in a demonstration.
 * @property {number} requests Since the server began.
 * @property {number} written Tokens of answers, since then.
 * @property {number} read Tokens of prompts.
 * @property {number} sound Seconds of sound, sent and made.
 */

const PREFIX = "dragoman:";
const LINE = /^([\w:]+)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/**
 * @param {string} text
 * @returns {Sample[]}
 */
export function samples(text) {
  return text.split("\n").flatMap((line) => {
    const [, name, labels, value] = LINE.exec(line) ?? [];
    if (!name) return [];
    const pairs = [...(labels ?? "").matchAll(LABEL)].map(([, key, word]) => [
      key,
      unescaped(word ?? ""),
    ]);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/**
 * @param {Sample[]} all
 * @returns {Load[]} By the models' names.
 */
export function loads(all) {
  const models = new Set(
    all
      .filter((sample) => sample.name === `${PREFIX}engine_up`)
      .map((sample) => sample.labels.model_name ?? ""),
  );
  for (const sample of all) {
    if (sample.name === `${PREFIX}requests_total`) models.add(sample.labels.model_name ?? "");
  }
  models.delete("");
  return [...models].sort().map((model) => {
    const sum = (/** @type {string} */ name) => total(all, PREFIX + name, model);
    return {
      model,
      running: sum("num_requests_running"),
      waiting: sum("num_requests_waiting"),
      isUp: has(all, "engine_up", model) ? sum("engine_up") > 0 : null,
      requests: sum("requests_total"),
      written: sum("generation_tokens_total"),
      read: sum("prompt_tokens_total"),
      sound: sum("audio_seconds_total"),
    };
  });
}

/**
 * @param {Sample[]} all
 * @param {string} name
 * @param {string} model
 */
function has(all, name, model) {
  return all.some((each) => each.name === PREFIX + name && each.labels.model_name === model);
}

/**
 * The sum of a metric, over all of its labels.
 *
 * @param {Sample[]} all
 * @param {string} name
 * @param {string} [model]
 */
export function total(all, name, model) {
  return all
    .filter(
      (each) => each.name === name && (model === undefined || each.labels.model_name === model),
    )
    .reduce((sum, each) => sum + each.value, 0);
}

/** @param {string} text */
function unescaped(text) {
  return text.replace(/\\(.)/g, (_, sign) => (sign === "n" ? "\n" : sign));
}
