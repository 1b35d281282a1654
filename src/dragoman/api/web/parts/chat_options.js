/** Who answers in a chat, and how. */

import { html } from "../library/preact.js";
import { Check, NumberField } from "./fields.js";
import { ModelChoice } from "./model_choice.js";

/** @typedef {import("../client/conversation.js").Manner} Manner */

/**
 * @param {object} props
 * @param {import("../app.js").Shared} props.shared
 * @param {Manner} props.manner
 * @param {(manner: Manner) => void} props.onChange
 */
export function ChatOptions({ shared, manner, onChange }) {
  const { t } = shared;
  /** @param {Partial<Manner>} change */
  const set = (change) => onChange({ ...manner, ...change });
  return html`<div class="options">
    <${ModelChoice}
      shared=${shared}
      kind="chat"
      value=${manner.model}
      onChange=${(/** @type {string} */ model) => set({ model })}
    />
    <details>
      <summary>${t.options}</summary>
      <label
        >${t.system}
        <textarea
          rows="2"
          value=${manner.system}
          onInput=${(/** @type {import("./fields.js").Change} */ event) =>
            set({ system: event.currentTarget.value })}
        ></textarea>
      </label>
      <${NumberField}
        label=${t.temperature}
        value=${manner.temperature}
        min=${0}
        max=${2}
        step=${0.1}
        onChange=${(/** @type {string} */ temperature) => set({ temperature })}
      />
      <${NumberField}
        label=${t.maxTokens}
        value=${manner.maxTokens}
        min=${1}
        max=${32768}
        onChange=${(/** @type {string} */ maxTokens) => set({ maxTokens })}
      />
      <${NumberField}
        label=${t.answers}
        value=${String(manner.n)}
        min=${1}
        max=${4}
        onChange=${(/** @type {string} */ n) => set({ n: Number(n) || 1 })}
      />
      <${Check}
        label=${t.showProbabilities}
        checked=${manner.probabilities}
        onChange=${(/** @type {boolean} */ probabilities) => set({ probabilities })}
      />
    </details>
  </div>`;
}
