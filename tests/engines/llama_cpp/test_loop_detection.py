"""Answers that go round in circles are ended; repetition that is meant is not."""

import json
import random
import re
from pathlib import Path

import pytest

from dragoman.domain.chat import ChatRequest, ChoiceFinished, TextDelta
from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.generation.choices import TextChoices
from dragoman.engines.llama_cpp.generation.loop_detection import LINES, PASSAGES, LoopDetector
from dragoman.engines.llama_cpp.tools.answer_forms import Form
from outlets import Basket

DATA = Path(__file__).parents[2] / "data"
ALICE = (DATA / "alice.txt").read_text(encoding="utf-8")
KOREAN = (DATA / "korean.txt").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[3]


def tokens(text: str) -> list[str]:
    """Pieces about as long as a model's."""
    return re.findall(r"\s?\w{1,6}|\s?[^\w\s]{1,4}|\s+", text)


def ended(text: str, question: str = "Write about Rome.") -> int | None:
    """After how many tokens the answer is ended."""
    detector = LoopDetector([question])
    return next((n for n, token in enumerate(tokens(text), 1) if detector.feed(token)), None)


def circling(text: str, words: int, changed: float) -> str:
    """A passage of `text`, again and again, numbered, a share of its words changed each time."""
    dice = random.Random(7)
    passage = text.split()[:words]
    said = text.split()[-60:]
    for lap in range(6000 // words):
        said += [dice.choice(passage) if dice.random() < changed else word for word in passage]
        said.append(f"{lap}.")
    return " ".join(said)


@pytest.mark.parametrize("changed", [0.0, 0.01, 0.03])
@pytest.mark.parametrize(
    ("text", "words"), [(ALICE, 60), (ALICE, 120), (ALICE, 400), (KOREAN, 60), (KOREAN, 180)]
)
def test_passages_again_and_again_are_ended_within_a_few_laps(
    text: str, words: int, changed: float
) -> None:
    at = ended(circling(text, words, changed))
    assert at is not None
    assert PASSAGES - 10 <= at < 3_000


def test_the_same_few_words_are_ended_later() -> None:
    at = ended("very " * 6_000)
    assert at is not None
    assert LINES <= at <= LINES + 10


MEANT = {
    "a line 300 times": "I will not talk in class.\n" * 300,
    "900 zeros": ", ".join(["0"] * 900),
    "an identity matrix": "\n".join(str([int(i == j) for j in range(30)]) for i in range(30)),
    "cards": '<div class="card"><h3>Title</h3><p>Lorem ipsum dolor sit amet.</p></div>\n' * 30,
    "a table": "\n".join(f"| {n} | item {n} | yes | no | maybe |" for n in range(300)),
    "records": json.dumps([{"id": n, "name": f"user{n}", "role": "admin"} for n in range(300)]),
    "a count": " ".join(map(str, range(2000))),
    "a text twice": f"{ALICE}\n{ALICE}",
    "a text and the same, changed": f"{ALICE}\n{ALICE.replace('the', 'this')}",
    "a refrain": "\n".join(
        ALICE[n * 300 : n * 300 + 250] + "\nLa la la, the river runs, and we go home.\n" * 4
        for n in range(12)
    ),
    "bottles": "\n".join(
        f"{n} bottles of beer on the wall. Take one down, pass it around." for n in range(99, 0, -1)
    ),
}


@pytest.mark.parametrize("name", MEANT)
def test_repetition_that_is_meant_is_let_be(name: str) -> None:
    assert ended(MEANT[name]) is None


def test_what_the_question_asks_to_repeat_is_let_be() -> None:
    paragraph = ALICE[:600]
    many = f"{paragraph}\n\n" * 15
    assert ended(many, f"Write this 15 times: {paragraph}") is None
    assert ended(many) is not None


@pytest.mark.parametrize("name", ["src/dragoman/models/catalogue.toml", "CHANGELOG.md"])
def test_files_are_let_be(name: str) -> None:
    assert ended((ROOT / name).read_text(encoding="utf-8")[:80_000]) is None


@pytest.mark.parametrize("ends_loops", [True, False])
def test_such_an_answer_ends_as_if_its_room_had(*, ends_loops: bool) -> None:
    request = ChatRequest((Message("user", (TextPart("Write about Rome."),)),))
    basket = Basket()
    texts = TextChoices(request, Form("text"), [0], basket, lambda _: None, ends_loops=ends_loops)
    pieces = tokens(circling(ALICE, 60, 0.0))
    fed = next(
        (
            n
            for n, piece in enumerate(pieces, 1)
            if texts.on_chunk(CompletionChunk(0, piece, None, None, n, 0))
        ),
        None,
    )
    if not ends_loops:
        assert fed is None
        return
    assert fed is not None
    texts.check()
    said = "".join(event.text for event in basket.events if isinstance(event, TextDelta))
    assert said == "".join(pieces[:fed])
    assert basket.events[-1] == ChoiceFinished(0, "length", circling=True)
