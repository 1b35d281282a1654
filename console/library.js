/** What the console takes of Preact and htm; `npm run build` makes one file of it. */

import htm from "htm";
import { Component, h, render } from "preact";

export { Component, render };
export { useEffect, useMemo, useRef, useState } from "preact/hooks";
export const html = htm.bind(h);
