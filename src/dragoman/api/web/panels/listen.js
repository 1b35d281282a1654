/** Listen: a recording as text that lights up as it plays, to correct and to keep. */

import { html, useRef, useState } from "../library/preact.js";
import { CodeBox } from "../parts/code_box.js";
import { CueList } from "../parts/cue_list.js";
import { Check, Choice, Fault } from "../parts/fields.js";
import { HeardHead } from "../parts/heard_head.js";
import { ModelChoice } from "../parts/model_choice.js";
import { Player } from "../parts/player.js";
import { RecordingChoice } from "../parts/recording_choice.js";
import { useHearing } from "../parts/use_hearing.js";
import { SPOKEN, languageOptions } from "../text/languages.js";

/** @typedef {import("../app.js").Shared} Shared */

/** @param {{shared: Shared}} props */
export function ListenPanel({ shared }) {
  const { t, locale, models } = shared;
  const [chosen, setChosen] = useState({
    model: "",
    language: "",
    tellsSpeakers: false,
  });
  const [place, setPlace] = useState(0);
  const player = useRef(/** @type {HTMLMediaElement | null} */ (null));
  const hearing = useHearing(shared.connection);
  const first = models.find((model) => model.x_kind === "transcription");
  const manner = { ...chosen, model: chosen.model || (first?.id ?? "") };
  /** @param {Partial<typeof chosen>} change */
  const set = (change) => setChosen({ ...chosen, ...change });
  const listen = (/** @type {File} */ file) => void hearing.listen(file, manner);
  const seek = (/** @type {number} */ time) => {
    if (!player.current) return;
    player.current.currentTime = time;
    void player.current.play().catch(() => {});
  };
  return html`<h2>${t.tabs.listen}</h2>
    <div class="options">
      <${ModelChoice}
        shared=${shared}
        kind="transcription"
        value=${manner.model}
        onChange=${(/** @type {string} */ model) => set({ model })}
      />
      <${Choice}
        label=${t.recordingLanguage}
        value=${chosen.language}
        options=${languageOptions(SPOKEN, locale, t.anyLanguage)}
        onChange=${(/** @type {string} */ language) => set({ language })}
      />
      <${Check}
        label=${t.whoSpeaks}
        checked=${chosen.tellsSpeakers}
        onChange=${(/** @type {boolean} */ tellsSpeakers) => set({ tellsSpeakers })}
      />
    </div>
    <${RecordingChoice} t=${t} disabled=${!manner.model} onFile=${listen} />
    <${Fault} error=${hearing.error} />
    ${
      hearing.file &&
      html` <${Player}
          t=${t}
          file=${hearing.file}
          player=${player}
          gaps=${hearing.coverage?.gaps ?? []}
          onPlace=${setPlace}
        />
        <${HeardHead}
          shared=${shared}
          hearing=${hearing}
          model=${manner.model}
        />
        <${CueList}
          t=${t}
          cues=${hearing.cues}
          place=${place}
          locked=${hearing.busy}
          onSeek=${seek}
          onChange=${hearing.change}
        />`
    }
    <${CodeBox} shared=${shared} call=${hearing.call} />`;
}
