/** Asks for the server's API key, where it has one. */

import { html, useState } from "../library/preact.js";
import { Fault } from "./fields.js";

/**
 * @param {object} props
 * @param {import("../app.js").Shared} props.shared
 * @param {() => Promise<void>} props.onKey Tries the key.
 */
export function KeyForm({ shared: { t, connection }, onKey }) {
  const [tried, setTried] = useState(Boolean(connection.key));
  const [key, setKey] = useState("");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    connection.key = key.trim();
    setTried(true);
    await onKey();
  };
  return html`<form class="key" onSubmit=${submit}>
    <h2>${t.keyTitle}</h2>
    <p>${t.keyAbout}</p>
    <label
      >${t.key}
      <input
        type="password"
        autocomplete="off"
        required
        value=${key}
        onInput=${(/** @type {import("./fields.js").Change} */ event) => setKey(event.currentTarget.value)}
      />
    </label>
    <button>${t.useKey}</button>
    <${Fault} error=${tried ? t.keyWrong : ""} />
  </form>`;
}
