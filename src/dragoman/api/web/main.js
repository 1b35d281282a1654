/** Puts the console on the page. */

import { App } from "./app.js";
import { Connection } from "./client/connection.js";
import { html, render } from "./library/preact.js";

const place = document.getElementById("app");
if (place) render(html`<${App} connection=${new Connection()} />`, place);
