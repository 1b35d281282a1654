/** Now: what the server is doing, from the same numbers that a Prometheus collects. */

import { ApiError } from "../client/connection.js";
import { loads, samples, total } from "../client/metrics.js";
import { html, useEffect, useState } from "../library/preact.js";
import { CodeBox } from "../parts/code_box.js";
import { Fault } from "../parts/fields.js";

/** @typedef {import("../app.js").Shared} Shared */
/** @typedef {import("../client/metrics.js").Load} Load */
/** @typedef {{time: number, loads: Load[], memory: number}} Look */

const CALL = { path: "/metrics" };
const EVERY_MS = 2000;

/** @param {{shared: Shared, shown: boolean}} props */
export function NowPanel({ shared, shown }) {
  const { t } = shared;
  const { looks, error } = useLooks(shared, shown);
  const [now, before] = looks;
  return html`<h2>${t.tabs.now}</h2>
    <p class="quiet">${t.nowAbout}</p>
    <${Fault} error=${error} />
    ${
      now &&
      html`<div
          class="wide"
          tabindex="0"
          role="region"
          aria-label=${t.tabs.now}
        >
          <${LoadTable} t=${t} now=${now} before=${before} />
        </div>
        ${now.memory > 0 && html`<p>${t.memory}: ${(now.memory / 2 ** 20).toFixed(0)} MiB</p>`}`
    }
    <${CodeBox} shared=${shared} call=${now ? CALL : null} />`;
}

/** @param {{t: Shared["t"], now: Look, before: Look | undefined}} props */
function LoadTable({ t, now, before }) {
  const heads = [
    t.model,
    t.loaded,
    t.running,
    t.waiting,
    t.requests,
    t.tokensPerSecond,
    t.promptPerSecond,
    t.soundPerSecond,
  ];
  return html`<table>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${now.loads.map((load) => {
        const rate = (/** @type {"written" | "read" | "sound"} */ what) =>
          pace(load, what, now, before);
        return html`<tr>
          <th scope="row">${load.model}</th>
          <td>${load.isUp === null ? "–" : load.isUp ? t.yes : t.no}</td>
          <td>${load.running}</td>
          <td>${load.waiting}</td>
          <td>${load.requests}</td>
          <td>${rate("written")}</td>
          <td>${rate("read")}</td>
          <td>${rate("sound")}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

/**
 * The last two looks at the server, the newest first; none is taken while nobody sees them.
 *
 * @param {Shared} shared
 * @param {boolean} shown
 */
function useLooks({ connection, t }, shown) {
  const [looks, setLooks] = useState(/** @type {Look[]} */ ([]));
  const [error, setError] = useState("");
  const look = async () => {
    if (document.hidden) return;
    try {
      const all = samples(await (await connection.send(CALL)).text());
      const memory = total(all, "process_resident_memory_bytes");
      const taken = { time: performance.now(), loads: loads(all), memory };
      setLooks(([last]) => (last ? [taken, last] : [taken]));
      setError("");
    } catch (fault) {
      if (!(fault instanceof ApiError || fault instanceof TypeError)) throw fault;
      setError(words(t, fault));
    }
  };
  useEffect(() => {
    if (!shown) return undefined;
    void look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [shown, t]);
  return { looks, error };
}

/**
 * @param {Shared["t"]} t
 * @param {ApiError | TypeError} fault
 */
function words(t, fault) {
  const status = fault instanceof ApiError ? fault.status : 0;
  if (status === 404) return t.metricsOff;
  return status === 403 ? t.metricsRefused : fault.message;
}

/**
 * How much of something a second came between the two looks.
 *
 * @param {Load} load
 * @param {"written" | "read" | "sound"} what
 * @param {Look} now
 * @param {Look | undefined} before
 */
function pace(load, what, now, before) {
  const last = before?.loads.find((each) => each.model === load.model);
  if (!before || !last) return "–";
  return ((load[what] - last[what]) / ((now.time - before.time) / 1000)).toFixed(1);
}
