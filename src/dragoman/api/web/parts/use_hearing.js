/** A recording on its way to text, and what the reader does to that. */

import { ApiError } from "../client/connection.js";
import { heard, transcriptionCall, translationCall } from "../client/hearing.js";
import { useState } from "../library/preact.js";
import { translated } from "../sound/cues.js";

/** @typedef {import("../client/call.js").Call} Call */
/** @typedef {import("../client/hearing.js").Hearing} Manner */
/** @typedef {import("../client/hearing.js").Heard} Heard */
/** @typedef {import("../client/hearing.js").Progress} Progress */
/** @typedef {import("../sound/cues.js").Cue} Cue */
/** @typedef {ReturnType<typeof useHearing>} Hearing */

/** @type {{language: string, coverage: Heard["coverage"]}} */
const NOTHING = { language: "", coverage: null };

/** @param {import("../client/connection.js").Connection} connection */
export function useHearing(connection) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const [cues, setCues] = useState(/** @type {Cue[]} */ ([]));
  const [about, setAbout] = useState(NOTHING);
  const [call, setCall] = useState(/** @type {Call | null} */ (null));
  const [progress, setProgress] = useState(/** @type {Progress | null} */ (null));
  const [error, setError] = useState("");
  const [leaving, setLeaving] = useState(/** @type {AbortController | null} */ (null));

  /**
   * @param {Call} request
   * @param {(progress: Progress) => void} onProgress
   * @returns {Promise<Heard | null>} None where it failed or was stopped.
   */
  const send = async (request, onProgress) => {
    leaving?.abort();
    const control = new AbortController();
    setCall(request);
    setError("");
    setProgress(null);
    setLeaving(control);
    try {
      return await heard(await connection.send(request, control.signal), (step) => {
        setProgress(step);
        onProgress(step);
      });
    } catch (fault) {
      if (control.signal.aborted) return null;
      if (!(fault instanceof ApiError || fault instanceof TypeError)) throw fault;
      setError(fault.message);
      return null;
    } finally {
      setLeaving((now) => (now === control ? null : now));
    }
  };

  const listen = async (/** @type {File} */ recording, /** @type {Manner} */ manner) => {
    setFile(recording);
    setCues([]);
    setAbout(NOTHING);
    const answer = await send(transcriptionCall(recording, manner), (step) => setCues(step.cues));
    if (!answer) return;
    setCues(answer.cues);
    setAbout({ language: answer.language, coverage: answer.coverage });
  };

  const translate = async (/** @type {string} */ model, /** @type {string} */ language) => {
    if (!file) return;
    const answer = await send(translationCall(file, model, language), () => {});
    if (answer) setCues((before) => translated(before, answer.cues));
  };

  return {
    file,
    cues,
    call,
    error,
    progress,
    ...about,
    busy: Boolean(leaving),
    listen,
    translate,
    change: setCues,
    stop: () => leaving?.abort(),
  };
}
