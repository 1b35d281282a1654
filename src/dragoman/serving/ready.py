"""The lines that the server prints when it is ready: its address, what to try, who answers."""

import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path

from dragoman.serving.settings import Settings

_WIDTH = 80
_LOCALHOST = ("127.0.0.1", "::1")


def ready_lines(
    settings: Settings,
    port: int,
    answering: Sequence[str] = (),
    engines: Mapping[str, str | None] | None = None,
) -> str:
    """Lines of at most 80 columns, as far as the host's name lets them be.

    `answering` are the names of the models people will meet; `engines` says why one has not loaded,
    or None.
    """
    host = "localhost" if _is_localhost(settings.host) else settings.host
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    key = "YOUR-KEY" if settings.locked else "anything"
    failing = [engine for engine, reason in (engines or {}).items() if reason]
    state = "runs, but is not ready for all," if failing else "is ready"
    scheme = "http" if settings.ssl_certfile is None else "https"
    origin = f"{scheme}://{place}" if scheme == "https" else place  # curl's own guess is http
    lines = [
        f"Dragoman {state} on {scheme}://{place}",
        f"  export OPENAI_BASE_URL={scheme}://{place}/v1 OPENAI_API_KEY={key}",
        *_curl(origin, with_key=settings.locked),
        *(["In a browser, the same address is the console."] if settings.console else []),
    ]
    if settings.uds is not None:
        origin = f"{scheme}://localhost" if scheme == "https" else "localhost"
        first, *rest = _curl(f"--unix-socket {settings.uds} {origin}", with_key=settings.locked)
        lines = [f"Dragoman {state} on {settings.uds}", first, *rest]
    if answering:
        names = ", ".join(answering)
        lines += [*_wrapped(f"Who answers: {names}."), f"Other models: {command()} models list"]
    for engine, reason in (engines or {}).items():
        if reason:
            lines += _wrapped(f"Not ready: {engine}: {reason}.")
    return "\n".join(lines)


def _is_localhost(host: str) -> bool:
    """Whether what listens on `host` answers under that name: 0.0.0.0 does, 127.0.0.2 does not."""
    try:
        return host in _LOCALHOST or ip_address(host).is_unspecified
    except ValueError:
        return False


def command() -> str:
    """The command that starts this program: its name where the PATH finds it, else its path."""
    path = sys.argv[0]
    return Path(path).name if shutil.which(Path(path).name) or "/" not in path else path


def _curl(place: str, *, with_key: bool) -> list[str]:
    """One request that can be pasted into any shell; `--json` is too new for some curls."""
    letter = '-H "Authorization: Bearer $OPENAI_API_KEY"'
    return [
        f"  curl {place}/v1/chat/completions -H content-type:application/json \\",
        *([f"    {letter} \\"] if with_key else []),
        """    -d '{"model":"gpt-4o","messages":[{"role":"user","content":"Say hello"}]}'""",
    ]


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
