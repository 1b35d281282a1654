/** Models: what is here, what it takes, and which names it answers to. */

import { html, useState } from "../library/preact.js";
import { CodeBox } from "../parts/code_box.js";

/** @typedef {import("../app.js").Shared} Shared */
/** @typedef {import("../app.js").Model} Model */

/** @param {{shared: Shared}} props */
export function ModelsPanel({ shared }) {
  const { t, models, connection } = shared;
  const own = models.filter((model) => model.id === model.x_model);
  const key = connection.key ? "YOUR-KEY" : "anything";
  const lines = `export OPENAI_BASE_URL=${connection.base} OPENAI_API_KEY=${key}`;
  return html`<h2>${t.tabs.models}</h2>
    <p>${t.modelsAbout}</p>
    <pre tabindex="0" aria-label=${t.modelsAbout}><code>${lines}</code></pre>
    <div class="side-by-side">
      ${own.map(
        (model) =>
          html`<${ModelView}
            key=${model.id}
            shared=${shared}
            model=${model}
            names=${models.filter((each) => each.x_model === model.id && each !== model)}
          />`,
      )}
    </div>
    <${CodeBox}
      shared=${shared}
      call=${models.length ? { path: "/v1/models" } : null}
    />`;
}

/** @param {{shared: Shared, model: Model, names: Model[]}} props */
function ModelView({ shared: { t, locale }, model, names }) {
  const [query, setQuery] = useState("");
  /** @type {Record<string, string>} */
  const kinds = t.kinds;
  const context = model.x_context_length?.toLocaleString(locale);
  const shown = names.filter((name) => name.id.includes(query.trim().toLowerCase()));
  return html`<article class="model" aria-label=${model.id}>
    <h3>${model.id}</h3>
    <p>
      ${[kinds[model.x_kind] ?? model.x_kind, model.owned_by, context && t.contextOf(context)]
        .filter(Boolean)
        .join(" · ")}
    </p>
    <p class="quiet">${t.takesInput}: ${model.x_modalities.input.join(", ")}</p>
    <details>
      <summary>${t.answersTo} ${t.names(names.length)}</summary>
      <label
        >${t.names(shown.length)}
        <input
          type="search"
          value=${query}
          onInput=${(/** @type {import("../parts/fields.js").Change} */ event) =>
            setQuery(event.currentTarget.value)}
        />
      </label>
      <ul class="names">
        ${shown.map((name) => html`<li><code>${name.id}</code></li>`)}
      </ul>
    </details>
  </article>`;
}
