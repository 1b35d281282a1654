/** Chat: a conversation with a model, streamed, with all that can be seen of how it came about. */

import { ApiError } from "../client/connection.js";
import { Answer, chatCall } from "../client/conversation.js";
import { events } from "../client/events.js";
import { html, useEffect, useRef, useState } from "../library/preact.js";
import { AnswerView } from "../parts/answer_view.js";
import { ChatOptions } from "../parts/chat_options.js";
import { CodeBox } from "../parts/code_box.js";
import { Composer } from "../parts/composer.js";
import { useRefresh } from "../parts/hooks.js";

/** @typedef {import("../app.js").Shared} Shared */
/** @typedef {import("../client/call.js").Call} Call */
/** @typedef {import("../client/conversation.js").Attachment} Attachment */
/** @typedef {import("../client/conversation.js").Manner} Manner */
/** @typedef {import("../client/conversation.js").Turn} Turn */

/** @type {Manner} */
const USUAL = {
  model: "",
  system: "",
  temperature: "",
  maxTokens: "",
  n: 1,
  probabilities: false,
};
/** How near to its end, in pixels, the conversation is followed: who scrolled up is reading. */
const NEAR = 60;

/** @param {{shared: Shared}} props */
export function ChatPanel({ shared }) {
  const { t, models } = shared;
  const [chosen, setManner] = useState(USUAL);
  const talk = useTalk(shared.connection);
  const first = models.find((model) => model.x_kind === "chat");
  const manner = { ...chosen, model: chosen.model || (first?.id ?? "") };
  const send = (/** @type {string} */ text, /** @type {Attachment[]} */ attachments) =>
    void talk.send({ role: "user", text, attachments }, manner);
  return html`<h2>${t.tabs.chat}</h2>
    <${ChatOptions} shared=${shared} manner=${manner} onChange=${setManner} />
    <div
      class="talk"
      ref=${talk.place}
      role="log"
      tabindex="0"
      aria-label=${t.tabs.chat}
    >
      ${!talk.turns.length && html`<p class="quiet">${t.chatEmpty}</p>`}
      ${talk.turns.map((turn, at) =>
        turn.role === "user"
          ? html`<${UserView} t=${t} turn=${turn} />`
          : html`<${AnswerView}
              t=${t}
              answer=${turn}
              busy=${talk.busy && at === talk.turns.length - 1}
              onPick=${(/** @type {number} */ index) => talk.pick(turn, index)}
            />`,
      )}
    </div>
    <${Composer}
      t=${t}
      busy=${talk.busy}
      able=${Boolean(manner.model)}
      onSend=${send}
      onStop=${talk.stop}
    />
    ${
      talk.turns.length > 0 &&
      html`<button type="button" class="plain" onClick=${talk.clear}>
        ${t.newChat}
      </button>`
    }
    <${CodeBox} shared=${shared} call=${talk.call} />`;
}

/** @param {{t: Shared["t"], turn: import("../client/conversation.js").UserTurn}} props */
function UserView({ t, turn }) {
  return html`<article class="turn user" aria-label=${t.you}>
    <h3>${t.you}</h3>
    ${turn.attachments.map((each) => html`<span class="chip">${each.name}</span>`)}
    <p class="spoken">${turn.text}</p>
  </article>`;
}

/**
 * The conversation, and what can be done with it.
 *
 * @param {Shared["connection"]} connection
 */
function useTalk(connection) {
  const [turns, setTurns] = useState(/** @type {Turn[]} */ ([]));
  const [call, setCall] = useState(/** @type {Call | null} */ (null));
  const [leaving, setLeaving] = useState(/** @type {AbortController | null} */ (null));
  const refresh = useRefresh();
  const place = useFollowing(turns.length);
  const send = async (/** @type {Turn} */ turn, /** @type {Manner} */ manner) => {
    const before = [...turns, turn];
    const request = chatCall(before, manner);
    const answer = new Answer();
    const control = new AbortController();
    setTurns([...before, answer]);
    setCall(request);
    setLeaving(control);
    try {
      await fill(answer, connection, request, control.signal, refresh);
    } finally {
      setLeaving(null);
      refresh();
    }
  };
  const pick = (/** @type {Answer} */ answer, /** @type {number} */ index) => {
    answer.picked = index;
    refresh();
  };
  const clear = () => {
    leaving?.abort();
    setTurns([]);
  };
  return {
    turns,
    call,
    place,
    send,
    pick,
    clear,
    busy: Boolean(leaving),
    stop: () => leaving?.abort(),
  };
}

/**
 * Put what comes into the answer; what came stays, however it ends.
 *
 * @param {Answer} answer
 * @param {Shared["connection"]} connection
 * @param {Call} call
 * @param {AbortSignal} signal
 * @param {() => void} refresh
 */
async function fill(answer, connection, call, signal, refresh) {
  try {
    const response = await connection.send(call, signal);
    answer.model = response.headers.get("x-dragoman-model") ?? "";
    for await (const chunk of events(response.body)) {
      answer.add(chunk);
      refresh();
    }
  } catch (error) {
    if (signal.aborted) answer.isStopped = true;
    // A connection that is cut inside an event leaves half of its JSON.
    else if ([ApiError, TypeError, SyntaxError].some((kind) => error instanceof kind)) {
      answer.error = /** @type {Error} */ (error).message;
    } else throw error;
  }
}

/**
 * The element that is scrolled to its end while its end is looked at.
 *
 * @param {number} count Of what is in it: more of it is new, and scrolled to.
 */
function useFollowing(count) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const near = useRef(true);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const look = () => {
      near.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    };
    element.addEventListener("scroll", look);
    return () => element.removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    near.current = true;
  }, [count]);
  useEffect(() => {
    if (near.current && place.current) place.current.scrollTop = place.current.scrollHeight;
  });
  return place;
}
