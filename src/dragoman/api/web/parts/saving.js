/** Files that the reader keeps. */

/**
 * Hand a file to the browser's downloads.
 *
 * @param {Blob} content
 * @param {string} name
 */
export function save(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * A file's name with another ending.
 *
 * @param {string} name
 * @param {string} ending
 */
export function renamed(name, ending) {
  return `${name.replace(/\.[^.]*$/, "")}.${ending}`;
}
