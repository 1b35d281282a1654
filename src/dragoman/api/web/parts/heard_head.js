/** Above a transcript: how far it is, how much of the speech has text, files, translation. */

import { html, useState } from "../library/preact.js";
import { FORMATS } from "../sound/subtitles.js";
import { clock } from "../sound/times.js";
import { languageName, languageOptions } from "../text/languages.js";
import { Choice } from "./fields.js";
import { renamed, save } from "./saving.js";

/** @typedef {import("../app.js").Shared} Shared */
/** @typedef {import("./use_hearing.js").Hearing} Hearing */

const INTO = "en ko es fr de it pt ja zh ru ar".split(" ");

/** @param {{shared: Shared, hearing: Hearing, model: string}} props */
export function HeardHead({ shared, hearing, model }) {
  const { t } = shared;
  return html`<div class="heard">
    <h3>${t.transcript}</h3>
    <div role="status">
      ${hearing.busy ? progress(t, hearing) : about(shared, hearing)}
    </div>
    ${
      hearing.busy
        ? html`<progress
              max="1"
              value=${share(hearing)}
              aria-label=${t.transcript}
            ></progress>
            <button type="button" onClick=${hearing.stop}>${t.stop}</button>`
        : hearing.cues.length > 0 &&
          html`<${Files} t=${t} hearing=${hearing} />
            <${Translation}
              shared=${shared}
              hearing=${hearing}
              model=${model}
            />`
    }
  </div>`;
}

/** @param {{t: Shared["t"], hearing: Hearing}} props */
function Files({ t, hearing }) {
  const name = hearing.file?.name ?? "transcript";
  return html`<div class="row" role="group" aria-label=${t.download}>
    ${Object.entries(FORMATS).map(
      ([ending, { type, write }]) =>
        html`<button
          type="button"
          onClick=${() => save(new Blob([write(hearing.cues)], { type }), renamed(name, ending))}
        >
          ${t.download} .${ending}
        </button>`,
    )}
  </div>`;
}

/** @param {{shared: Shared, hearing: Hearing, model: string}} props */
function Translation({ shared: { t, locale }, hearing, model }) {
  const [into, setInto] = useState(locale);
  return html`<div class="row">
    <${Choice}
      label=${t.translateTo}
      value=${into}
      onChange=${setInto}
      options=${languageOptions(INTO, locale, "")}
    />
    <button type="button" onClick=${() => void hearing.translate(model, into)}>
      ${t.translate}
    </button>
  </div>`;
}

/**
 * @param {Shared["t"]} t
 * @param {Hearing} hearing
 */
function progress(t, { progress: now }) {
  return now ? t.heard(clock(now.end), clock(now.length)) : t.uploading;
}

/**
 * @param {Shared} shared
 * @param {Hearing} hearing
 */
function about({ t, locale }, { cues, language, coverage, error }) {
  if (error || !(cues.length || coverage)) return "";
  if (!cues.length) return t.noSpeech;
  const facts = [language && t.spokenIn(languageName(language, locale))];
  if (coverage?.speech) {
    const [decoded, speech] = [coverage.decoded, coverage.speech].map(
      (each) => `${each.toFixed(1)} s`,
    );
    facts.push(t.coverage(decoded ?? "", speech ?? ""));
  }
  if (coverage?.gaps.length) facts.push(t.gaps(coverage.gaps.length));
  return facts.filter(Boolean).join(" · ");
}

/** @param {Hearing} hearing */
function share({ progress: now }) {
  return now?.length ? now.end / now.length : undefined;
}
