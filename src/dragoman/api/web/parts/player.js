/** Plays the recording, tells where it is, and draws how loud it is. */

import { html, useEffect, useState } from "../library/preact.js";
import { useAddress, usePlace } from "./hooks.js";
import { Waveform } from "./waveform.js";

/**
 * @param {object} props
 * @param {typeof import("../text/english.js").english} props.t
 * @param {File} props.file
 * @param {{current: HTMLMediaElement | null}} props.player
 * @param {{start: number, end: number}[]} props.gaps Speech without text.
 * @param {(place: number) => void} props.onPlace
 */
export function Player({ t, file, player, gaps, onPlace }) {
  const address = useAddress(file);
  const place = usePlace(player, address);
  const [fails, setFails] = useState(false);
  const [length, setLength] = useState(0);
  useEffect(() => onPlace(place), [place]);
  // By the player's own events, which keep their order; an effect could come after them.
  const begin = () => {
    setFails(false);
    setLength(0);
  };
  const seek = (/** @type {number} */ time) => {
    if (player.current) player.current.currentTime = time;
  };
  return html`<div class="player">
    <audio
      ref=${player}
      controls
      src=${address || undefined}
      aria-label=${file.name}
      onLoadStart=${begin}
      onError=${() => setFails(Boolean(address))}
      onDurationChange=${() => setLength(player.current?.duration ?? 0)}
    ></audio>
    ${fails && html`<p class="quiet">${t.cannotPlay}</p>`}
    ${
      !fails &&
      html`<${Waveform}
        t=${t}
        file=${file}
        length=${length}
        place=${place}
        gaps=${gaps}
        onSeek=${seek}
      />`
    }
  </div>`;
}
