"""Which way of translating is better, language by language, as `bench/translations.py` measured."""

from collections.abc import Mapping
from typing import NamedTuple

from dragoman.domain.models import ModelCard
from dragoman.domain.transcription import Way


class Measured(NamedTuple):
    """chrF of the two ways, 0 … 100, over so many clips."""

    chat: float
    recogniser: float
    clips: int


MEASURED: Mapping[tuple[str, str], Mapping[str, Measured]] = {
    ("whisper-base", "qwen2.5-coder-1.5b-instruct"): {
        "ko": Measured(46.9, 36.1, 20),
        "es": Measured(56.7, 45.1, 40),
        "fr": Measured(57.5, 47.8, 40),
        "it": Measured(59.5, 51.4, 40),
        "ru": Measured(45.0, 35.1, 40),
    }
}
"""Ids of the recogniser and of the chat model → the language that is spoken."""


def best(language: str, recogniser: ModelCard, chat: ModelCard) -> Way:
    """The way for speech in `language` (ISO-639-1) into English.

    Where nobody measured: the chat model, if its card lists the language, or lists none at all.
    """
    measured = MEASURED.get((recogniser.id, chat.id), {}).get(language)
    if measured is not None:
        return "chat" if measured.chat >= measured.recogniser else "recogniser"
    return "chat" if not chat.languages or language in chat.languages else "recogniser"
