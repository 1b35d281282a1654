"""The parts of a message: text, refusals, pictures, recordings and files."""

import base64
import binascii
from collections.abc import Callable
from typing import Literal, TypeAlias, cast

from dragoman.domain.conversation import (
    AudioPart,
    FilePart,
    ImagePart,
    Part,
    TextPart,
)
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.fields import Check, Fields, Json, array, enum, string, wrong_type, wrong_value

DETAILS = enum("low", "high", "auto", "original")
SOUNDS = enum("wav", "mp3")
BREAKPOINT = "prompt_cache_breakpoint"
"""A member that may stand on any part: prompts are cached without being told where."""
MOST = 2_048
"""The most parts of one content."""

Detail: TypeAlias = Literal["low", "high", "auto", "original"]
SoundFormat: TypeAlias = Literal["wav", "mp3"]
PartReader: TypeAlias = Callable[[Fields], Part]


def _content(**readers: PartReader) -> Check[tuple[Part, ...]]:
    """A text, or an array of parts of the given types."""

    def part(value: Json, path: str) -> Part:
        fields = Fields(value, path)
        kind = fields.required("type", string())
        if kind not in readers:
            raise wrong_value(kind, fields.at("type"), tuple(readers))
        fields.only("type", kind, BREAKPOINT)
        fields.optional(BREAKPOINT, Fields)
        return readers[kind](fields)

    def check(value: Json, path: str) -> tuple[Part, ...]:
        if isinstance(value, str):
            return (TextPart(value),)
        if not isinstance(value, list):
            raise wrong_type(value, path, "one of a string or array of objects")
        return array(part, 1, MOST)(value, path)

    return check


def _text(fields: Fields) -> TextPart:
    return TextPart(fields.required("text", string()))


def _refusal(fields: Fields) -> TextPart:
    return TextPart(fields.required("refusal", string()))


def _image(fields: Fields) -> ImagePart:
    image = fields.required("image_url", Fields)
    image.only("url", "detail")
    url = image.required("url", string())
    return ImagePart(url, cast("Detail", image.optional("detail", DETAILS, "auto")))


def sound(fields: Fields) -> AudioPart:
    """Read a recording."""
    inside = fields.required("input_audio", Fields)
    inside.only("data", "format")
    data = inside.required("data", in_base64)
    return AudioPart(data, cast("SoundFormat", inside.required("format", SOUNDS)))


def _file(fields: Fields) -> FilePart:
    file = fields.required("file", Fields)
    file.only("filename", "file_data", "file_id")
    return document(file)


def document(fields: Fields) -> FilePart:
    """Read a file from the object that holds its name and data."""
    no_files(fields, "file_data")
    name = fields.optional("filename", string(256), "file")
    return FilePart(name, fields.required("file_data", _data))


def no_files(fields: Fields, instead: str) -> None:
    """Refuse the id of a file: there are no stored files."""
    if fields.has("file_id"):
        raise RequestInvalid(
            "Unsupported parameter: 'file_id' is not supported: this server keeps no files. Send "
            f"the file itself as '{instead}'.",
            param=fields.at("file_id"),
            code="unsupported_parameter",
        )


def _data(value: Json, path: str) -> bytes:
    """A data URL, of any type, or base64 alone."""
    text = string(shortest=1)(value, path)
    if text[:5].lower() == "data:":
        _, _, text = text.partition(",")
    return in_base64(text, path)


def in_base64(value: Json, path: str) -> bytes:
    """Read bytes in base64, with or without line ends; a `Check`."""
    text = "".join(string(shortest=1)(value, path).split())
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RequestInvalid(
            f"Invalid '{path}'. Expected base64-encoded data, but got a value that is not valid "
            "base64.",
            param=path,
            code="invalid_value",
        ) from None


texts = _content(text=_text)
of_user = _content(text=_text, image_url=_image, input_audio=sound, file=_file)
of_assistant = _content(text=_text, refusal=_refusal)
