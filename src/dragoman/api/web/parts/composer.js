/** The field of the next message: Enter sends, files are dropped in. */

import { attachment } from "../client/conversation.js";
import { html, useRef, useState } from "../library/preact.js";
import { DropZone } from "./drop_zone.js";

/** @typedef {import("../client/conversation.js").Attachment} Attachment */

/** Hangul: its input has no candidates to choose from, so Enter can only mean "send". */
const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]$/;

/**
 * @param {object} props
 * @param {typeof import("../text/english.js").english} props.t
 * @param {boolean} props.busy
 * @param {boolean} props.able Whether there is a model to answer.
 * @param {(text: string, attachments: Attachment[]) => void} props.onSend
 * @param {() => void} props.onStop
 */
export function Composer({ t, busy, able, onSend, onStop }) {
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const [attachments, setAttachments] = useState(/** @type {Attachment[]} */ ([]));
  const sendsNext = useRef(false);
  const send = () => {
    const text = field.current?.value.trim() ?? "";
    if (busy || !able || !field.current || (!text && !attachments.length)) return;
    field.current.value = "";
    setAttachments([]);
    onSend(text, attachments);
  };
  const add = async (/** @type {File[]} */ files) => {
    const read = await Promise.all(files.map(attachment));
    setAttachments((before) => [...before, ...read]);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && busy) onStop();
    if (event.key !== "Enter" || event.shiftKey) return;
    if (event.isComposing) {
      sendsNext.current = HANGUL.test(field.current?.value ?? "");
      return;
    }
    event.preventDefault();
    send();
  };
  const composed = () => {
    if (sendsNext.current) setTimeout(send);
    sendsNext.current = false;
  };
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    void add(files);
  };
  return html`<form
    class="composer"
    onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      send();
    }}
  >
    <label
      >${t.message}
      <textarea
        ref=${field}
        rows="3"
        onKeyDown=${press}
        onCompositionEnd=${composed}
        onPaste=${paste}
        aria-describedby="message-hint"
      ></textarea>
    </label>
    <p class="quiet" id="message-hint">${t.messageHint}</p>
    <${DropZone} label=${t.attach} multiple onFiles=${add}>
      ${attachments.map(
        (each) =>
          html`<span class="chip"
            >${each.name}
            <button
              type="button"
              class="plain"
              aria-label=${`${t.remove}: ${each.name}`}
              onClick=${() => setAttachments(attachments.filter((other) => other !== each))}
            >
              ×
            </button>
          </span>`,
      )}
    <//>
    ${
      busy
        ? html`<button type="button" class="main" key="stop" onClick=${onStop}>
            ${t.stop}
          </button>`
        : html`<button class="main" key="send" disabled=${!able}>
            ${t.send}
          </button>`
    }
  </form>`;
}
