"""The chat template of a model's file, filled in without llama.cpp's server."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.llama_cpp.gguf import Head

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""The chat template that llama.cpp takes where a file has none."""


def template(head: Head) -> Callable[[Sequence[Mapping[str, str]]], str]:
    """A function that renders a conversation by the model's own template, up to the answer.

    The template comes with the weights, and runs in Jinja's sandbox.

    Raises:
        EngineUnavailable: the template cannot be read.
    """
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _json
    words = head.vocabulary.tokens
    start = "" if head.vocabulary.start is None else words[head.vocabulary.start]
    known = {"bos_token": start, "eos_token": words[head.vocabulary.end]}
    functions = {"raise_exception": _raise, "strftime_now": _now}
    try:
        filled = environment.from_string(head.template or CHATML, globals=functions)
    except TemplateError as error:
        raise EngineUnavailable(f"the chat template of {head.name} is broken: {error}") from error

    def write(messages: Sequence[Mapping[str, str]]) -> str:
        try:
            text = filled.render(messages=messages, add_generation_prompt=True, **known)
        except TemplateError as error:
            raise EngineUnavailable(f"the chat template of {head.name} fails: {error}") from error
        # The token that starts every text is put there by whoever tokenizes.
        return text.removeprefix(start) if start and head.vocabulary.starts else text

    return write


def _json(value: Any, indent: int | None = None, **_: object) -> str:  # noqa: ANN401 - as templates have it
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(layout: str) -> str:
    return datetime.now(UTC).strftime(layout)
