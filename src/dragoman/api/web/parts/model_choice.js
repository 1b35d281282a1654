/** The models of a kind: those that are here first, then the names that they answer to. */

import { html } from "../library/preact.js";

/**
 * @param {object} props
 * @param {import("../app.js").Shared} props.shared
 * @param {string} props.kind
 * @param {string} props.value
 * @param {(name: string) => void} props.onChange
 */
export function ModelChoice({ shared: { t, models }, kind, value, onChange }) {
  const named = models.filter((model) => model.x_kind === kind);
  const change = (/** @type {import("./fields.js").Change} */ event) =>
    onChange(event.currentTarget.value);
  const own = named.filter((model) => model.id === model.x_model);
  const others = named.filter((model) => model.id !== model.x_model);
  if (models.length && !named.length) return html`<p class="fault">${t.noModel}</p>`;
  return html`<label
    >${t.model}
    <select value=${value} onChange=${change}>
      ${own.map((model) => html`<option value=${model.id}>${model.id}</option>`)}
      ${
        others.length > 0 &&
        html`<optgroup label=${t.names(others.length)}>
          ${others.map((model) => html`<option value=${model.id}>${model.id} → ${model.x_model}</option>`)}
        </optgroup>`
      }
    </select>
  </label>`;
}
