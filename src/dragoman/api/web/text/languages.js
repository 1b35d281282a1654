/** Languages by their names in the reader's own. */

/** Those that recordings are often in. */
export const SPOKEN =
  "en ko zh ja es fr de it pt ru ar hi id nl pl sv tr uk vi th cs da el fi he hu no ro".split(" ");

/**
 * A language by its name in the reader's own.
 *
 * @param {string} name Its English name, in small letters, as the server says it.
 * @param {string} locale
 */
export function languageName(name, locale) {
  const english = new Intl.DisplayNames(["en"], { type: "language" });
  const code = SPOKEN.find((each) => english.of(each)?.toLowerCase() === name);
  return (code && new Intl.DisplayNames([locale], { type: "language" }).of(code)) ?? name;
}

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
