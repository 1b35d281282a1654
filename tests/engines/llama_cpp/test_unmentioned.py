"""Lists in optional arguments: those that the request speaks of, and those that were made up."""

import json
import time

import pytest

from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.grounding import Vetting
from dragoman.engines.llama_cpp.unmentioned import Mentions

LIST = {"type": "array", "items": {"type": "string"}}
SCHEMAS = {
    "cook": {
        "type": "object",
        "properties": {
            "dish": {"type": "string"},
            "with": LIST,
            "steps": LIST,
            "times": {"type": "array", "items": {"type": "number"}},
            "diets": {"type": "array", "items": {"enum": ["vegan", "keto"]}},
            "guests": {"type": "array", "items": {"type": "object"}},
            "kitchen": {"type": "string"},
        },
        "required": ["dish", "steps"],
    }
}


def missing(ask: str, **arguments: object) -> list[str]:
    mentions = Mentions([Message("user", (TextPart(ask),))], SCHEMAS)
    return mentions.missing("cook", json.dumps(arguments, ensure_ascii=False))


@pytest.mark.parametrize(
    ("ask", "name", "value"),
    [
        ("Find a vegan soup.", "with", ["carrots", "celery", "onions"]),
        (
            "Find a soup for the queen.",
            "guests",
            [{"name": "Queen"}, {"name": "King"}, {"n": "Duke"}],
        ),
        ("A soup at 8 %, in 10000 seconds", "times", [0, 1, 2, 3]),
        ("수프를 찾아줘.", "with", ["당근", "양파"]),
    ],
)
def test_an_optional_list_that_nobody_spoke_of_is_missing(
    ask: str, name: str, value: object
) -> None:
    assert missing(ask, dish="soup", **{name: value}) == [name]


@pytest.mark.parametrize(
    ("ask", "name", "value"),
    [
        ("Find a soup with a carrot and an onion.", "with", ["carrots", "onions"]),
        ("Find a soup with carrots.", "with", ["carrots", "onions"]),
        ("Find a soup with beets.", "with", ["beetroot"]),
        ("Something orange.", "with", ["pumpkin"]),
        ("Invite Ana and Ben.", "guests", [{"name": "Ana"}, {"name": "Ben"}]),
        ("Look in after 5 and 12.5 minutes.", "times", [5, 12.5]),
        ("With 7 % and 20 % of salt.", "times", [0.07, 0.2]),
        ("당근이랑 양파로 수프를 끓여줘.", "with", ["당근", "양파"]),
        ("당근이랑 양파로 수프를 끓여줘.", "with", ["carrot", "onion"]),
        ("Find a soup.", "diets", ["vegan", "keto"]),
        ("Find a soup.", "steps", ["wash", "cut", "cook"]),
        ("Find a soup.", "kitchen", "of a friend"),
        ("Find a soup.", "with", []),
        ("Find a soup.", "with", [True, None]),
        ("Find a soup.", "unknown", ["a", "b"]),
    ],
)
def test_what_was_spoken_of_or_must_be_given_is_kept(ask: str, name: str, value: object) -> None:
    assert missing(ask, dish="soup", **{name: value}) == []


def test_what_a_result_holds_was_spoken_of() -> None:
    told = [
        Message("user", (TextPart("Cook what is there."),)),
        Message("tool", (TextPart('["leek", "rice"]'),), tool_call_id="1"),
    ]
    assert Mentions(told, SCHEMAS).missing("cook", '{"with": ["leek", "rice"]}') == []


@pytest.mark.parametrize(
    "beginning",
    [
        '{"dish": "soup", "with": ["carrots", "celery", "oni',
        '{"dish": "soup", "with": ["carrots", "celery",',
        '{"dish": "soup", "with": ["carrots \\"red\\"", "celery"',
        '{"dish": "soup", "guests": [{"name": "King"}, {"name": "Duke"}, {"na',
        '{"dish": "soup", "times": [1, 2.5, 3',
    ],
)
def test_a_list_is_seen_before_it_ends(beginning: str) -> None:
    mentions = Mentions([Message("user", (TextPart("Find a dish."),))], SCHEMAS)
    assert len(mentions.missing("cook", beginning)) == 1


@pytest.mark.parametrize("arguments", ["", "{", "[1, 2", '{"with": ', '{"dish": "x"', "nothing"])
def test_a_beginning_without_a_list_is_let_be(arguments: str) -> None:
    assert Mentions([], SCHEMAS).missing("cook", arguments) == []
    assert Mentions([], SCHEMAS).missing("other", arguments) == []


def test_much_is_looked_at_in_time() -> None:
    text = " ".join(f"word{number}" for number in range(60_000))
    mentions = Mentions([Message("user", (TextPart(text),))], SCHEMAS)
    deep = '{"with": ' + "[" * 20_000
    began = time.monotonic()
    mentions.missing("cook", json.dumps({"with": [f"thing{n}" for n in range(50)]}))
    mentions.missing("cook", deep)
    assert time.monotonic() - began < 5


def test_a_call_with_such_a_list_under_way_is_rejected_by_the_name_of_the_argument() -> None:
    mentions = Mentions([Message("user", (TextPart("Find a soup."),))], SCHEMAS)
    rejected = Vetting((), None, mentions).unmentioned("cook", '{"with": ["leek", "salt"')
    assert rejected is not None
    assert rejected.invented == ["with"]
