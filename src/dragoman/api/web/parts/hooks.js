/** What several parts of the page do over time. */

import { useEffect, useRef, useState } from "../library/preact.js";

/**
 * A function that draws the part again, at most once a frame: for what changes token by token.
 *
 * @returns {() => void}
 */
export function useRefresh() {
  const [, setCount] = useState(0);
  const waiting = useRef(false);
  return () => {
    if (waiting.current) return;
    waiting.current = true;
    setTimeout(() => {
      waiting.current = false;
      setCount((count) => count + 1);
    }, 30);
  };
}

/** One player at a time: whatever begins to play pauses the others. */
export function useOnePlayer() {
  useEffect(() => {
    const pause = (/** @type {Event} */ event) => {
      for (const player of document.querySelectorAll("audio")) {
        if (player !== event.target) player.pause();
      }
    };
    document.addEventListener("play", pause, true);
    return () => document.removeEventListener("play", pause, true);
  }, []);
}

/**
 * What is kept for the next visit, as text.
 *
 * @param {string} name
 * @param {string} initial
 * @returns {[string, (value: string) => void]}
 */
export function useKept(name, initial) {
  const key = `dragoman-${name}`;
  const [value, setValue] = useState(() => kept(key) ?? initial);
  return [
    value,
    (next) => {
      keep(key, next);
      setValue(next);
    },
  ];
}

/**
 * @param {string} key
 * @returns {string | null} Null also where the browser keeps nothing.
 */
function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The choice holds as long as the page does.
  }
}

/**
 * The address of a file for this page, as long as the file is shown.
 *
 * @param {Blob | null} file
 * @returns {string} Empty without a file.
 */
export function useAddress(file) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    if (!file) return setAddress("");
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}

/**
 * Where a player is, frame by frame while it plays.
 *
 * @param {{current: HTMLMediaElement | null}} player
 * @param {string} address Of what it plays.
 * @returns {number} Seconds.
 */
export function usePlace(player, address) {
  const [place, setPlace] = useState(0);
  useEffect(() => {
    const element = player.current;
    if (!element) return undefined;
    let frame = 0;
    const follow = () => {
      setPlace(element.currentTime);
      frame = element.paused ? 0 : requestAnimationFrame(follow);
    };
    const events = ["play", "seeked", "pause", "timeupdate"];
    const once = () => frame || follow();
    for (const name of events) element.addEventListener(name, once);
    return () => {
      cancelAnimationFrame(frame);
      for (const name of events) element.removeEventListener(name, once);
    };
  }, [address]);
  return place;
}
