/** Languages by their names in the reader's own. */

/**
 * @param {string[]} codes
 * @param {string} locale
 * @param {string} none What to say for "none chosen"; empty: one is always chosen.
 * @returns {{value: string, label: string}[]}
 */
export function languageOptions(codes, locale, none) {
  const names = new Intl.DisplayNames([locale], { type: "language" });
  const options = codes.map((value) => ({
    value,
    label: names.of(value) ?? value,
  }));
  return none ? [{ value: "", label: none }, ...options] : options;
}
