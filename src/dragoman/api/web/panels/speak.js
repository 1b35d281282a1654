/** Speak: a text in any voice, to hear at once, to compare and to keep. */

import { ApiError } from "../client/connection.js";
import { FORMATS, speechCall, spoken } from "../client/speech.js";
import { html, useEffect, useState } from "../library/preact.js";
import { CodeBox } from "../parts/code_box.js";
import { Check, Choice, Fault } from "../parts/fields.js";
import { ModelChoice } from "../parts/model_choice.js";
import { TakeView } from "../parts/take_view.js";
import { languageOptions } from "../text/languages.js";

/** @typedef {import("../app.js").Shared} Shared */
/** @typedef {import("../client/speech.js").Saying} Saying */
/** @typedef {import("../client/speech.js").Take} Take */
/** @typedef {{id: string, name: string, model: string, description?: string}} Voice */

const LONGEST = 4096;
const LANGUAGES = ["en", "ko", "es", "fr", "it", "pt", "ja", "zh"];
const SPEEDS = ["0.5", "0.75", "1", "1.25", "1.5", "2"];
/** @type {Saying} */
const USUAL = {
  text: "",
  model: "",
  voice: "alloy",
  format: "mp3",
  speed: 1,
  language: "",
  followsWords: true,
};

/** @param {{shared: Shared}} props */
export function SpeakPanel({ shared }) {
  const { t, models, connection } = shared;
  const [chosen, setSaying] = useState(USUAL);
  const voices = useVoices(shared);
  const first = models.find((model) => model.x_kind === "speech");
  const saying = { ...chosen, model: chosen.model || (first?.id ?? "") };
  const speech = useSpeech(connection);
  /** @param {Partial<Saying>} change */
  const set = (change) => setSaying({ ...saying, ...change });
  const length = [...saying.text].length;
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (speech.busy) speech.stop();
    else void speech.speak({ ...saying, text: saying.text.trim() });
  };
  return html`<h2>${t.tabs.speak}</h2>
    <form onSubmit=${submit}>
      <label
        >${t.text}
        <textarea
          rows="5"
          required
          placeholder=${t.textHint}
          value=${saying.text}
          onInput=${(/** @type {import("../parts/fields.js").Change} */ event) =>
            set({ text: event.currentTarget.value })}
        ></textarea>
      </label>
      <p class=${length > LONGEST ? "fault" : "quiet"}>
        ${t.characters(length, LONGEST)}
      </p>
      <${VoiceOptions}
        shared=${shared}
        saying=${saying}
        voices=${voices}
        onChange=${set}
      />
      <button class="main" disabled=${!saying.model || length > LONGEST}>
        ${speech.busy ? t.stop : t.speak}
      </button>
      <${Fault} error=${speech.error} />
    </form>
    <h3>${t.takes}</h3>
    ${!speech.takes.length && html`<p class="quiet">${t.takesEmpty}</p>`}
    <div class="side-by-side">
      ${speech.takes.map(
        (take, at) =>
          html`<${TakeView}
            key=${take.id}
            t=${t}
            take=${take}
            plays=${at === 0}
            onRemove=${() => speech.remove(take)}
          />`,
      )}
    </div>
    <${CodeBox} shared=${shared} call=${speech.call} />`;
}

/**
 * @param {object} props
 * @param {Shared} props.shared
 * @param {Saying} props.saying
 * @param {Voice[]} props.voices
 * @param {(change: Partial<Saying>) => void} props.onChange
 */
function VoiceOptions({ shared, saying, voices, onChange }) {
  const { t, locale } = shared;
  const named = voices.map(({ id, name, description }) => ({
    value: id,
    label: description ? `${name}: ${description}` : name,
  }));
  return html`<div class="options">
    <${Choice}
      label=${t.voice}
      value=${saying.voice}
      options=${named}
      onChange=${(/** @type {string} */ voice) => onChange({ voice })}
    />
    <${Choice}
      label=${t.speed}
      value=${String(saying.speed)}
      options=${SPEEDS.map((value) => ({ value, label: `${value} ×` }))}
      onChange=${(/** @type {string} */ speed) => onChange({ speed: Number(speed) })}
    />
    <${Choice}
      label=${t.spokenLanguage}
      value=${saying.language}
      options=${languageOptions(LANGUAGES, locale, t.anyLanguage)}
      onChange=${(/** @type {string} */ language) => onChange({ language })}
    />
    <${Choice}
      label=${t.format}
      value=${saying.format}
      options=${Object.keys(FORMATS).map((value) => ({ value, label: value }))}
      onChange=${(/** @type {string} */ format) => onChange({ format })}
    />
    <${ModelChoice}
      shared=${shared}
      kind="speech"
      value=${saying.model}
      onChange=${(/** @type {string} */ model) => onChange({ model })}
    />
    <${Check}
      label=${t.followWords}
      checked=${saying.followsWords}
      onChange=${(/** @type {boolean} */ followsWords) => onChange({ followsWords })}
    />
  </div>`;
}

/**
 * @param {Shared} shared
 * @returns {Voice[]}
 */
function useVoices({ connection, models }) {
  const [voices, setVoices] = useState(/** @type {Voice[]} */ ([]));
  useEffect(() => {
    if (!models.some((model) => model.x_kind === "speech")) return;
    connection
      .send({ path: "/v1/audio/voices" })
      .then((answer) => answer.json())
      .then((page) => setVoices(page.data))
      .catch(() => setVoices([]));
  }, [models]);
  return voices;
}

/**
 * What was spoken, the newest first.
 *
 * @param {Shared["connection"]} connection
 */
function useSpeech(connection) {
  const [takes, setTakes] = useState(/** @type {Take[]} */ ([]));
  const [call, setCall] = useState(/** @type {import("../client/call.js").Call | null} */ (null));
  const [error, setError] = useState("");
  const [leaving, setLeaving] = useState(/** @type {AbortController | null} */ (null));
  const speak = async (/** @type {Saying} */ saying) => {
    const request = speechCall(saying);
    const control = new AbortController();
    setCall(request);
    setError("");
    setLeaving(control);
    try {
      const made = await spoken(await connection.send(request, control.signal), saying);
      setTakes((before) => [{ id: (before[0]?.id ?? 0) + 1, saying, ...made }, ...before]);
    } catch (fault) {
      if (!(fault instanceof ApiError || fault instanceof TypeError || control.signal.aborted))
        throw fault;
      if (!control.signal.aborted) setError(/** @type {Error} */ (fault).message);
    } finally {
      setLeaving(null);
    }
  };
  const remove = (/** @type {Take} */ take) =>
    setTakes((before) => before.filter((other) => other !== take));
  return {
    takes,
    call,
    error,
    speak,
    remove,
    busy: Boolean(leaving),
    stop: () => leaving?.abort(),
  };
}
