/** One thing that was spoken: to hear, to follow, to keep. */

import { html, useEffect, useRef } from "../library/preact.js";
import { placeAt } from "../sound/cues.js";
import { useAddress, usePlace } from "./hooks.js";

/** @typedef {import("../client/speech.js").Take} Take */

/**
 * @param {object} props
 * @param {typeof import("../text/english.js").english} props.t
 * @param {Take} props.take
 * @param {boolean} props.plays Whether it begins by itself.
 * @param {() => void} props.onRemove
 */
export function TakeView({ t, take, plays, onRemove }) {
  const player = useRef(/** @type {HTMLAudioElement | null} */ (null));
  const address = useAddress(take.file);
  const place = usePlace(player, address);
  useEffect(() => {
    // A browser that lets no page begin to play leaves it to the reader.
    if (plays && address) player.current?.play().catch(() => {});
  }, [address]);
  const { voice, format, speed } = take.saying;
  const title = [voice, format, speed === 1 ? "" : `${speed} ×`].filter(Boolean).join(" · ");
  return html`<article class="take" aria-label=${title}>
    <h3>${title}</h3>
    ${format !== "pcm" && html`<audio ref=${player} controls src=${address} aria-label=${title}></audio>`}
    <p class="spoken"><${Followed} take=${take} place=${place} /></p>
    <div class="row">
      <a class="button" href=${address} download=${take.file.name}
        >${t.download}</a
      >
      <button
        type="button"
        class="plain"
        aria-label=${`${t.remove}: ${title}`}
        onClick=${onRemove}
      >
        ${t.remove}
      </button>
    </div>
  </article>`;
}

/**
 * The text, with the word that is heard marked.
 *
 * @param {{take: Take, place: number}} props
 */
function Followed({ take, place }) {
  const { text } = take.saying;
  const word = place > 0 ? take.words[placeAt(take.words, place)] : undefined;
  if (!word || place > word.end + 0.5) return text;
  const [before, after] = [text.slice(0, word.from), text.slice(word.to)];
  return html`${before}<mark>${text.slice(word.from, word.to)}</mark>${after}`;
}
