"""What of an answer goes out while its numbers are looked at."""

import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from dragoman.domain.chat import ChatRequest, ChoiceFinished, TextDelta
from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.decoding.prompt_budget import Prompt
from dragoman.engines.llama_cpp.generation.generator import AnswerGenerator
from dragoman.engines.llama_cpp.generation.grounded_outlet import GroundedOutlet
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.prompt.rendering import Scribe
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.engines.llama_cpp.tools.answer_forms import Form
from outlets import Basket


def missing(text: str) -> list[str]:
    return [number for number in re.findall(r"\d+", text) if number != "7"]


def text(basket: Basket) -> str:
    return "".join(each.text for each in basket.events if isinstance(each, TextDelta))


def feed(draft: GroundedOutlet, *pieces: str) -> None:
    for piece in pieces:
        draft.emit(TextDelta(0, piece))


def test_sentences_go_out_when_they_are_whole() -> None:
    draft = GroundedOutlet(basket := Basket(), missing)
    feed(draft, "It", " is 7", ".")
    assert text(basket) == ""
    feed(draft, " And", " more")
    assert text(basket) == draft.written == "It is 7."
    draft.emit(ChoiceFinished(0, "stop"))
    assert text(basket) == "It is 7. And more"
    assert isinstance(basket.events[-1], ChoiceFinished)


def test_a_number_that_nothing_backs_is_held_back_with_its_sentence() -> None:
    draft = GroundedOutlet(basket := Basket(), missing)
    feed(draft, "Good. ", "It is 4", "2. ", "More.")
    draft.emit(ChoiceFinished(0, "stop"))
    assert text(basket) == "Good. "
    assert draft.unbacked == ["42"]
    draft.discard()
    feed(draft, "It is 7.")
    draft.emit(ChoiceFinished(0, "stop"))
    assert text(basket) == "Good. It is 7."


def test_a_number_that_may_go_on_is_waited_for() -> None:
    draft = GroundedOutlet(basket := Basket(), missing)
    feed(draft, "Line\n7")
    assert text(basket) == ""
    feed(draft, "1")
    assert not draft.unbacked
    feed(draft, " is it.\n")
    assert draft.unbacked == ["71"]


def test_without_a_check_all_goes_out_at_once() -> None:
    draft = GroundedOutlet(basket := Basket(), missing)
    draft.missing = None
    feed(draft, "It is 4", "2")
    assert text(basket) == "It is 42"


def test_a_long_sentence_is_not_held_to_its_end() -> None:
    draft = GroundedOutlet(basket := Basket(), missing)
    feed(draft, *["word "] * 100)
    assert len(text(basket)) > 400


class Writes:
    """Decodes one text after the other; knows what after, and where it was stopped."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)
        self.prompts: list[list[int]] = []
        self.stopped_after: list[str] = []

    def complete(
        self, prompt: list[int], _fields: object, on_chunk: Callable[[CompletionChunk], bool]
    ) -> None:
        self.prompts.append(prompt)
        written, text = "", self._texts.pop(0)
        tokens = re.findall(r"\s?\S+", text)
        for number, token in enumerate(tokens, 1):
            written += token
            end = "stop" if number == len(tokens) else None
            if on_chunk(CompletionChunk(0, token, None, end, number, 0)):
                break
        self.stopped_after.append(written)


class Binding:
    def tokens(self, pieces: list[str | int]) -> list[int]:
        return [ord(character) for character in "".join(map(str, pieces))]


class Unbounded:
    """Rounds of a request that may hold whatever it likes."""

    together = width = 1

    def need(self, _used: int) -> Callable[[int], None]:
        return lambda _: None


def answer(completer: Writes, form: Form) -> str:
    vocabulary = Vocabulary(special={}, size=1, end=0)
    generator = AnswerGenerator(
        cast("Any", Binding()),
        cast("Any", completer),
        Scribe(vocabulary),
        vocabulary,
        Settings.of({}),
        None,
    )
    basket, request = Basket(), ChatRequest((Message("user", (TextPart("Hi"),)),))
    rounds = cast("Any", Unbounded())
    generator.answer(request, Prompt([1, 2], 99), form, range(1), basket, rounds)
    assert isinstance(basket.events[-1], ChoiceFinished)
    return text(basket)


def never(_numbers: Sequence[str], _written: str) -> None:
    """The answer ends."""


def test_a_sentence_with_such_a_number_is_written_anew_after_what_went_out() -> None:
    asked: list[tuple[list[str], str]] = []

    def redrawn(numbers: Sequence[str], written: str) -> tuple[Form, Prompt]:
        asked.append(([*numbers], written))
        return Form("text"), Prompt([3, 4], 99)

    completer = Writes("Good day. It costs 42 euros. More of it.", " I do not know 42.")
    form = Form("text", unbacked=missing, redrawn=redrawn)
    assert answer(completer, form) == "Good day. I do not know 42."
    assert asked == [(["42"], "Good day.")]
    assert "More of it" not in completer.stopped_after[0]
    assert completer.prompts == [[1, 2], [3, 4, *map(ord, "Good day.")]]


def test_an_answer_whose_numbers_are_backed_is_written_once() -> None:
    completer = Writes("It costs 7 euros.")
    form = Form("text", unbacked=missing, redrawn=never)
    assert answer(completer, form) == "It costs 7 euros."
    assert len(completer.prompts) == 1


def test_an_answer_may_end_before_such_a_number() -> None:
    completer = Writes("Good day. It costs 42 euros.")
    form = Form("text", unbacked=missing, redrawn=never)
    assert answer(completer, form) == "Good day."
