/** Where a recording comes from: a file, or the microphone. */

import { html, useEffect, useState } from "../library/preact.js";
import { Recorder } from "../sound/recorder.js";
import { clock } from "../sound/times.js";
import { DropZone } from "./drop_zone.js";
import { Fault } from "./fields.js";

/**
 * @param {object} props
 * @param {typeof import("../text/english.js").english} props.t
 * @param {boolean} props.disabled
 * @param {(file: File) => void} props.onFile
 */
export function RecordingChoice({ t, disabled, onFile }) {
  const [recorder, setRecorder] = useState(/** @type {Recorder | null} */ (null));
  const [refused, setRefused] = useState(false);
  const length = useSeconds(Boolean(recorder));
  const toggle = async () => {
    setRefused(false);
    if (recorder) {
      setRecorder(null);
      onFile(await recorder.stop());
      return;
    }
    try {
      setRecorder(await Recorder.start());
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      setRefused(true);
    }
  };
  return html`<${DropZone}
    label=${t.dropRecording}
    onFiles=${(/** @type {File[]} */ files) => files[0] && !disabled && onFile(files[0])}
  >
    <span class="quiet">${t.dropHint}</span>
    <button
      type="button"
      disabled=${disabled || !Recorder.isAllowed}
      aria-pressed=${Boolean(recorder)}
      onClick=${toggle}
    >
      ${recorder ? t.recordStop : t.record}
    </button>
    ${recorder && html`<span role="timer">${t.recordingFor(clock(length))}</span>`}
    ${!Recorder.isAllowed && html`<p class="quiet">${t.noMicrophone}</p>`}
    <${Fault} error=${refused ? t.microphoneRefused : ""} />
  <//>`;
}

/**
 * Seconds since something runs.
 *
 * @param {boolean} runs
 */
function useSeconds(runs) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!runs) return undefined;
    const began = performance.now();
    setSeconds(0);
    const timer = setInterval(() => setSeconds((performance.now() - began) / 1000), 200);
    return () => clearInterval(timer);
  }, [runs]);
  return seconds;
}
