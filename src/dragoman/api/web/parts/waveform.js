/** A drawing of the recording: loud and quiet, speech without text, and where it plays. */

import { html, useEffect, useRef, useState } from "../library/preact.js";
import { LONGEST_S, peaks } from "../sound/peaks.js";

const PIECES = 600;
const HEIGHT = 64;

/**
 * @param {object} props
 * @param {typeof import("../text/english.js").english} props.t
 * @param {File} props.file
 * @param {number} props.length In seconds; 0: not known yet.
 * @param {number} props.place
 * @param {{start: number, end: number}[]} props.gaps
 * @param {(time: number) => void} props.onSeek
 */
export function Waveform({ t, file, length, place, gaps, onSeek }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const [loudness, setLoudness] = useState(/** @type {Float32Array | null} */ (null));
  const known = Number.isFinite(length) && length > 0 && length <= LONGEST_S;
  useEffect(() => {
    let isShown = true;
    setLoudness(null);
    if (known) {
      peaks(file, PIECES).then(
        (found) => isShown && setLoudness(found),
        () => {}, // what cannot be decoded has no drawing
      );
    }
    return () => {
      isShown = false;
    };
  }, [file, known]);
  useEffect(() => {
    const brush = canvas.current?.getContext("2d");
    if (brush && loudness) draw(brush, loudness, gaps, place, length);
  });
  if (!loudness) return null;
  const click = (/** @type {MouseEvent & {currentTarget: HTMLElement}} */ event) => {
    const box = event.currentTarget.getBoundingClientRect();
    onSeek(((event.clientX - box.left) / box.width) * length);
  };
  return html`<canvas
    ref=${canvas}
    width=${PIECES}
    height=${HEIGHT}
    class="waveform"
    role="img"
    aria-label=${t.waveform}
    onClick=${click}
  ></canvas>`;
}

/**
 * @param {CanvasRenderingContext2D} brush
 * @param {Float32Array} loudness
 * @param {{start: number, end: number}[]} gaps
 * @param {number} place
 * @param {number} length
 */
function draw(brush, loudness, gaps, place, length) {
  const style = getComputedStyle(brush.canvas);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name);
  const x = (/** @type {number} */ time) => (time / length) * PIECES;
  brush.clearRect(0, 0, PIECES, HEIGHT);
  brush.fillStyle = colour("--gap");
  for (const gap of gaps) brush.fillRect(x(gap.start), 0, x(gap.end) - x(gap.start), HEIGHT);
  loudness.forEach((peak, at) => {
    brush.fillStyle = colour(at < x(place) ? "--accent" : "--wave");
    const height = Math.max(1, peak * HEIGHT);
    brush.fillRect(at, (HEIGHT - height) / 2, 1, height);
  });
}
