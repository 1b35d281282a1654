"""The content of an item: text, pictures, files and recordings, and the text of an answer."""

from collections.abc import Callable
from typing import TypeAlias, cast

from dragoman.domain.conversation import AudioPart, FilePart, ImagePart, Part, TextPart
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.parts import BREAKPOINT, DETAILS, MOST, Detail, document, no_files, sound
from dragoman.wire.faults import missing
from dragoman.wire.fields import (
    Check,
    Fields,
    Json,
    anything,
    array,
    enum,
    string,
    wrong_type,
    wrong_value,
)

PartReader: TypeAlias = Callable[[Fields], Part]


def _content(**readers: PartReader) -> Check[tuple[Part, ...]]:
    """A text, or an array of parts of the given types."""

    def part(value: Json, path: str) -> Part:
        fields = Fields(value, path)
        kind = fields.required("type", string())
        if kind not in readers:
            raise wrong_value(kind, path, tuple(readers))
        return readers[kind](fields)

    def check(value: Json, path: str) -> tuple[Part, ...]:
        if isinstance(value, str):
            return (TextPart(value),)
        if not isinstance(value, list):
            raise wrong_type(value, path, "one of a string or array of objects")
        return array(part, 0, MOST)(value, path)

    return check


def _known(fields: Fields, *names: str) -> None:
    fields.only("type", *names, BREAKPOINT)
    fields.optional(BREAKPOINT, Fields)


def _text(fields: Fields) -> TextPart:
    _known(fields, "text")
    return TextPart(fields.required("text", string()))


def _said(fields: Fields) -> TextPart:
    # Answers are sent back as they came; `parsed` is what the official client's helper adds.
    _known(fields, "text", "annotations", "logprobs", "parsed")
    fields.optional("annotations", array(anything))
    fields.optional("logprobs", array(anything))
    return TextPart(fields.required("text", string()))


def _refusal(fields: Fields) -> TextPart:
    _known(fields, "refusal")
    return TextPart(fields.required("refusal", string()))


def _image(fields: Fields) -> ImagePart:
    _known(fields, "image_url", "file_id", "detail")
    no_files(fields, "image_url")
    if not fields.has("image_url"):
        raise missing(fields.at("image_url"))
    url = fields.required("image_url", string())
    return ImagePart(url, cast("Detail", fields.optional("detail", DETAILS, "auto")))


def _file(fields: Fields) -> FilePart:
    _known(fields, "filename", "file_data", "file_id", "file_url", "detail")
    fields.optional("detail", enum("auto", "low", "high"))
    if fields.has("file_url"):
        raise RequestInvalid(
            "Unsupported parameter: 'file_url' is not supported: files are not fetched here. Send "
            "the file itself as 'file_data'.",
            param=fields.at("file_url"),
            code="unsupported_parameter",
        )
    if not fields.has("file_id") and not fields.has("file_data"):
        raise missing(fields.at("file_data"))
    return document(fields)


def _sound(fields: Fields) -> AudioPart:
    _known(fields, "input_audio")
    return sound(fields)


of_user = _content(input_text=_text, input_image=_image, input_file=_file, input_audio=_sound)
of_instruction = _content(input_text=_text)
of_assistant = _content(output_text=_said, refusal=_refusal)
of_output = _content(input_text=_text, input_image=_image, input_file=_file)
"""Read the output of a tool."""
