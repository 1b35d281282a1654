"""`/` and `/docs` for a browser: two pages that load nothing and run nothing.

They need no key, so they tell nothing that is not in the project's own docs; what is installed is
told only by a server that is open to whoever can reach it.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.domain.models import ModelCard

PATHS = ("/", "/docs", "/favicon.ico")

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
pre { background: #8882; padding: .75rem; overflow-x: auto }
td { padding: .2rem 1rem .2rem 0; vertical-align: top }
:root { color-scheme: light dark }
"""
_SUM = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Mapping[str, str] = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_SUM}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""The style is let in by its sum, and nothing else is."""
SAYS = (
    "Dragoman serves the OpenAI API's Audio and Chat endpoints on your own machine, with open "
    "models. Nothing is sent anywhere."
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dragoman</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<style>{style}</style></head><body>
{body}
</body></html>
"""
START = """<h1>Dragoman</h1>
<p>{says}</p>
<h2>Use it</h2>
<pre>export OPENAI_BASE_URL={base} OPENAI_API_KEY={key}

curl $OPENAI_BASE_URL/chat/completions -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{{"model": "gpt-4o-mini", "messages": [{{"role": "user", "content": "Say hello."}}]}}'</pre>
<p>Code written against <code>openai</code> runs unchanged with these two variables.</p>
<h2>What answers</h2>
{answers}
<p>The header <code>x-dragoman-model</code> of every answer names the model that made it.</p>
<p><a href="/docs">All endpoints</a></p>"""
ABOUT: Mapping[str, str] = {
    "/v1/chat/completions": "Chat: whole or streamed, tools, JSON, pictures, sound",
    "/v1/chat/completions/{name}": "One stored answer",
    "/v1/chat/completions/{name}/messages": "The messages of a stored answer",
    "/v1/responses": "The same by OpenAI's newer API: items in, items out",
    "/v1/responses/input_tokens": "How many tokens a request has",
    "/v1/responses/{name}": "One kept response",
    "/v1/responses/{name}/cancel": "Ends a response that is made in the background",
    "/v1/responses/{name}/input_items": "The items that a kept response was given",
    "/v1/conversations": "Conversations under names of their own, for responses",
    "/v1/conversations/{name}": "One conversation",
    "/v1/conversations/{name}/items": "Its items",
    "/v1/conversations/{name}/items/{item}": "One of its items",
    "/v1/completions": "Texts continued, and gaps in code filled in",
    "/v1/tokenize": "A text's tokens, in vLLM's shape",
    "/v1/detokenize": "The text of tokens",
    "/v1/tokenizer_info": "The names of a model's first and last token",
    "/v1/audio/speech": "Text to sound",
    "/v1/audio/transcriptions": "Sound to text",
    "/v1/audio/translations": "Sound to text in English",
    "/v1/audio/voices": "Voices, and blends of them",
    "/v1/audio/voices/{name}": "One blend",
    "/v1/audio/voice_consents": "Recorded consents",
    "/v1/audio/voice_consents/{name}": "One consent",
    "/v1/audio/models": "Models that speak, as Open WebUI reads them",
    "/v1/models": "Every name that a request may use",
    "/v1/models/{name}": "One of them, and the model behind it",
    "/livez": "Whether the process answers",
    "/readyz": "Whether everything that is loaded at start is there",
    "/health": "The same",
    "/": "The first page",
    "/docs": "This page",
}
"""Path → what it is for."""


def routes(answering: Iterable[ModelCard] | None, served: Iterable[Route]) -> list[Route]:
    """Build the routes.

    `answering` is what the first page names; None: keys are set, and it names nothing. `served`
    are the other routes, which `/docs` lists.
    """
    cards = None if answering is None else tuple(answering)

    async def start(request: Request) -> Response:
        base = str(request.base_url) + "v1"
        if "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"message": SAYS, "base_url": base, "docs": "/docs"})
        key = "YOUR-KEY" if cards is None else "anything"
        answers = _answers(cards)
        return _page(START.format(says=SAYS, base=escape(base), key=key, answers=answers))

    async def docs(_: Request) -> Response:
        return _page(_endpoints((*served, *pages)))

    async def icon(_: Request) -> Response:
        return Response(status_code=204)

    pages = [
        routing.get_and_head("/", start),
        routing.get_and_head("/docs", docs),
        routing.get_and_head("/favicon.ico", icon),
    ]
    return pages


def _page(body: str) -> Response:
    return HTMLResponse(PAGE.format(style=STYLE, body=body), headers=HEADERS)


def _answers(cards: tuple[ModelCard, ...] | None) -> str:
    if cards is None:
        return "<p><code>GET /v1/models</code> tells, with a key.</p>"
    rows = (f"<tr><td>{escape(card.kind)}</td><td>{escape(card.id)}</td></tr>" for card in cards)
    return f"<table>{''.join(rows)}</table>"


def _endpoints(listed: Iterable[Route]) -> str:
    methods: dict[str, set[str]] = {}
    for route in listed:
        methods.setdefault(route.path.replace(":path", ""), set()).update(route.methods or ())
    rows = (
        f"<tr><td>{' '.join(sorted(known - {'HEAD'}))}</td><td><code>{escape(path)}</code></td>"
        f"<td>{ABOUT[path]}</td></tr>"
        for path, known in sorted(methods.items())
        if path in ABOUT
    )
    return (
        "<h1>What is served</h1><p>Requests and answers are OpenAI's. The folder <code>docs</code> "
        "of the project tells every field: what is honoured, what is refused, what has no effect."
        f"</p><table>{''.join(rows)}</table>"
    )
