"""How long an answer may be at most, as it is asked for."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.request import MOST_TOKENS
from dragoman.wire.chat.request import parse as parse_chat
from dragoman.wire.completions.request import parse as parse_completion
from dragoman.wire.responses.request import parse as parse_response
from yardstick import rods_at_most

CHAT = {"messages": [{"role": "user", "content": "Hi"}]}


def limit_of(call: Any) -> int | None:
    request = call.requests[0] if hasattr(call, "requests") else call.request
    return request.max_tokens


@pytest.mark.parametrize(
    ("parse", "body", "name"),
    [
        (parse_chat, CHAT, "max_tokens"),
        (parse_chat, CHAT, "max_completion_tokens"),
        (parse_completion, {"prompt": "Hi"}, "max_tokens"),
        (parse_response, {"input": "Hi"}, "max_output_tokens"),
    ],
)
def test_a_limit_beyond_every_model_is_refused_in_openais_words(
    parse: Callable[[Mapping[str, Any]], Any], body: Mapping[str, Any], name: str
):
    asked = {"model": "gpt-4o", **body}
    assert limit_of(parse({**asked, name: MOST_TOKENS})) == MOST_TOKENS
    with pytest.raises(RequestInvalid, match=f"^{name} is too large: 10000000. This model") as bad:
        parse({**asked, name: 10**7})
    assert (bad.value.param, bad.value.code) == (name, "invalid_value")


MESSAGE = {"role": "user", "content": "x"}
PART = {"type": "text", "text": "x"}
INPUT = {"type": "input_text", "text": "x"}


@pytest.mark.parametrize(
    ("parse", "name", "many", "few"),
    [
        (parse_chat, "messages", [MESSAGE] * 240_000, [MESSAGE] * 2_048),
        (parse_response, "input", [MESSAGE] * 240_000, [MESSAGE] * 8_192),
        (
            parse_chat,
            "messages",
            [{"role": "user", "content": [PART] * 200_000}],
            [{"role": "user", "content": [PART] * 2_048}],
        ),
        (
            parse_response,
            "input",
            [{"role": "user", "content": [INPUT] * 200_000}],
            [{"role": "user", "content": [INPUT] * 2_048}],
        ),
    ],
    ids=["messages", "items", "parts", "parts of items"],
)
def test_hundreds_of_thousands_of_messages_or_parts_hold_nobody_up(
    parse: Callable[[Mapping[str, Any]], Any], name: str, many: object, few: object
):
    parse({"model": "gpt-4o", name: few})
    with rods_at_most(100), pytest.raises(RequestInvalid) as bad:
        parse({"model": "gpt-4o", name: many})
    assert bad.value.code == "array_above_max_length"
