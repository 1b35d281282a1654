/** The whole page: its head, the panels, and the key. */

import { html, useEffect, useState } from "./library/preact.js";
import { useKept, useOnePlayer } from "./parts/hooks.js";
import { KeyForm } from "./parts/key_form.js";
import { Choice } from "./parts/fields.js";
import { Tabs } from "./parts/tabs.js";
import { ChatPanel } from "./panels/chat.js";
import { ListenPanel } from "./panels/listen.js";
import { ModelsPanel } from "./panels/models.js";
import { NowPanel } from "./panels/now.js";
import { SpeakPanel } from "./panels/speak.js";
import { english } from "./text/english.js";
import { korean } from "./text/korean.js";

/**
 * @typedef {object} Model An entry of `/v1/models`.
 * @property {string} id
 * @property {string} x_model The model behind the name.
 * @property {string} x_kind
 * @property {string} owned_by
 * @property {number | null} x_context_length
 * @property {{input: string[], output: string[]}} x_modalities
 *
 * @typedef {object} Shared What every panel needs.
 * @property {typeof english} t
 * @property {string} locale
 * @property {import("./client/connection.js").Connection} connection
 * @property {Model[]} models
 */

/** @type {Record<string, typeof english>} */
const TEXTS = { en: english, ko: korean };
/** @type {[keyof typeof english.tabs, (props: {shared: Shared, shown: boolean}) => unknown][]} */
const PANELS = [
  ["listen", ListenPanel],
  ["speak", SpeakPanel],
  ["chat", ChatPanel],
  ["models", ModelsPanel],
  ["now", NowPanel],
];

/** @param {{connection: import("./client/connection.js").Connection}} props */
export function App({ connection }) {
  const [language, setLanguage] = useKept("language", navigator.language.slice(0, 2));
  const [theme, setTheme] = useKept("theme", "auto");
  const [panel, setPanel] = usePanel();
  const [locked, setLocked] = useState(false);
  const [demo, setDemo] = useState(false);
  const [models, setModels] = useState(/** @type {Model[]} */ ([]));
  const locale = TEXTS[language] ? language : "en";
  const t = TEXTS[locale] ?? english;
  const load = async () => {
    connection.onLocked = () => setLocked(true);
    const answer = await connection.send({ path: "/v1/models" }).catch(() => null);
    if (!answer) return;
    setLocked(false);
    setDemo(answer.headers.has("x-dragoman-demo"));
    setModels((await answer.json()).data);
  };
  useOnePlayer();
  useEffect(() => void load(), []);
  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dataset.theme = theme;
  }, [locale, theme]);
  const shared = { t, locale, connection, models };
  const labels = PANELS.map(([name]) => ({ name, label: t.tabs[name] }));
  return html` <a class="skip" href="#panel" onClick=${toPanel}>${t.skip}</a>
    <header>
      <h1>${t.title}</h1>
      <${Tabs}
        label=${t.title}
        tabs=${labels}
        chosen=${panel}
        onChange=${setPanel}
      />
      <div class="settings">
        <${Choice}
          label=${t.language}
          value=${locale}
          onChange=${setLanguage}
          options=${[
            { value: "en", label: "English" },
            { value: "ko", label: "한국어" },
          ]}
        />
        <${Choice}
          label=${t.theme}
          value=${theme}
          onChange=${setTheme}
          options=${Object.entries(t.themes).map(([value, label]) => ({ value, label }))}
        />
        <a href="docs">${t.docs}</a>
      </div>
    </header>
    ${demo && html`<p class="notice">${t.demo}</p>`}
    <main id="panel" tabindex="-1">
      ${locked && html`<${KeyForm} shared=${shared} onKey=${load} />`}
      ${PANELS.map(
        ([name, Panel]) =>
          html`<section
            role="tabpanel"
            id=${`panel-${name}`}
            key=${name}
            aria-labelledby=${`tab-${name}`}
            hidden=${name !== panel}
          >
            <${Panel} shared=${shared} shown=${name === panel} />
          </section>`,
      )}
    </main>`;
}

/**
 * The chosen panel, which stands in the page's address.
 *
 * @returns {[string, (name: string) => void]}
 */
function usePanel() {
  const read = () => {
    const name = location.hash.slice(1);
    return PANELS.some(([known]) => known === name) ? name : "listen";
  };
  const [panel, setPanel] = useState(read);
  useEffect(() => {
    const follow = () => setPanel(read());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return [panel, (name) => (location.hash = name)];
}

/** @param {Event} event */
function toPanel(event) {
  event.preventDefault();
  document.getElementById("panel")?.focus();
}
