"""Which models of a server the checks use: those that were named, else by what it lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dragoman.conformance.check import MODELS, Differs, Kind, Shortfall
from dragoman.conformance.reading import array, has, text, value
from dragoman.conformance.server import Models, Server, shown

MOST_MODELS = 500
_SIGNS: Sequence[tuple[str, Kind]] = (
    ("whisper", "transcription"),
    ("transcribe", "transcription"),
    ("parakeet", "transcription"),
    ("tts", "speech"),
    ("kokoro", "speech"),
    ("piper", "speech"),
    ("speech", "speech"),
    ("embed", "none"),
    ("rerank", "none"),
)
"""What names of models contain → their kind, where the server does not say it; others chat."""


class Unusable(Exception):
    """Nothing can be learned of the server; the message says why."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """The names that were given; None: what the server lists, else OpenAI's."""

    chat: str | None = None
    speech: str | None = None
    transcription: str | None = None
    voice: str | None = None


async def choose(server: Server, wishes: Wishes) -> Models:
    """Choose the models.

    Raises:
        Unusable: nothing listens, or the key is refused.
    """
    listed: Mapping[Kind, str] = {}
    try:
        answer = await server.send("GET", MODELS.path)
        if answer.status in (401, 403):
            raise Unusable(f"it wants another key ({shown(answer)})")
        if answer.status == 200:
            listed = _first_of_each(answer.json())
    except Differs as fault:
        if str(fault) == "nothing listens there":
            raise Unusable("nothing listens there") from fault
    except Shortfall:
        pass
    usual = Models()
    return Models(
        wishes.chat or listed.get("chat", usual.chat),
        wishes.speech or listed.get("speech", usual.speech),
        wishes.transcription or listed.get("transcription", usual.transcription),
        wishes.voice or usual.voice,
    )


def _first_of_each(document: object) -> Mapping[Kind, str]:
    first: dict[Kind, str] = {}
    for model in array(document, "data")[:MOST_MODELS]:
        name = text(model, "id")
        kind = str(value(model, "x_kind")) if has(model, "x_kind") else _kind_of(name)
        if kind in ("chat", "speech", "transcription"):
            first.setdefault(kind, name)
    return first


def _kind_of(name: str) -> Kind:
    for sign, kind in _SIGNS:
        if sign in name.lower():
            return kind
    return "chat"
