/** A line of a transcript while it is corrected; a field counts when it is left. */

import { html, useEffect, useRef } from "../library/preact.js";
import { clock, seconds } from "../sound/times.js";

/** @typedef {import("./fields.js").Change} Change */

/**
 * @param {object} props
 * @param {typeof import("../text/english.js").english} props.t
 * @param {import("../sound/cues.js").Cue} props.cue
 * @param {boolean} props.isLast
 * @param {(text: string) => void} props.onText
 * @param {(start: number, end: number) => void} props.onTimes
 * @param {(speaker: string) => void} props.onSpeaker
 * @param {() => void} props.onSplit At where the recording stands.
 * @param {() => void} props.onMerge
 * @param {() => void} props.onRemove
 * @param {() => void} props.onDone
 */
export function CueEditor({ t, cue, isLast, ...on }) {
  const text = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => text.current?.focus(), []);
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") on.onDone();
  };
  const start = (/** @type {Change} */ event) => {
    on.onTimes(seconds(event.currentTarget.value) ?? cue.start, cue.end);
  };
  const end = (/** @type {Change} */ event) => {
    on.onTimes(cue.start, seconds(event.currentTarget.value) ?? cue.end);
  };
  return html`<li class="cue edited" onKeyDown=${press}>
    <fieldset>
      <legend>${t.cue(clock(cue.start))}</legend>
      <div class="row">
        <label
          >${t.from}
          <input size="8" value=${clock(cue.start)} onBlur=${start}
        /></label>
        <label
          >${t.to} <input size="8" value=${clock(cue.end)} onBlur=${end}
        /></label>
        <label
          >${t.speaker}
          <input
            size="12"
            value=${cue.speaker}
            onBlur=${(/** @type {Change} */ event) => on.onSpeaker(event.currentTarget.value)}
          />
        </label>
      </div>
      <label
        >${t.text}
        <textarea
          ref=${text}
          rows="2"
          value=${cue.text}
          onBlur=${(/** @type {Change} */ event) => on.onText(event.currentTarget.value)}
        ></textarea>
      </label>
      <div class="row">
        <button type="button" onClick=${on.onSplit}>${t.split}</button>
        <button type="button" disabled=${isLast} onClick=${on.onMerge}>
          ${t.merge}
        </button>
        <button type="button" onClick=${on.onRemove}>${t.remove}</button>
        <button type="button" class="main" onClick=${on.onDone}>
          ${t.done}
        </button>
      </div>
    </fieldset>
  </li>`;
}
