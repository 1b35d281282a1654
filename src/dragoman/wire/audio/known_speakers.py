"""The fields `known_speaker_names` and `known_speaker_references`: voices that have a name."""

import base64
import binascii
import re
from dataclasses import dataclass

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import Recording
from dragoman.wire.faults import missing
from dragoman.wire.form import Form

NAMES, REFERENCES = "known_speaker_names", "known_speaker_references"
MOST = 4
SHORTEST_S, LONGEST_S = 1.2, 10.0
"""The shortest and the longest reference. OpenAI writes 2 to 10 seconds and takes these:
https://community.openai.com/t/1364231"""
_HEAD = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class KnownVoice:
    """A name, and the bytes of a sound file in which nobody else speaks."""

    name: str
    data: bytes


def known_speakers(form: Form) -> tuple[KnownVoice, ...]:
    """Read the names and the references together.

    Raises:
        RequestInvalid: they do not go together, or a reference is no data URL.
    """
    names, references = form.array(NAMES), form.array(REFERENCES)
    if names is None and references is None:
        return ()
    if names is None or references is None:
        raise missing(NAMES if names is None else REFERENCES)
    for name, values in ((NAMES, names), (REFERENCES, references)):
        if len(values) > MOST:
            raise RequestInvalid(
                f"Invalid '{name}': array too long. Expected an array with maximum length {MOST}, "
                f"but got an array with length {len(values)} instead.",
                param=name,
                code="array_above_max_length",
            )
    if len(names) != len(references):
        raise _invalid(
            f"'{NAMES}' and '{REFERENCES}' must have the same length: "
            f"got {len(names)} names and {len(references)} references.",
            REFERENCES,
        )
    for number, name in enumerate(names):
        if not name.strip() or name in names[:number]:
            raise _invalid("Names of known speakers must differ.", f"{NAMES}[{number}]")
    return tuple(
        KnownVoice(name, _bytes(url, number))
        for number, (name, url) in enumerate(zip(names, references, strict=True))
    )


def refuse_length(recording: Recording) -> None:
    """Refuse a reference that is too short or too long.

    Raises:
        RequestInvalid: in OpenAI's words.
    """
    if not SHORTEST_S <= recording.duration_s <= LONGEST_S:
        raise _invalid(
            f"Known speaker references has duration {recording.duration_s:g} seconds, but must be "
            f"between {SHORTEST_S} and {LONGEST_S} seconds",
            REFERENCES,
        )


def undecoded(number: int, error: RequestInvalid) -> RequestInvalid:
    """The error for a reference that is no sound file, which names the reference."""
    return RequestInvalid(error.message, param=f"{REFERENCES}[{number}]", code=error.code)


def _bytes(url: str, number: int) -> bytes:
    head = _HEAD.match(url)
    if head is None:
        raise _invalid(
            "Known speaker references must be data URLs with base64.", f"{REFERENCES}[{number}]"
        )
    try:
        return base64.b64decode(_SPACE.sub("", url[head.end() :]), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid("Invalid base64.", f"{REFERENCES}[{number}]") from error


def _invalid(message: str, param: str) -> RequestInvalid:
    return RequestInvalid(message, param=param, code="invalid_value")
