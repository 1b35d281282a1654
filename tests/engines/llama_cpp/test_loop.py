"""The decode loop beside llama.cpp's server, on the same weights."""

import random
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp import gguf
from dragoman.engines.llama_cpp.constraints import grammar
from dragoman.engines.llama_cpp.decoding.backend import Backend, CompletionChunk
from dragoman.engines.llama_cpp.decoding.loop import DecodeLoop
from dragoman.engines.llama_cpp.decoding.server import LlamaServer
from dragoman.engines.llama_cpp.prompt.vision import Shown
from dragoman.engines.llama_cpp.settings import Settings

pytestmark = pytest.mark.model

SETTINGS = Settings(context=1024, n_ctx=2048, decoder="loop", adapter="llamacpp")
PIECES = ["Tell of the river Otter, 한국어 🦦", 2, "\nand of ", "<|im_end|>", " herons."]
GREEDY = {"temperature": 0.0}


@pytest.fixture(scope="module")
def looped(weights: Callable[[str], Path]) -> Generator[DecodeLoop]:
    (path,) = weights("smollm2-135m-instruct").glob("*.gguf")
    loaded = DecodeLoop(path, gguf.read(path), SETTINGS, 2)
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def server(weights: Callable[[str], Path]) -> Generator[LlamaServer]:
    (path,) = weights("smollm2-135m-instruct").glob("*.gguf")
    loaded = LlamaServer(path, gguf.read(path), SETTINGS, 2)
    yield loaded
    loaded.close()


def chunks(backend: Backend, **fields: Any) -> list[CompletionChunk]:
    seen: list[CompletionChunk] = []

    def on_chunk(chunk: CompletionChunk) -> bool:
        seen.append(chunk)
        return False

    body = {"timings_per_token": True, "return_progress": True, **GREEDY, **fields}
    backend.complete(body, on_chunk)
    return seen


def text(seen: list[CompletionChunk], choice: int = 0) -> str:
    return "".join(chunk.text for chunk in seen if chunk.choice == choice)


def prompt(backend: Backend, question: str) -> list[int]:
    written = backend.template([{"role": "user", "content": question}])
    marks = {"<|im_start|>": 1, "<|im_end|>": 2}
    pieces: list[int | str] = []
    for part in written.replace("<|im_", "\0<|im_").split("\0"):
        mark = next((mark for mark in marks if part.startswith(mark)), "")
        pieces += [marks[mark], part.removeprefix(mark)] if mark else [part]
    return backend.tokens([piece for piece in pieces if piece != ""])


def test_texts_have_the_same_tokens_and_the_same_template(
    looped: DecodeLoop, server: LlamaServer
) -> None:
    assert looped.tokens(PIECES) == server.tokens(PIECES)
    talk = [{"role": role, "content": "Hello"} for role in ("system", "user", "assistant", "user")]
    assert looped.template(talk) == server.template(talk)


def test_answers_are_alike_and_as_likely(looped: DecodeLoop, server: LlamaServer) -> None:
    question = prompt(looped, "What is an otter?")
    told: list[list[CompletionChunk]] = [
        chunks(backend, prompt=question, n_predict=24, n_probs=3) for backend in (looped, server)
    ]
    assert text(told[0])[:40] == text(told[1])[:40]
    scores = [
        [chunk.token.logprob for chunk in seen if chunk.token and chunk.text] for seen in told
    ]
    apart = [abs(one - other) for one, other in list(zip(*scores, strict=False))[:8]]
    assert sum(apart) / len(apart) <= 0.08
    assert told[0][-1].end == "length"
    assert told[0][-1].decoded == 24


def test_a_character_that_the_limit_cuts_in_two_is_not_shown(looped: DecodeLoop) -> None:
    otter = looped.tokens(["🦦"])
    assert len(otter) > 1
    rules = f'{grammar.HEAD}start: "🦦🦦"\n'
    for top in (0, 2):
        fields = {"n_predict": len(otter) + 1, "grammar": rules, "n_probs": top}
        seen = chunks(looped, prompt=prompt(looped, "Say 🦦🦦."), **fields)
        assert text(seen) == "🦦"
        assert [chunk.token.data for chunk in seen if chunk.token] == (
            ["🦦".encode()] if top else []
        )


