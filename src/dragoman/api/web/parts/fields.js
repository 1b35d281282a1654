/** Labelled fields of forms. */

import { html } from "../library/preact.js";

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
 * What went wrong, read out at once.
 *
 * @param {{error: string}} props
 */
export function Fault({ error }) {
  return html`<div role="alert">
    ${error && html`<p class="fault">${error}</p>`}
  </div>`;
}
