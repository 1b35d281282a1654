/** An answer of a conversation, with all of its choices. */

import { html } from "../library/preact.js";
import { Fault } from "./fields.js";
import { Tokens } from "./tokens.js";

/** @typedef {import("../client/conversation.js").Answer} Answer */
/** @typedef {import("../client/conversation.js").Choice} Choice */
/** @typedef {typeof import("../text/english.js").english} Text */

/**
 * @param {object} props
 * @param {Text} props.t
 * @param {Answer} props.answer
 * @param {boolean} props.busy
 * @param {(index: number) => void} props.onPick
 */
export function AnswerView({ t, answer, busy, onPick }) {
  const several = answer.choices.length > 1;
  return html`<article
    class="turn assistant"
    aria-label=${t.answer}
    aria-busy=${busy}
  >
    <h3>
      ${t.answer}
      ${answer.model && html`<small>${t.answeredBy(answer.model)}</small>`}
    </h3>
    <div class=${several ? "side-by-side" : ""}>
      ${answer.choices.map(
        (choice, index) =>
          html`<div class="choice">
            ${several && html`<h4>${t.answerOf(index + 1, answer.choices.length)}</h4>`}
            <${ChoiceView} t=${t} choice=${choice} busy=${busy} />
            ${
              several &&
              !busy &&
              html`<button
                type="button"
                aria-pressed=${answer.picked === index}
                onClick=${() => onPick(index)}
              >
                ${answer.picked === index ? t.goesOn : t.goOn}
              </button>`
            }
          </div>`,
      )}
    </div>
    ${answer.isStopped && html`<p class="quiet">${t.stopped}</p>`}
    <${Fault} error=${answer.error} />
  </article>`;
}

/** @param {{t: Text, choice: Choice, busy: boolean}} props */
function ChoiceView({ t, choice, busy }) {
  return html` ${
    choice.thoughts &&
    html`<details>
      <summary>…</summary>
      <p class="spoken">${choice.thoughts}</p>
    </details>`
  }
  ${
    choice.tokens.length && !busy
      ? html`<${Tokens} t=${t} tokens=${choice.tokens} />`
      : pieces(choice.text).map(({ isCode, text }) =>
          isCode
            ? html`<pre tabindex="0"><code>${text}</code></pre>`
            : html`<p class="spoken">${text}</p>`,
        )
  }
  ${choice.finish === "length" && html`<p class="quiet">${t.cut}</p>`}`;
}

/**
 * A text cut at its fences of Markdown; one that is not closed yet goes to the end.
 *
 * @param {string} text
 * @returns {{isCode: boolean, text: string}[]}
 */
export function pieces(text) {
  return text
    .split(/^```[^\n]*\n?/m)
    .map((each, at) => ({
      isCode: at % 2 === 1,
      text: at % 2 ? each : each.trim(),
    }))
    .filter((each) => each.text);
}
