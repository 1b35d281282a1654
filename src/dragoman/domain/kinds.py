"""Every kind of work, written once: workers, the demo, the model list and the catalogue read it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dragoman.domain.chat import CHAT
from dragoman.domain.diarisation import DIARISATION
from dragoman.domain.document import DOCUMENT_CODEC
from dragoman.domain.engine import Kind
from dragoman.domain.picture import PICTURE_CODEC, SIGHT
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import AUDIO_CODEC, TRANSCRIPTION

KINDS: Mapping[str, Kind[Any, Any]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            CHAT,
            TRANSCRIPTION,
            SPEECH,
            SIGHT,
            DIARISATION,
            AUDIO_CODEC,
            PICTURE_CODEC,
            DOCUMENT_CODEC,
        )
    }
)
"""Every kind of work, by its name."""

SERVED_KINDS: tuple[str, ...] = (CHAT.name, TRANSCRIPTION.name, SPEECH.name)
"""Kinds whose models a request can name; the others work behind them."""
