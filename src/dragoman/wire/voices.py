"""Voices, as they are listed: OpenAI can make and delete them, and has no list."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from dragoman.domain.models import ModelCard
from dragoman.domain.speech import VoiceCard


class BuiltInVoice(BaseModel):
    """A voice of a model, under one of its names."""

    model_config = ConfigDict(frozen=True)

    id: str
    object: Literal["audio.voice"] = "audio.voice"
    name: str
    type: Literal["built_in"] = "built_in"
    model: str
    languages: tuple[str, ...]
    description: str
    same_as: str | None


def built_in(card: VoiceCard, model: ModelCard) -> dict[str, Any]:
    """A voice of `model`."""
    return BuiltInVoice(
        id=card.name,
        name=card.name,
        model=model.id,
        languages=model.languages,
        description=card.about,
        same_as=card.same_as,
    ).model_dump()


def page(voices: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """All of them; `voices` is the shape in which Open WebUI looks for the same."""
    data: Sequence[dict[str, Any]] = list(voices)
    return {
        "object": "list",
        "data": data,
        "has_more": False,
        "voices": [{"id": voice["id"], "name": voice["name"]} for voice in data],
    }
