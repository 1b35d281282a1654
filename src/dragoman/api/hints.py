"""Hints for a URL that leads nowhere, one sentence each."""

import re
from collections.abc import Mapping

from starlette.requests import Request

from dragoman.api.routing import is_served

AZURE = re.compile(r"^/(?:openai|v1|openai/v1)/deployments/[^/]+(?=/)")
PREFIXES = ("/openai/v1/", "/api/v1/", "/openai/", "/api/", "/")
"""Where a base URL of another service, or none at all, ends."""
CHAT = "Chat is served at POST /v1/chat/completions and POST /v1/responses."
SOUND = "Sound is served at /v1/audio/speech, /v1/audio/transcriptions and /v1/audio/translations."
NOT_SERVED: Mapping[str, str] = {
    "conversations": CHAT,
    "assistants": CHAT,
    "threads": CHAT,
    "realtime": SOUND,
    "live": SOUND,
    **dict.fromkeys(
        (
            "batches",
            "chatkit",
            "containers",
            "decisions",
            "embeddings",
            "engines",
            "evals",
            "files",
            "fine_tuning",
            "images",
            "moderations",
            "organization",
            "projects",
            "skills",
            "uploads",
            "vector_stores",
            "videos",
        ),
        "GET /docs lists what is.",
    ),
}
"""OpenAI's endpoints that are not here, by the first step after `/v1`: what is instead."""


def hint(request: Request) -> str:
    """A sentence after OpenAI's "Invalid URL (…)", or nothing where nothing is known."""
    path = request.url.path
    base = f"{request.url.scheme}://{request.url.netloc[:100]}/v1"
    if path.rstrip("/") == "/v1":
        return ". This is the base URL; the endpoints are below it, as GET /v1/models."
    for better in _candidates(path):
        if better != path and is_served(request, better):
            setting = f" Set the base URL to {base}" if better.startswith("/v1/") else ""
            return f". Did you mean {better}?{setting}"
    for candidate in _candidates(path):
        step = candidate.removeprefix("/v1/").split("/")[0]
        if step in NOT_SERVED:
            return f". OpenAI's /v1/{step} is not served by Dragoman. {NOT_SERVED[step]}"
    return ""


def _candidates(path: str) -> list[str]:
    """The path with each usual mistake mended: slashes, `/v1` twice or not at all, Azure's form."""
    plain = re.sub(r"/{2,}", "/", path).rstrip("/")
    plain = re.sub(r"^(/v1)+(?=/|$)", "/v1", AZURE.sub("", plain))
    below = [plain.removeprefix(prefix) for prefix in PREFIXES if plain.startswith(prefix)]
    return [plain, *(f"/v1/{rest}" for rest in below if not rest.startswith("v1/"))]
