/** The panels' names; arrow keys go from one to the next. */

import { html } from "../library/preact.js";

/**
 * @param {object} props
 * @param {string} props.label
 * @param {{name: string, label: string}[]} props.tabs
 * @param {string} props.chosen
 * @param {(name: string) => void} props.onChange
 */
export function Tabs({ label, tabs, chosen, onChange }) {
  const move = (/** @type {KeyboardEvent} */ event) => {
    const at = tabs.findIndex((tab) => tab.name === chosen);
    /** @type {Record<string, number>} */
    const places = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: tabs.length - 1,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    const next = tabs[(place + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.name);
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  return html`<div
    class="tabs"
    role="tablist"
    aria-label=${label}
    onKeyDown=${move}
  >
    ${tabs.map(
      (tab) =>
        html`<button
          type="button"
          role="tab"
          id=${`tab-${tab.name}`}
          aria-selected=${tab.name === chosen}
          aria-controls=${`panel-${tab.name}`}
          tabindex=${tab.name === chosen ? 0 : -1}
          onClick=${() => onChange(tab.name)}
        >
          ${tab.label}
        </button>`,
    )}
  </div>`;
}
