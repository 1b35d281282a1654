"""Long waits, on a real server with real weights."""

from collections.abc import Iterator

import httpx2
import pytest
from openai import OpenAI

pytestmark = [pytest.mark.model, pytest.mark.slow]

LINES = "".join(f"The box with the number {number} holds a grey stone. " for number in range(200))
QUESTION = f"{LINES}\nThe password is 'marmalade'.\n{LINES}\nWhat is the password?"
"""About 5,000 tokens, of which one line counts."""


@pytest.fixture(scope="module")
def lines(base_url: str) -> Iterator[list[str]]:
    """The lines of a stream that has to wait."""
    body = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": QUESTION}],
        "stream": True,
        "max_tokens": 32_000,
        "temperature": 0,
        "stop": ["."],
    }
    url = f"{base_url}/chat/completions"
    # Nothing on the way waits longer than nginx does.
    with httpx2.Client(timeout=60) as http, http.stream("POST", url, json=body) as answer:
        assert answer.status_code == 200
        yield [line for line in answer.iter_lines() if line]


def test_a_stream_that_waits_says_so_and_no_proxy_gives_up(lines: list[str]) -> None:
    assert lines[0] == ": waiting"
    assert lines[-1] == "data: [DONE]"


def test_a_limit_beyond_all_room_is_answered(lines: list[str]) -> None:
    assert '"finish_reason":"stop"' in "".join(lines)


def test_the_official_client_hears_nothing_of_the_waiting(client: OpenAI) -> None:
    stream = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": QUESTION.replace("password", "watchword")}],
        stream=True,
        temperature=0,
        max_tokens=20,
    )
    said = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
    assert "marmalade" in said
