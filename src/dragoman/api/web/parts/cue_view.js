/** One line of a transcript: its time, its words, and what speaks against them. */

import { Component, html } from "../library/preact.js";
import { clock } from "../sound/times.js";

/** @typedef {import("../sound/cues.js").Cue} Cue */

/** A line is marked below this mean probability of its words, and a word below this of its own. */
const DOUBTFUL = 0.5;

/**
 * @typedef {object} Props
 * @property {typeof import("../text/english.js").english} t
 * @property {Cue} cue
 * @property {boolean} isCurrent
 * @property {number} word The place of the word that is heard; -1: none.
 * @property {boolean} locked
 * @property {(time: number) => void} onSeek
 * @property {(id: number) => void} onEdit
 */

/** @extends {Component<Props>} */
export class CueView extends Component {
  /**
   * Of an hour's thousand lines, two change at a time.
   *
   * @param {Props} next
   */
  shouldComponentUpdate(next) {
    const { t, cue, isCurrent, word, locked } = this.props;
    return (
      next.cue !== cue ||
      next.isCurrent !== isCurrent ||
      next.word !== word ||
      next.locked !== locked ||
      next.t !== t
    );
  }

  /** @override */
  render() {
    const { t, cue, isCurrent, locked, onSeek, onEdit } = this.props;
    const time = clock(cue.start);
    const doubts = reasons(t, cue);
    return html`<li
      class=${isCurrent ? "cue current" : "cue"}
      aria-current=${isCurrent}
    >
      <button
        type="button"
        class="plain time"
        aria-label=${t.playFrom(time)}
        onClick=${() => onSeek(cue.start)}
      >
        ${time}
      </button>
      <div>
        ${cue.speaker && html`<strong>${cue.speaker}</strong> `}
        <p class=${doubts ? "spoken doubtful" : "spoken"} title=${doubts}>
          ${this.words()}
        </p>
        ${doubts && html`<small>${doubts}</small>`}
        ${cue.translation && html`<p class="translation">${cue.translation}</p>`}
      </div>
      ${
        !locked &&
        html`<button
          type="button"
          class="plain"
          aria-label=${`${t.edit}: ${t.cue(time)}`}
          onClick=${() => onEdit(cue.id)}
        >
          ${t.edit}
        </button>`
      }
    </li>`;
  }

  words() {
    const { t, cue, word, onSeek } = this.props;
    if (!cue.words.length) return cue.text;
    return cue.words.map((each, at) => {
      const isUnsure = each.probability !== null && each.probability < DOUBTFUL;
      const names = ["word", at === word && "lit", isUnsure && "doubtful"];
      return html`${each.lead}<span
          class=${names.filter(Boolean).join(" ")}
          title=${isUnsure ? percent(t, each.probability) : undefined}
          onClick=${() => onSeek(each.start)}
          >${each.text}</span
        >`;
    });
  }
}

/**
 * @param {Props["t"]} t
 * @param {Cue} cue
 */
function reasons(t, cue) {
  /** @type {Record<string, string>} */
  const known = t.doubts;
  const doubts = cue.flags.map((flag) => known[flag] ?? flag);
  const { probability } = cue;
  if (probability !== null && (doubts.length || probability < DOUBTFUL)) {
    doubts.push(percent(t, probability));
  }
  return doubts.length ? t.doubtful(doubts.join(", ")) : "";
}

/**
 * @param {Props["t"]} t
 * @param {number | null} probability
 */
function percent(t, probability) {
  return t.probability(Math.round(100 * (probability ?? 0)));
}
