/** A line of a transcript while it is corrected. */

import { html, useEffect, useRef } from "../library/preact.js";
import { clock, seconds } from "../sound/times.js";
import { DraftField } from "./fields.js";

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
  const start = (/** @type {string} */ time) => on.onTimes(seconds(time) ?? cue.start, cue.end);
  const end = (/** @type {string} */ time) => on.onTimes(cue.start, seconds(time) ?? cue.end);
  return html`<li class="cue edited" onKeyDown=${press}>
    <fieldset>
      <legend>${t.cue(clock(cue.start))}</legend>
      <div class="row">
        <${DraftField} label=${t.from} size=${8} value=${clock(cue.start)} onCommit=${start} />
        <${DraftField} label=${t.to} size=${8} value=${clock(cue.end)} onCommit=${end} />
        <${DraftField} label=${t.speaker} size=${12} value=${cue.speaker} onCommit=${on.onSpeaker} />
      </div>
      <${DraftField} label=${t.text} rows=${2} place=${text} value=${cue.text} onCommit=${on.onText} />
      <div class="row">
        <button type="button" onClick=${on.onSplit}>${t.split}</button>
        <button type="button" disabled=${isLast} onClick=${on.onMerge}>${t.merge}</button>
        <button type="button" onClick=${on.onRemove}>${t.remove}</button>
        <button type="button" class="main" onClick=${on.onDone}>${t.done}</button>
      </div>
    </fieldset>
  </li>`;
}
