"""The form of `/v1/audio/translations`."""

from collections.abc import Sequence
from typing import cast

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.languages import LANGUAGES
from dragoman.domain.transcription import Way
from dragoman.wire.audio.own_fields import (
    OUR_OWN,
    chars_per_second_of,
    dry_run_of,
    flagged_of,
    line_chars_of,
    progress_of,
    track_of,
)
from dragoman.wire.audio.transcription import (
    WHISPER_FORMATS,
    ResponseFormat,
    TranscriptionCall,
    model_of,
    no_language,
)
from dragoman.wire.form import Form

SERVED = ("file", "model", "prompt", "response_format", "temperature")
EXTENSIONS = (*OUR_OWN, "x_to_language", "x_translate_by")
"""The fields that OpenAI does not have."""

AUTO = "auto"
WAYS = (AUTO, "chat", "recogniser")


def translation(fields: Sequence[tuple[str, str]], *, has_file: bool) -> TranscriptionCall:
    """Read a translation's form.

    Raises:
        RequestInvalid: in OpenAI's words.
    """
    form = Form(fields)
    model = model_of(form, has_file=has_file)
    form.refuse_unknown({*SERVED, *EXTENSIONS})
    response_format = form.choice("response_format", WHISPER_FORMATS) or "json"
    into = _into(form)
    return TranscriptionCall(
        model=model,
        response_format=cast("ResponseFormat", response_format),
        task="translate",
        language=None,
        prompt=form.text("prompt"),
        temperature=form.decimal("temperature", 0, 1) or 0.0,
        granularities=frozenset({"segment"}),
        stream=False,
        line_chars=line_chars_of(form, response_format),
        chars_per_second=chars_per_second_of(form),
        track=track_of(form),
        flagged=flagged_of(form),
        dry_run=dry_run_of(form),
        progress=progress_of(form),
        into=into,
        way=_way(form, into),
    )


def _into(form: Form) -> str:
    language = form.text("x_to_language")
    if language is not None and language not in LANGUAGES:
        raise no_language("x_to_language", language)
    return language or "en"


def _way(form: Form, into: str) -> Way | None:
    way = form.choice("x_translate_by", WAYS)
    if way == "recogniser" and into != "en":
        raise RequestInvalid(
            "Unsupported value: 'x_translate_by' does not support 'recogniser' with "
            f"'x_to_language' '{into}': a recogniser translates into English only.",
            param="x_translate_by",
            code="unsupported_value",
        )
    return None if way in (None, AUTO) else cast("Way", way)
