"""Guided decoding in vLLM's and llama.cpp's words: `guided_…`, `grammar`."""

import json
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from dragoman.domain.chat import AnswerFormat, FreeText, JsonDocument
from dragoman.domain.conversation import Grammar
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.formats import ANY_OBJECT
from dragoman.wire.chat.local import GUIDED
from dragoman.wire.fields import Fields, Json, array, boolean, members, string

Reader: TypeAlias = Callable[[Json, str], AnswerFormat]

TEXT = string(shortest=1)
CHOICES = array(TEXT, 1, 1_000, "an array of strings")
LARK = re.compile(r"^\s*(%llguidance\b|\??start\s*:)", re.MULTILINE)
"""A pattern for the first rule of Lark, `start:`; GBNF begins at `root ::=`."""


def read_guided(fields: Fields, answer: AnswerFormat) -> AnswerFormat:
    """Read the format that the fields ask for; without one, that of `response_format`, `answer`.

    Raises:
        RequestInvalid: more than one says what the answer is.
    """
    sent = [name for name in GUIDED if fields.has(name)]
    if not sent:
        return answer
    first, *more = sent
    if more or not isinstance(answer, FreeText):
        other = more[0] if more else "response_format"
        raise RequestInvalid(
            f"'{first}' and '{other}' both say what the answer must look like: send one of them.",
            param=first,
            code="invalid_parameter_combination",
        )
    return fields.required(first, READERS[first])


def _json(value: Json, path: str) -> AnswerFormat:
    """A schema, as an object or as the text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise _invalid(path, "Expected a JSON schema, but got a string that is no JSON.") from (
                None
            )
    return JsonDocument(members(value, path))


def _regex(value: Json, path: str) -> AnswerFormat:
    return Grammar("regex", TEXT(value, path))


def _choice(value: Json, path: str) -> AnswerFormat:
    options = dict.fromkeys(CHOICES(value, path))
    quoted = (json.dumps(option, ensure_ascii=False) for option in options)
    return Grammar("lark", f"start: {' | '.join(quoted)}\n")


def _grammar(value: Json, path: str) -> AnswerFormat:
    text = TEXT(value, path)
    return Grammar("lark" if LARK.search(text) else "gbnf", text)


def _any_object(value: Json, path: str) -> AnswerFormat:
    return JsonDocument(ANY_OBJECT) if boolean(value, path) else FreeText()


STRUCTURES: Mapping[str, Reader] = {
    "json": _json,
    "regex": _regex,
    "choice": _choice,
    "grammar": _grammar,
    "json_object": _any_object,
}
"""The members of `structured_outputs`."""


def _structured(value: Json, path: str) -> AnswerFormat:
    fields = Fields(value, path)
    fields.only(*STRUCTURES)
    sent = fields.names()
    if len(sent) != 1:
        raise _invalid(path, f"Expected one of {', '.join(STRUCTURES)}, but got {len(sent)}.")
    return fields.required(sent[0], STRUCTURES[sent[0]])


def _invalid(path: str, problem: str) -> RequestInvalid:
    return RequestInvalid(f"Invalid '{path}'. {problem}", param=path, code="invalid_value")


READERS: Mapping[str, Reader] = {
    "guided_json": _json,
    "guided_regex": _regex,
    "guided_choice": _choice,
    "guided_grammar": _grammar,
    "structured_outputs": _structured,
    "json_schema": _json,
    "grammar": _grammar,
}
