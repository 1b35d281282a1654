/** Labelled fields of forms. */

import { html, useEffect, useState } from "../library/preact.js";

/**
 * @typedef {{currentTarget: HTMLInputElement & HTMLSelectElement}} Change
 * @typedef {{value: string, label: string}} Option
 */

/**
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value
 * @param {Option[]} props.options
 * @param {(value: string) => void} props.onChange
 */
export function Choice({ label, value, options, onChange }) {
  const change = (/** @type {Change} */ event) => onChange(event.currentTarget.value);
  return html`<label
    >${label}
    <select value=${value} onChange=${change}>
      ${options.map((each) => html`<option value=${each.value}>${each.label}</option>`)}
    </select>
  </label>`;
}

/**
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value Empty: the server chooses.
 * @param {number} props.min
 * @param {number} props.max
 * @param {number} [props.step]
 * @param {string} [props.placeholder]
 * @param {(value: string) => void} props.onChange
 */
export function NumberField({ label, value, min, max, step = 1, placeholder, onChange }) {
  const change = (/** @type {Change} */ event) => onChange(event.currentTarget.value);
  return html`<label
    >${label}
    <input
      type="number"
      inputmode="decimal"
      value=${value}
      min=${min}
      max=${max}
      step=${step}
      placeholder=${placeholder}
      onInput=${change}
    />
  </label>`;
}

/**
 * @param {object} props
 * @param {string} props.label
 * @param {boolean} props.checked
 * @param {(checked: boolean) => void} props.onChange
 */
export function Check({ label, checked, onChange }) {
  const change = (/** @type {Change} */ event) => onChange(event.currentTarget.checked);
  return html`<label class="check">
    <input type="checkbox" checked=${checked} onChange=${change} /> ${label}
  </label>`;
}

/**
 * A text that counts when its field is left; until then it is the reader's, whatever is drawn.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value
 * @param {(value: string) => void} props.onCommit
 * @param {number} [props.rows] Of lines; without it the field has one.
 * @param {number} [props.size] Of signs, of a field of one line.
 * @param {{current: HTMLElement | null}} [props.place]
 */
export function DraftField({ label, value, onCommit, rows, size, place }) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const type = (/** @type {Change} */ event) => setDraft(event.currentTarget.value);
  const leave = () => {
    if (draft === value) return;
    onCommit(draft);
    setDraft(value); // what is not taken is not left standing
  };
  return html`<label>
    ${label}
    ${
      rows
        ? html`<textarea ref=${place} rows=${rows} value=${draft} onInput=${type} onBlur=${leave} />`
        : html`<input ref=${place} size=${size} value=${draft} onInput=${type} onBlur=${leave} />`
    }
  </label>`;
}

/**
 * What went wrong, read out at once.
 *
 * @param {{error: string}} props
 */
export function Fault({ error }) {
  return html`<div role="alert">
    ${error && html`<p class="fault">${error}</p>`}
  </div>`;
}