def test_every_choice_has_its_own_seed_and_the_same_seed_gives_it_again(looped: DecodeLoop) -> None:
    question = prompt(looped, "Name a colour.")
    fields = {"prompt": question, "n_predict": 10, "temperature": 1.0, "seed": 5}
    both = chunks(looped, **fields, n=2)
    assert text(both, 0) != text(both, 1)
    assert text(chunks(looped, **fields)) == text(both, 0)
    assert text(chunks(looped, **{**fields, "seed": 6})) == text(both, 1)


def test_a_document_follows_its_schema_and_ends_by_itself(looped: DecodeLoop) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"enum": ["Ada"]}, "languages": {"const": ["en", "ko"]}},
        "required": ["name", "languages"],
        "additionalProperties": False,
    }
    rules = grammar.document(schema)
    assert looped.builds(rules, lambda: False)
    for more in ({}, {"n_probs": 1}):
        seen = chunks(
            looped, prompt=prompt(looped, "A person."), n_predict=60, grammar=rules, **more
        )
        assert text(seen) == '{"name": "Ada", "languages": ["en", "ko"]}'
        assert seen[-1].end == "stop"


def test_a_grammar_that_cannot_be_built_is_an_error(looped: DecodeLoop) -> None:
    broken = f"{grammar.HEAD}start: nowhere\n"
    assert not looped.builds(broken, lambda: False)
    with pytest.raises(EngineFailed, match="cannot be built"):
        chunks(looped, prompt=[1], n_predict=4, grammar=broken)
    with pytest.raises(Stopped):
        looped.builds(broken, lambda: True)


def test_a_forbidden_token_is_not_written(looped: DecodeLoop) -> None:
    question = prompt(looped, "What is an otter?")
    first = looped.tokens([text(chunks(looped, prompt=question, n_predict=1))])[0]
    biased = chunks(looped, prompt=question, n_predict=1, logit_bias=[(first, False)])
    assert looped.tokens([text(biased)])[:1] != [first]


def test_a_second_turn_reads_only_what_is_new(looped: DecodeLoop) -> None:
    question = prompt(looped, "What is an otter? " * 10)
    answered = [*question, *looped.tokens([text(chunks(looped, prompt=question, n_predict=6))])]
    seen = chunks(looped, prompt=[*answered, *looped.tokens([" And then?"])], n_predict=2)
    assert seen[-1].cached >= len(answered) - 1


def test_requests_at_once_that_are_given_up_at_random_leave_every_cell_free(
    looped: DecodeLoop,
) -> None:
    wrong: list[BaseException] = []

    def ask(seed: int) -> None:
        mine = random.Random(seed)
        try:
            for _ in range(6):
                left = mine.choice([1, 3, 6, 99])

                def on_chunk(chunk: CompletionChunk, stop: list[int] = [left]) -> bool:  # noqa: B006 - ours
                    stop[0] -= bool(chunk.text)
                    return stop[0] <= 0

                question = prompt(looped, "Otters live by rivers. " * mine.randrange(1, 12))
                fields = {**GREEDY, "prompt": question, "predicted": question, "n_predict": 6}
                looped.complete({**fields, "n": mine.randrange(1, 4)}, on_chunk)
        except BaseException as error:  # noqa: BLE001 - told below
            wrong.append(error)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    scheduler = looped._scheduler
    while scheduler.busy:
        threading.Event().wait(0.01)
    assert (scheduler.reserved_cells, scheduler.reserved_sequences) == (0, 0)
    looped._scheduler._cache.clear()
    library: Any = looped._library
    assert [library.length(sequence) for sequence in range(8)] == [0] * 8


def test_what_is_predicted_is_written_in_fewer_steps_and_is_the_same(looped: DecodeLoop) -> None:
    question = prompt(looped, "Name five birds of the river.")
    alone = text(chunks(looped, prompt=question, n_predict=24))
    seen = chunks(looped, prompt=question, n_predict=24, predicted=looped.tokens([alone]))
    assert text(seen) == alone
    assert seen[-2].accepted > 12
    wrong = looped.tokens(["It was a dark and stormy night."])
    assert text(chunks(looped, prompt=question, n_predict=24, predicted=wrong)) == alone


def test_pictures_are_refused(looped: DecodeLoop) -> None:
    with pytest.raises(EngineFailed, match="cannot read 1 pictures"):
        looped.read(Shown("", ("",)), 10, lambda: False)
    with pytest.raises(EngineUnavailable, match="decoder = 'server'"):
        Settings.of({"decoder": "loop", "mmproj": "mmproj.gguf"})
