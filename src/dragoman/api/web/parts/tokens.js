/** An answer token by token: how probable each was, and what could have stood in its place. */

import { html, useState } from "../library/preact.js";

/** @typedef {import("../client/conversation.js").Token} Token */

/**
 * @param {object} props
 * @param {typeof import("../text/english.js").english} props.t
 * @param {Token[]} props.tokens
 */
export function Tokens({ t, tokens }) {
  const [chosen, setChosen] = useState(-1);
  const token = tokens[chosen];
  const move = (/** @type {KeyboardEvent & {currentTarget: HTMLElement}} */ event) => {
    /** @type {Record<string, number>} */
    const places = {
      ArrowRight: Math.min(chosen + 1, tokens.length - 1),
      ArrowLeft: Math.max(chosen - 1, 0),
      Home: 0,
      End: tokens.length - 1,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    setChosen(place);
    /** @type {HTMLElement | undefined} */ (event.currentTarget.children[place])?.focus();
  };
  return html`<div class="tokens">
    <div
      class="spoken"
      role="group"
      aria-label=${t.chooseToken}
      onKeyDown=${move}
    >
      ${tokens.map(
        (each, at) =>
          html`<button
            type="button"
            class=${`token ${shade(each.logprob)}`}
            aria-pressed=${at === chosen}
            tabindex=${at === Math.max(chosen, 0) ? 0 : -1}
            onClick=${() => setChosen(at)}
          >
            ${each.token}
          </button>`,
      )}
    </div>
    ${token && html`<${Alternatives} t=${t} token=${token} />`}
  </div>`;
}

/** @param {{t: typeof import("../text/english.js").english, token: Token}} props */
function Alternatives({ t, token }) {
  return html`<div class="alternatives" aria-live="polite">
    <p>${t.alternatives(JSON.stringify(token.token))}</p>
    <ul>
      ${token.top_logprobs.map(
        (each) =>
          html`<li class=${each.token === token.token ? "own" : ""}>
            <code>${JSON.stringify(each.token)}</code>
            <meter
              min="0"
              max="1"
              value=${Math.exp(each.logprob)}
              aria-hidden="true"
            ></meter>
            ${(100 * Math.exp(each.logprob)).toFixed(1)} %
          </li>`,
      )}
    </ul>
  </div>`;
}

/**
 * The class of a probability: `sure` down to `unlikely`.
 *
 * @param {number} logprob
 */
function shade(logprob) {
  const probability = Math.exp(logprob);
  if (probability > 0.9) return "sure";
  if (probability > 0.6) return "likely";
  if (probability > 0.3) return "unsure";
  return "unlikely";
}
