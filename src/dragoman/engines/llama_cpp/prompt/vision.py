"""Pictures for a model with a projector: how they stand in a prompt, and their way in.

Pixels go to llama.cpp as PPM files made here: no byte and no address of a caller's reaches its
decoders. Once a projector is loaded, the library's own function takes neither tokens nor pictures;
the server behind it takes both.
"""

import base64
import http.client
import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from dragoman.domain.conversation import Message, PixelsPart
from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp import gguf
from dragoman.engines.llama_cpp.prompt.rendering import Pieces, Scribe


@dataclass(frozen=True, slots=True)
class Shown:
    """A prompt as text with a mark for every picture, which only llama.cpp can count."""

    text: str
    pictures: tuple[str, ...]
    """Files in base64, in the order of the marks."""

    def followed_by(self, text: str) -> "Shown":
        """The same, and `text` after it."""
        return replace(self, text=self.text + text)

    @property
    def body(self) -> Mapping[str, Any]:
        """The body as llama.cpp reads it."""
        return {"prompt_string": self.text, "multimodal_data": self.pictures}


def shown(pieces: Pieces, scribe: Scribe, messages: Sequence[Message]) -> Shown | None:
    """The prompt with the pictures of `messages`; None: there are none."""
    pictures = tuple(
        _file(part)
        for message in messages
        for part in message.parts
        if isinstance(part, PixelsPart)
    )
    return Shown(written(pieces, scribe), pictures) if pictures else None


def written(pieces: Pieces, scribe: Scribe) -> str:
    """The pieces as one text, in which only what were ids is read as control tokens.

    llama.cpp reads a prompt with pictures with control tokens on, so what looks like one in a text
    from outside gets a space inside.
    """
    texts: list[str] = []
    for is_text, run in groupby(pieces, lambda piece: isinstance(piece, str)):
        if is_text:
            joined = "".join(str(piece) for piece in run)
            texts.append(" ".join(str(piece) for piece in scribe.untrusted(joined)))
        else:
            texts += [scribe.name(piece) for piece in run if isinstance(piece, int)]
    return "".join(texts)


def without_marks(pieces: Pieces, mark: str) -> Pieces:
    """The text of a prompt, to be counted."""
    return [piece.replace(mark, "") if isinstance(piece, str) else piece for piece in pieces]


def check_projector(path: Path) -> str:
    """See that the file is a projector for pictures; its digest comes back.

    Raises:
        EngineUnavailable: it is missing, broken, or something else.
    """
    fields, digest = gguf.fields(path)
    if fields.get("general.architecture") != "clip" or not fields.get("clip.has_vision_encoder"):
        raise EngineUnavailable(f"{path.name} is not a projector for pictures (mmproj)")
    return digest


@contextmanager
def answered(
    connection: http.client.HTTPConnection, body: Mapping[str, Any], headers: Mapping[str, str]
) -> Generator[Generator[dict[str, Any]]]:
    """The chunks of llama.cpp's server for `body`; leaving stops it at its next token.

    Raises:
        EngineFailed: it does not answer.
    """
    try:
        connection.request("POST", "/completion", json.dumps(body), dict(headers))
        yield _chunks(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise EngineFailed(f"llama.cpp does not answer: {error}") from error
    finally:
        connection.close()


def _chunks(response: http.client.HTTPResponse) -> Generator[dict[str, Any]]:
    if response.status != 200:
        yield json.loads(response.read())
        return
    for line in response:
        name, _, data = line.decode().strip().partition(": ")
        if name == "error":
            yield {"error": json.loads(data)}
        elif name == "data" and data != "[DONE]":
            yield json.loads(data)


def as_completion(chunk: Mapping[str, Any]) -> Mapping[str, Any]:
    """A chunk of the server's as the library's function would have given it."""
    if "error" in chunk:
        return chunk
    end = ("length" if chunk.get("stop_type") == "limit" else "stop") if chunk["stop"] else None
    entries = chunk.get("completion_probabilities")
    choice = {
        "index": chunk["index"],
        "text": chunk["content"],
        "logprobs": {"content": entries} if entries else None,
        "finish_reason": end,
    }
    return {"choices": [choice], "timings": chunk.get("timings", {})}


def _file(part: PixelsPart) -> str:
    head = f"P6\n{part.width} {part.height}\n255\n".encode()
    return base64.b64encode(head + part.rgb).decode()
