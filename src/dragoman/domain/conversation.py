"""A conversation, without HTTP: its messages, what they hold, and the tools it may call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]
JsonSchema: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of a message; pieces join without separator."""

    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture, not fetched yet: an http(s) or data URL."""

    url: str
    detail: Literal["auto", "low", "high", "original"] = "auto"


@dataclass(frozen=True, slots=True)
class PixelsPart:
    """A picture, fetched and verified, for a model that sees: RGB, `height` × `width` × 3 bytes."""

    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class AudioPart:
    """A recording, not decoded yet, and the format that it is said to have."""

    data: bytes
    format: Literal["wav", "mp3"]


@dataclass(frozen=True, slots=True)
class AudioReferencePart:
    """The speech of an earlier answer, by the id that it had."""

    id: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file, as it came."""

    name: str
    data: bytes


Part: TypeAlias = TextPart | ImagePart | PixelsPart | AudioPart | AudioReferencePart | FilePart


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model made; `arguments` is JSON as text, or a custom tool's whole input."""

    id: str
    name: str
    arguments: str
    custom: bool = False
    """Whether it is of a `CustomTool`."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation."""

    role: Role
    parts: tuple[Part, ...] = ()
    name: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    """Which call a `tool` message answers."""

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: JsonSchema
    strict: bool = False
    """Whether arguments keep to all of the schema; else to what of it can be enforced."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The form that a text must have: a grammar, or a `regex` that matches all of it.

    `lark` is llguidance's dialect, `gbnf` llama.cpp's.
    """

    syntax: Literal["lark", "regex", "gbnf"]
    definition: str


@dataclass(frozen=True, slots=True)
class CustomTool:
    """A tool that is called with a text instead of JSON; `grammar` None: with any text."""

    name: str
    description: str
    grammar: Grammar | None = None


AnyTool: TypeAlias = Tool | CustomTool
