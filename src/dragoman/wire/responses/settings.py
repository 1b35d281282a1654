"""The fields `text`, `reasoning` and `include`: the form of the answer, and what it holds."""

from dataclasses import dataclass
from typing import cast

from dragoman.domain.chat import AnswerFormat, Effort, FreeText
from dragoman.domain.conversation import Message
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.effectless import EFFORT, verbosity
from dragoman.wire.chat.formats import ABOUT_SCHEMAS, document, format_of
from dragoman.wire.faults import missing
from dragoman.wire.fields import Fields, Json, anything, array, enum, string

LOGPROBS = "message.output_text.logprobs"
INCLUDABLE = (
    LOGPROBS,
    "reasoning.encrypted_content",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "code_interpreter_call.outputs",
)
SUMMARY = enum("auto", "concise", "detailed")
PLAIN: Json = {"type": "text"}


@dataclass(frozen=True, slots=True)
class Text:
    """The value of `text`: the format, the sentence about length, and the field for the answer."""

    format: AnswerFormat
    instructions: tuple[str, ...]
    shown: Json


def read_text(fields: Fields) -> Text:
    """Read the field `text`; without it any text of any length."""
    text = fields.optional("text", Fields) or Fields({}, "text")
    text.only("format", "verbosity")
    answer_format = text.optional("format", _format, FreeText())
    instructions = verbosity(text)
    shown = {
        "format": text.optional("format", anything, PLAIN),
        "verbosity": text.optional("verbosity", string(), "medium"),
    }
    return Text(answer_format, instructions, shown)


def _format(value: Json, path: str) -> AnswerFormat:
    def flat(fields: Fields) -> AnswerFormat:
        fields.only("type", *ABOUT_SCHEMAS)
        if not fields.has("schema"):
            raise missing(fields.at("schema"))
        return document(fields, "text.format", f"{path}.schema")

    return format_of(Fields(value, path), flat)


def check_json_is_asked_for(messages: list[Message]) -> None:
    """Check that the word JSON stands in the input, as JSON mode needs it.

    A model that is not told tends to write white space for ever.
    """
    if not any("json" in message.text.lower() for message in messages):
        raise RequestInvalid(
            "Response input messages must contain the word 'json' in some form to use "
            "'text.format' of type 'json_object'.",
            param="input",
        )


@dataclass(frozen=True, slots=True)
class Reasoning:
    """The value of `reasoning`: how long to think, and whether thoughts are shown as a summary."""

    effort: Effort | None = None
    summary: str | None = None
    ignored: tuple[str, ...] = ()


def read_reasoning(fields: Fields) -> Reasoning:
    """Read the field `reasoning`; `generate_summary` is the old name of `summary`."""
    asked = fields.optional("reasoning", Fields)
    if asked is None:
        return Reasoning()
    asked.only("effort", "summary", "generate_summary", "context", "mode")
    effort = asked.optional("effort", EFFORT)
    summary = asked.optional("summary", SUMMARY) or asked.optional("generate_summary", SUMMARY)
    asked.optional("context", enum("auto", "current_turn", "all_turns"))
    asked.optional("mode", string())
    ignored = tuple(f"reasoning.{name}" for name in ("context", "mode") if asked.has(name))
    return Reasoning(cast("Effort | None", effort), summary, ignored)


@dataclass(frozen=True, slots=True)
class Include:
    """The value of `include`: whether log-probabilities are shown, and what has no effect."""

    logprobs: bool = False
    ignored: tuple[str, ...] = ()


def read_include(fields: Fields) -> Include:
    """Read the field `include`."""
    asked = fields.optional("include", array(enum(*INCLUDABLE), of="an array of strings"), ())
    ignored = tuple(f"include[{name}]" for name in asked if name != LOGPROBS)
    return Include(LOGPROBS in asked, ignored)
