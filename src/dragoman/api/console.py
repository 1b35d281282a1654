"""The console: a page for people at `/`, made of this server's own files under `/console/`.

Its files need no key, since they tell nothing that is not in the project; whatever the page shows
of the server it asks for as any client does, with a key where one is needed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dragoman.api import routing

FOLDER = Path(__file__).parent / "web"
INDEX = "index.html"
PREFIX = "/console/"
"""Where the page's files are; what stands behind it is their place in `FOLDER`."""
KINDS: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""The files that a browser is given, by the end of their names; licences and types are not."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
"""Scripts, styles and requests are this server's own; nothing inline, nothing made of text."""
HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}
"""`no-cache`: kept by the browser, but asked for again, so that no file is of another version."""
PAGE_HEADERS: Mapping[str, str] = {
    **HEADERS,
    "content-security-policy": POLICY,
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
    "vary": "Accept",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page."""

    content: bytes
    media_type: str
    etag: str

    def answer(self, request: Request, headers: Mapping[str, str] = HEADERS) -> Response:
        """Send it, or say that what the browser has is still right."""
        headers = {**headers, "etag": self.etag}
        if self._is_known(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return Response(self.content, headers={**headers, "content-type": self.media_type})

    def _is_known(self, tags: str) -> bool:
        """Whether one of `tags` is the file's; a proxy that compresses makes them weak."""
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return self.etag in known or known == {"*"}


class Console:
    """The page and its files, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._assets = {
            path.relative_to(folder).as_posix(): _asset(path)
            for path in sorted(folder.rglob("*"))
            if path.suffix in KINDS
        }

    def page(self, request: Request) -> Response:
        """The page itself."""
        return self._assets[INDEX].answer(request, PAGE_HEADERS)

    def routes(self) -> list[Route]:
        """Build the route of the page's files."""

        async def file(request: Request) -> Response:
            asset = self._assets.get(request.path_params["path"])
            if asset is None:
                raise HTTPException(404)
            return asset.answer(request)

        return [routing.get_and_head(f"{PREFIX}{{path:path}}", file)]


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(content, KINDS[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')
