/** The transcript, line by line, and the changes that a reader makes to it. */

import { html, useState } from "../library/preact.js";
import { merge, placeAt, retimed, reworded, split } from "../sound/cues.js";
import { CueEditor } from "./cue_editor.js";
import { CueView } from "./cue_view.js";

/** @typedef {import("../sound/cues.js").Cue} Cue */

/**
 * @param {object} props
 * @param {typeof import("../text/english.js").english} props.t
 * @param {Cue[]} props.cues
 * @param {number} props.place Where the recording plays, in seconds.
 * @param {boolean} props.locked Whether the lines may still change by themselves.
 * @param {(time: number) => void} props.onSeek
 * @param {(change: (cues: Cue[]) => Cue[]) => void} props.onChange
 */
export function CueList({ t, cues, place, locked, onSeek, onChange }) {
  const [edited, setEdited] = useState(-1);
  const current = place > 0 ? placeAt(cues, place) : -1;
  /** @param {number} id @param {(cue: Cue) => Cue} change */
  const each = (id, change) =>
    onChange((all) => all.map((cue) => (cue.id === id ? change(cue) : cue)));
  return html`<ol class="cues">
    ${cues.map((cue, at) => {
      const heard = at === current ? place : -1;
      const word = heard < 0 ? -1 : placeAt(cue.words, heard);
      return cue.id === edited && !locked
        ? html`<${CueEditor}
            key=${cue.id}
            t=${t}
            cue=${cue}
            isLast=${at === cues.length - 1}
            onText=${(/** @type {string} */ text) => each(cue.id, (old) => reworded(old, text))}
            onTimes=${(/** @type {number} */ start, /** @type {number} */ end) =>
              each(cue.id, (old) => retimed(old, start, end))}
            onSpeaker=${(/** @type {string} */ speaker) => each(cue.id, (old) => ({ ...old, speaker }))}
            onSplit=${() => onChange((all) => split(all, cue.id, place))}
            onMerge=${() => onChange((all) => merge(all, cue.id))}
            onRemove=${() => onChange((all) => all.filter((other) => other.id !== cue.id))}
            onDone=${() => setEdited(-1)}
          />`
        : html`<${CueView}
            key=${cue.id}
            t=${t}
            cue=${cue}
            isCurrent=${heard >= 0}
            word=${word}
            locked=${locked}
            onSeek=${onSeek}
            onEdit=${setEdited}
          />`;
    })}
  </ol>`;
}
