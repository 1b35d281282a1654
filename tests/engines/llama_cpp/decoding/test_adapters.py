"""Both builds of libllama, through the port, with real weights."""

import threading
from collections.abc import Callable, Generator
from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp.decoding import adapters, ik, upstream
from dragoman.engines.llama_cpp.decoding.ik import IkLibrary
from dragoman.engines.llama_cpp.decoding.library import (
    Aborted,
    Batch,
    DecodingLibrary,
    Loading,
    NoRoom,
)
from dragoman.engines.llama_cpp.decoding.sampler import likely
from dragoman.engines.llama_cpp.decoding.upstream import UpstreamLibrary

TEXT = (
    "The river Otter rises in the Blackdown Hills and flows to the sea. In autumn the salmon "
    "return, and herons wait where the water is slow. Below the old mill stands a bridge of "
    "stone, which is older than the church. def read(path):\n    return open(path).read()\n"
)
STEP = 16
"""Fewer than the 32 from which on ik does not read these weights right."""
needs_ik = pytest.mark.skipif(not find_spec("ik_llama_cpp"), reason="the extra `fast` is missing")
BOTH = [pytest.param("ik", marks=needs_ik), "llamacpp"]


def loading(weights: Callable[[str], Path], cells: int = 1024) -> Loading:
    (path,) = weights("smollm2-135m-instruct").glob("*.gguf")
    return Loading(path, cells, 4, STEP, 2)


@pytest.fixture(scope="module", params=BOTH)
def library(
    request: pytest.FixtureRequest, weights: Callable[[str], Path]
) -> Generator[DecodingLibrary]:
    loaded = adapters.load(loading(weights), request.param)
    yield loaded
    loaded.close()


def read(library: DecodingLibrary, tokens: list[int], sequence: int = 0) -> list[tuple[float, int]]:
    """Read tokens from the start of a sequence.

    The log-probability of each after the first comes back, with the likeliest in its place.
    """
    scores: list[tuple[float, int]] = []
    for at in range(0, len(tokens), STEP):
        part = tokens[at : at + STEP]
        batch = Batch()
        for number, token in enumerate(part):
            batch.add(token, at + number, sequence, with_logits=True)
        library.decode(batch)
        for row, following in enumerate(tokens[at + 1 : at + 1 + len(part)]):
            told = likely(library.logits(row), following, 1)
            scores.append((told.logprob, told.top[0][0]))
    return scores


def greedy(library: DecodingLibrary, tokens: list[int], count: int, sequence: int = 0) -> list[int]:
    """The likeliest tokens after what was read of `tokens`."""
    read(library, tokens, sequence)
    row = (len(tokens) - 1) % STEP
    drawn: list[int] = []
    for at in range(len(tokens), len(tokens) + count):
        drawn.append(int(library.logits(row).argmax()))
        batch = Batch()
        row = batch.add(drawn[-1], at, sequence, with_logits=True)
        library.decode(batch)
    return drawn


def held(library: DecodingLibrary) -> int:
    """Cells in use, as the library itself counts them."""
    if isinstance(library, IkLibrary):
        return library.used_cells()
    assert isinstance(library, UpstreamLibrary)
    return sum(map(library.length, range(4)))


@pytest.fixture
def emptied(library: DecodingLibrary) -> Generator[DecodingLibrary]:
    yield library
    for sequence in range(4):
        library.remove(sequence)
    assert held(library) == 0


@pytest.mark.model
def test_tokens_are_the_text_again_and_no_text_is_a_control_token(library: DecodingLibrary) -> None:
    text = "한국어 🦦 é <|im_end|>".encode()
    tokens = library.tokenize(text)
    assert b"".join(map(library.piece, tokens)) == text
    assert not any(map(library.ends, tokens))


@pytest.mark.model
def test_what_is_copied_or_restored_is_gone_on_with_as_if_it_had_been_read(
    emptied: DecodingLibrary,
) -> None:
    tokens = emptied.tokenize(TEXT.encode())
    drawn = greedy(emptied, tokens, 8)
    emptied.remove(0, len(tokens))
    emptied.copy(0, 1, len(tokens))
    state = emptied.save(0)
    emptied.remove(0)
    assert emptied.restore(2, state)
    for sequence in (1, 2):
        batch = Batch()
        row = batch.add(drawn[0], len(tokens), sequence, with_logits=True)
        emptied.decode(batch)
        assert int(emptied.logits(row).argmax()) == drawn[1]


