/** Where files are dropped, chosen, or pasted. */

import { html, useRef, useState } from "../library/preact.js";

/**
 * @param {object} props
 * @param {(files: File[]) => void} props.onFiles
 * @param {string} props.label
 * @param {string} [props.accept]
 * @param {boolean} [props.multiple]
 * @param {import("../library/preact.js").ComponentChildren} [props.children]
 */
export function DropZone({ onFiles, label, accept, multiple = false, children }) {
  const [over, setOver] = useState(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const drop = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    setOver(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length) onFiles(files);
  };
  const choose = (/** @type {{currentTarget: HTMLInputElement}} */ event) => {
    const files = [...(event.currentTarget.files ?? [])];
    event.currentTarget.value = "";
    if (files.length) onFiles(files);
  };
  return html`<div
    class=${over ? "drop over" : "drop"}
    onDragOver=${(/** @type {DragEvent} */ event) => {
      event.preventDefault();
      setOver(true);
    }}
    onDragLeave=${() => setOver(false)}
    onDrop=${drop}
  >
    <button type="button" onClick=${() => input.current?.click()}>
      ${label}
    </button>
    <input
      ref=${input}
      type="file"
      hidden
      accept=${accept}
      multiple=${multiple}
      aria-label=${label}
      onChange=${choose}
    />
    ${children}
  </div>`;
}
