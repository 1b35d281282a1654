"""Voices and consents, as OpenAI makes and deletes them, and a list of voices of our own."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from dragoman.domain.custom_voices import Consent, ConsentPage, CustomVoice
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import VoiceCard, blend
from dragoman.wire import faults, form
from dragoman.wire.faults import unknown
from dragoman.wire.fields import Fields, Json, integer, string
from dragoman.wire.stored import number
from dragoman.wire.stored import page as listed


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
    """Build the entry of a voice of `model`."""
    return BuiltInVoice(
        id=card.name,
        name=card.name,
        model=model.id,
        languages=model.languages,
        description=card.about,
        same_as=card.same_as,
    ).model_dump()


def page(voices: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Build the list of all voices; `voices` is the shape in which Open WebUI looks for them."""
    data: Sequence[dict[str, Any]] = list(voices)
    return {
        "object": "list",
        "data": data,
        "has_more": False,
        "voices": [{"id": voice["id"], "name": voice["name"]} for voice in data],
    }


LABEL = string(256, 1)
"""A check for a name, as people read it."""
LANGUAGE = string(35, pattern=r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
"""A check for a language of BCP 47."""
LIMIT = integer(1, 100)
MAX_RECORDING = 10 * 2**20
"""The most bytes of a recording."""


@dataclass(frozen=True, slots=True)
class NewConsent:
    """The form of a new consent, checked."""

    name: str
    language: str


def own(voice: CustomVoice) -> dict[str, Any]:
    """Build the entry of a custom voice."""
    return {
        "id": voice.id,
        "object": "audio.voice",
        "name": voice.name,
        "type": "x_blend",
        "created_at": voice.created_at,
        "x_blend": voice.blend,
    }


def new_voice(body: Mapping[str, Json], known: Collection[str]) -> tuple[str, str]:
    """Read the name of a new voice and its blend of `known` voices.

    Raises:
        RequestInvalid: it is to be made from something else, which no model here can.
    """
    fields = Fields(body)
    kind = fields.optional("type", string())
    if kind == "prompt":
        raise _cannot("prompt", "no installed model makes a voice from a description")
    if kind == "audio_sample" or fields.has("audio_sample"):
        raise cannot_clone()
    if kind not in (None, "x_blend"):
        raise faults.not_among("type", kind, ("x_blend",))
    fields.only("type", "name", "x_blend")
    name = fields.required("name", LABEL)
    mixed = fields.required("x_blend", string(512, 1))
    try:
        blend(mixed, sorted(known))
    except RequestInvalid as error:
        raise RequestInvalid(error.message, param="x_blend") from error
    return name, mixed


def without_recording(fields: Sequence[tuple[str, str]]) -> Mapping[str, Json] | None:
    """The form of a new voice as a JSON body; None: it is about a recording.

    The official client sends every voice as a form.
    """
    given = form.Form(fields)
    if given.text("type") in (None, "audio_sample") and not given.has("x_blend"):
        return None
    for name, value in fields:
        if isinstance(value, form.FileName):
            raise faults.wrong_type(name, "a string", "a file")
        given.text(name)  # refuses a field that was sent twice
    return dict(fields)


def cannot_clone() -> RequestInvalid:
    """The error for a recording, which can become no voice; no other voice must pass for it."""
    return _cannot("audio_sample", "no installed model can speak with the voice of a recording")


def _cannot(kind: str, why: str) -> RequestInvalid:
    return RequestInvalid(
        f"Unsupported value: 'type' does not support '{kind}': {why}. A blend of built-in voices "
        "can be kept under a name: 'x_blend'.",
        param="type",
        code="unsupported_value",
    )


def read_sample(fields: Sequence[tuple[str, str]], *, has_file: bool) -> str:
    """Read the consent that a form with a recording names."""
    given = form.Form(fields)
    given.refuse_unknown(("type", "name", "consent", "audio_sample"))
    for name in ("name", "consent"):
        if given.text(name) is None:
            raise faults.missing(name)
    form.check_file(given, "audio_sample", has_file=has_file)
    return given.text("consent") or ""


def new_consent(fields: Sequence[tuple[str, str]], *, has_file: bool) -> NewConsent:
    """Read the form of a new consent."""
    given = form.Form(fields)
    given.refuse_unknown(("name", "language", "recording"))
    texts = {name: given.text(name) for name in ("name", "language")}
    for name, text in texts.items():
        if text is None:
            raise faults.missing(name)
    form.check_file(given, "recording", has_file=has_file)
    return NewConsent(LABEL(texts["name"], "name"), LANGUAGE(texts["language"], "language"))


def new_name(body: Mapping[str, Json]) -> str:
    """Read the new name of a consent, the only thing of it that can change."""
    fields = Fields(body)
    fields.only("name")
    return fields.required("name", LABEL)


def consent(kept: Consent) -> dict[str, Any]:
    """Build the entry of a consent, without its recording."""
    return {
        "object": "audio.voice_consent",
        "id": kept.id,
        "name": kept.name,
        "language": kept.language,
        "created_at": kept.created_at,
    }


def consents(part: ConsentPage) -> dict[str, Any]:
    """Build a page of consents."""
    return listed([consent(kept) for kept in part.consents], has_more=part.has_more)


def read_page(query: Iterable[tuple[str, str]]) -> tuple[str | None, int]:
    """Read `after` and `limit`."""
    values: dict[str, Json] = {}
    for key, value in query:
        if key not in ("after", "limit"):
            raise unknown(key[:100])
        values[key] = number(value, key) if key == "limit" else value
    fields = Fields(values)
    return fields.optional("after", string()), fields.optional("limit", LIMIT, 20)


def deleted(name: str, kind: str) -> dict[str, Any]:
    """Build the answer to a deletion."""
    return {"id": name, "object": kind, "deleted": True}
