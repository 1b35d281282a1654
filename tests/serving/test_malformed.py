"""Requests that are nearly right, some hundred by chance: nothing breaks, errors are OpenAI's."""

import random

import pytest

from doorway import doorway, wrong
from malformed import TARGETS, Choices, request

CASES = 150


@pytest.mark.parametrize("target", TARGETS)
async def test_nothing_breaks(target: str) -> None:
    chance = random.Random(20)
    async with doorway() as door:
        for _ in range(CASES):
            sent = request(target, chance.randbytes(chance.randrange(200)))
            fault = await door.fault(sent)
            assert fault is None, f"{fault}\n{sent!r}"


@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_are_a_valid_request(target: str) -> None:
    assert request(target, b"").startswith(b"POST /v1/")
    assert Choices(b"").of(("first", "second")) == "first"


async def test_what_is_not_changed_is_answered() -> None:
    async with doorway() as door:
        for target in TARGETS:
            answer, _ = await door.answer(request(target, b""))
            assert answer.startswith(b"HTTP/1.1 200 "), answer


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 500 Bad\r\ncontent-length: 0\r\n\r\n", "status 500"),
        (b"HTTP/1.1 404 Not\r\ncontent-length: 2\r\n\r\n{}", "404 without an envelope"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", "no HTTP"),
        (b"", "no HTTP"),
    ],
)
def test_faults_are_seen(answer: bytes, fault: str) -> None:
    seen = wrong(answer, b"GET / HTTP/1.1\r\n\r\n")
    assert seen is not None
    assert seen.startswith(fault)