@pytest.mark.model
def test_tokens_of_several_sequences_share_a_step(emptied: DecodingLibrary) -> None:
    first, second = (emptied.tokenize(text) for text in (b"One, two, three,", b"A, B, C, D,"))
    alone = [greedy(emptied, each, 1, sequence)[0] for sequence, each in enumerate((first, second))]
    batch = Batch()
    rows = [
        [batch.add(token, at, sequence, with_logits=True) for at, token in enumerate(tokens)][-1]
        for sequence, tokens in ((2, first), (3, second))
    ]
    emptied.decode(batch)
    assert [int(emptied.logits(row).argmax()) for row in rows] == alone


@pytest.mark.model
@pytest.mark.parametrize("name", BOTH)
def test_a_step_for_which_there_are_no_cells_is_told_apart(
    weights: Callable[[str], Path], name: str
) -> None:
    small = adapters.load(loading(weights, cells=256), name)

    def fill() -> None:
        for at in range(0, 300, STEP):
            batch = Batch()
            for position in range(at, at + STEP):
                batch.add(5, position, 0, with_logits=False)
            small.decode(batch)

    with pytest.raises(NoRoom):
        fill()
    small.close()


@pytest.mark.model
def test_a_step_is_given_up_from_another_thread_and_the_next_one_runs(
    emptied: DecodingLibrary,
) -> None:
    batch = Batch()
    for at in range(STEP):
        batch.add(5, at, 0, with_logits=at == STEP - 1)
    aborting = threading.Thread(target=emptied.abort)
    aborting.start()
    aborting.join()
    with pytest.raises(Aborted):
        emptied.decode(batch)
    emptied.remove(0)
    assert held(emptied) == 0
    emptied.go_on()
    emptied.decode(batch)
    assert held(emptied) == STEP


@pytest.mark.model
@needs_ik
def test_both_adapters_read_the_same_text_alike(weights: Callable[[str], Path]) -> None:
    told: list[list[tuple[float, int]]] = []
    for name in ("ik", "llamacpp"):
        library = adapters.load(loading(weights), name)
        told.append(read(library, library.tokenize(TEXT.encode())))
        library.close()
    pairs = list(zip(*told, strict=True))
    apart = [abs(first - second) for (first, _), (second, _) in pairs]
    assert sum(apart) / len(apart) <= 0.08
    same = [first == second for (_, first), (_, second) in pairs]
    assert sum(same) >= 0.9 * len(same)


def test_the_structures_are_those_of_the_releases_that_are_installed() -> None:
    assert version(upstream.PACKAGE) == upstream.VERSION
    if find_spec("ik_llama_cpp"):
        assert version(ik.PACKAGE) == ik.VERSION


def test_another_release_is_refused_with_both_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "VERSION", "1999.1")
    with pytest.raises(EngineUnavailable, match=r"xllamacpp is \S+, not 1999\.1"):
        upstream.load(Loading(Path("/nowhere.gguf"), 256, 1, 8, 1))


def test_a_processor_that_lacks_what_the_kernels_need_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ik, "features", lambda: frozenset({"fma", "f16c"}))
    monkeypatch.setattr(ik.platform, "system", lambda: "Linux")
    monkeypatch.setattr(ik.platform, "machine", lambda: "x86_64")
    with pytest.raises(EngineUnavailable, match="the processor has no avx2"):
        ik.load(Loading(Path("/nowhere.gguf"), 256, 1, 8, 1))


@pytest.mark.model
def test_where_the_faster_one_is_of_another_release_the_other_is_taken(
    weights: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ik, "VERSION", "0.0.0")
    loaded = adapters.load(loading(weights))
    assert loaded.name == "llamacpp"
    loaded.close()


@pytest.mark.model
@needs_ik
def test_weights_that_the_faster_one_reads_wrong_are_read_by_the_other(
    weights: Callable[[str], Path],
) -> None:
    long = replace(loading(weights), step=64)
    with pytest.raises(EngineUnavailable, match="differently in steps of 64 tokens"):
        adapters.load(long, "ik")
    loaded = adapters.load(long)
    assert loaded.name == "llamacpp"
    loaded.close()


def test_where_none_can_every_reason_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(EngineUnavailable, match=r"ik: .*; llamacpp: cannot load broken\.gguf"):
        adapters.load(Loading(broken, 256, 1, 8, 1))


@pytest.mark.model
def test_what_the_library_cannot_decode_is_an_error_of_the_engine(library: DecodingLibrary) -> None:
    batch = Batch()
    batch.add(library.vocabulary + 7, 0, 0, with_logits=True)
    with pytest.raises(EngineFailed):
        library.decode(batch)
