/** "Show the code": the request that was just made, in three languages. */

import { WRITERS } from "../client/code.js";
import { html, useState } from "../library/preact.js";
import { useKept } from "./hooks.js";

/** @typedef {import("../app.js").Shared} Shared */
/** @typedef {import("../client/call.js").Call} Call */

/** @param {{shared: Shared, call: Call | null}} props */
export function CodeBox({ shared: { t, connection }, call }) {
  const [kept, setLanguage] = useKept("code", "curl");
  const [copied, setCopied] = useState("");
  const language = WRITERS[kept] ? kept : "curl";
  const code = call
    ? WRITERS[language]?.(call, {
        base: connection.base,
        locked: Boolean(connection.key),
      })
    : "";
  const copy = async () => {
    await navigator.clipboard?.writeText(code ?? "");
    setCopied(code ?? "");
  };
  return html`<details class="code">
    <summary>${t.showCode}</summary>
    ${!call && html`<p class="quiet">${t.noRequestYet}</p>`}
    ${
      call &&
      html`<div class="row">
          <div class="choices" role="group" aria-label=${t.language}>
            ${Object.keys(WRITERS).map(
              (name) =>
                html`<button
                  type="button"
                  aria-pressed=${name === language}
                  onClick=${() => setLanguage(name)}
                >
                  ${name}
                </button>`,
            )}
          </div>
          <button type="button" class="plain" onClick=${copy}>
            ${copied === code ? t.copied : t.copy}
          </button>
        </div>
        <pre
          tabindex="0"
          aria-label=${`${t.showCode}: ${language}`}
        ><code>${code}</code></pre>`
    }
  </details>`;
}
