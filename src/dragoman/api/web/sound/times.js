/** Times as people read and type them. */

/**
 * @param {number} seconds
 * @returns {string} `1:02.5`
 */
export function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const [minutes, rest] = [Math.floor(tenths / 600), (tenths % 600) / 10];
  return `${minutes}:${rest.toFixed(1).padStart(4, "0")}`;
}

/**
 * @param {string} text `1:02.5`, `62.5` or `0:01:02.5`
 * @returns {number | null} Seconds; null where it is no time.
 */
export function seconds(text) {
  if (!/^\d+(:\d{1,2}){0,2}([.,]\d+)?$/.test(text.trim())) return null;
  return text
    .trim()
    .replace(",", ".")
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0);
}
