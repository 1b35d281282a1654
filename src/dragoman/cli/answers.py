"""Answers of the API, as commands read them: whole, or event by event."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from json import loads
from typing import IO, TYPE_CHECKING, Any

from dragoman.cli.connection import Connection, Failed

if TYPE_CHECKING:
    import httpx2

_DATA = "data:"
_DONE = "[DONE]"


@contextmanager
def answered(
    connection: Connection,
    path: str,
    *,
    json: Mapping[str, Any] | None = None,
    data: Mapping[str, str | list[str]] | None = None,
    file: tuple[str, IO[bytes]] | None = None,
) -> Generator["httpx2.Response", None, None]:
    """The answer to a POST of JSON or of a form with a file, of which only the head has come.

    Raises:
        Failed: it was refused, or did not come.
    """
    import httpx2

    files = {"file": file} if file else None
    try:
        with connection.client.stream("POST", path, json=json, data=data, files=files) as response:
            if response.status_code != 200:
                response.read()
                raise Failed(_reason(response))
            yield response
    except httpx2.HTTPError as error:
        raise Failed(f"{connection.place}: {error or type(error).__name__}") from error


def events(response: "httpx2.Response") -> Iterator[Mapping[str, Any]]:
    """The events of a stream.

    Raises:
        Failed: one of them is an error.
    """
    for line in response.iter_lines():
        text = line.removeprefix(_DATA).strip()
        if not line.startswith(_DATA) or text == _DONE:
            continue
        event = loads(text)
        if error := event.get("error"):
            raise Failed(str(error.get("message", error)))
        yield event


def _reason(response: "httpx2.Response") -> str:
    """Why a request was refused, in the server's words."""
    try:
        error = response.json()["error"]
        return str(error["message"])
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code} {response.reason_phrase}: {response.text[:200]}"
