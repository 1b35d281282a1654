"""`/` and `/docs` for a browser, and `/openapi.json`: nothing is loaded from anywhere else.

They need no key, so they tell nothing that is not in the project's own docs; what is installed is
told only by a server that is open to whoever can reach it.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.console import Console
from dragoman.api.root_path import root_path
from dragoman.domain.models import ModelCard

DOCUMENT = "/openapi.json"
ASSETS: Mapping[str, str] = {
    "swagger-ui-bundle.js": "text/javascript",
    "start.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
"""The files of `/docs`, see `swagger_ui/README.md`: file → media type."""
FOLDER = Path(__file__).parent / "swagger_ui"
PATHS = ("/", "/docs", "/favicon.ico", DOCUMENT, *(f"/docs/{name}" for name in ASSETS))
"""Every path of this module."""

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
pre { background: #8882; padding: .75rem; overflow-x: auto }
td { padding: .2rem 1rem .2rem 0; vertical-align: top }
:root { color-scheme: light dark }
"""
_SUM = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS: Mapping[str, str] = {
    "content-security-policy": f"{CLOSED}; style-src 'sha256-{_SUM}'; img-src data:",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
"""The style is let in by its sum, and nothing else is."""
DOCS_HEADERS: Mapping[str, str] = {
    **HEADERS,
    "content-security-policy": f"{CLOSED}; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; media-src 'self' blob:",
}
"""Scripts and styles are this server's own files; requests that are tried out go to it alone."""
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
<p><a href="{docs}">All endpoints</a></p>"""
DOCS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dragoman: all endpoints</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css"></head><body>
<noscript>Without scripts: <a href="openapi.json">openapi.json</a>.</noscript>
<div id="docs"></div>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script>
</body></html>
"""


def routes(
    answering: Iterable[ModelCard] | None,
    document: Mapping[str, Any],
    console: Console | None = None,
) -> list[Route]:
    """Build the routes.

    `answering` is what the first page names; None: keys are set, and it names nothing. `document`
    is the server's OpenAPI document. `console` is the first page in the other's place.
    """
    cards = None if answering is None else tuple(answering)
    written = json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    async def start(request: Request) -> Response:
        base, root = str(request.base_url) + "v1", root_path(request.scope)
        links = {"docs": f"{root}/docs", "openapi": f"{root}{DOCUMENT}"}
        if "text/html" not in request.headers.get("accept", ""):
            content = {"message": SAYS, "base_url": base, **links}
            return JSONResponse(content, headers={"vary": "Accept"})
        if console is not None:
            return console.page(request)
        key = "YOUR-KEY" if cards is None else "anything"
        fields = {"says": SAYS, "base": escape(base), "key": key, "answers": _answers(cards)}
        return _page(START.format(**fields, **links))

    async def docs(_: Request) -> Response:
        return HTMLResponse(DOCS, headers=DOCS_HEADERS)

    async def openapi(_: Request) -> Response:
        return Response(written, media_type="application/json")

    async def icon(_: Request) -> Response:
        return Response(status_code=204)

    return [
        routing.get_and_head("/", start),
        routing.get_and_head("/docs", docs),
        *(
            routing.get_and_head(f"/docs/{name}", _asset(name, kind))
            for name, kind in ASSETS.items()
        ),
        routing.get_and_head(DOCUMENT, openapi),
        routing.get_and_head("/favicon.ico", icon),
    ]


def _asset(name: str, kind: str) -> routing.Endpoint:
    async def file(_: Request) -> Response:
        headers = {"x-content-type-options": "nosniff", "cache-control": "max-age=3600"}
        return FileResponse(FOLDER / name, media_type=kind, headers=headers)

    return file


def _page(body: str) -> Response:
    return HTMLResponse(PAGE.format(style=STYLE, body=body), headers=HEADERS)


def _answers(cards: tuple[ModelCard, ...] | None) -> str:
    if cards is None:
        return "<p><code>GET /v1/models</code> tells, with a key.</p>"
    rows = (f"<tr><td>{escape(card.kind)}</td><td>{escape(card.id)}</td></tr>" for card in cards)
    return f"<table>{''.join(rows)}</table>"
