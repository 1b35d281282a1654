"""What the server itself reads ahead, kept in files from one start to the next."""

import os
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from chat_events import texts, usage
from dragoman.domain.chat import ChatRequest, Sampling
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.domain.engine import EngineSpec
from dragoman.engines.llama_cpp import LlamaCpp, load
from dragoman.engines.llama_cpp.decoding.prefix_files import SUFFIX, PrefixFiles
from outlets import Basket

PREFIX = list(range(40))
STATE = np.arange(100, dtype=np.uint8)
ROOM = 10_000


def kept(directory: Path, build: str = "a", most: int = ROOM) -> list[tuple[list[int], bytes]]:
    files = PrefixFiles(directory, build, most)
    return [(tokens.tolist(), state.tobytes()) for tokens, state in files.load()]


def save(directory: Path, *prefixes: list[int], build: str = "a", most: int = ROOM) -> None:
    with closing(PrefixFiles(directory, build, most)) as files:
        for prefix in prefixes:
            files.save(prefix, STATE)


def test_a_prefix_is_there_at_the_next_start(tmp_path: Path) -> None:
    save(tmp_path / "new", PREFIX)
    assert kept(tmp_path / "new") == [(PREFIX, STATE.tobytes())]
    files = PrefixFiles(tmp_path / "new", "a", ROOM)
    assert not files.holds(PREFIX)
    assert list(files.load())
    assert files.holds(PREFIX)
    assert not files.holds(PREFIX[:-1])


def test_only_the_user_reads_them_and_nothing_else_is_left(tmp_path: Path) -> None:
    save(tmp_path / "new", PREFIX, PREFIX)
    (file,) = (tmp_path / "new").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_another_build_does_not_read_them(tmp_path: Path) -> None:
    save(tmp_path, PREFIX)
    assert kept(tmp_path, build="b") == []


@pytest.mark.parametrize("damage", ["short", "empty", "changed"])
def test_a_damaged_file_is_removed_and_said(
    damage: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path, PREFIX, PREFIX[:30])
    first, _ = sorted(tmp_path.iterdir())
    data = bytearray(first.read_bytes())
    data[50] ^= 1
    first.write_bytes({"short": data[:-1], "empty": b"", "changed": bytes(data)}[damage])
    assert len(kept(tmp_path)) == 1
    assert not first.exists()
    assert first.name in caplog.text


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    prefixes = [[number] * 40 for number in range(4)]
    for number, prefix in enumerate(prefixes[:3]):
        save(tmp_path, prefix)
        for file in tmp_path.iterdir():
            if file.stat().st_mtime_ns > 10_000:
                os.utime(file, ns=(number, number))
    size = next(tmp_path.iterdir()).stat().st_size
    save(tmp_path, prefixes[3], most=2 * size)
    assert [tokens for tokens, _ in kept(tmp_path)] == [prefixes[3], prefixes[2]]
    assert [tokens for tokens, _ in kept(tmp_path, most=size)] == [prefixes[2]]


def test_what_a_process_did_not_finish_is_removed_when_it_is_old(tmp_path: Path) -> None:
    for name, age_s in (("old.part", 7200), ("new.part", 0)):
        (tmp_path / name).touch()
        then = time.time() - age_s
        os.utime(tmp_path / name, (then, then))
    assert kept(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["new.part"]


def test_without_a_directory_nothing_is_kept_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    save(tmp_path / "file", PREFIX)
    assert kept(tmp_path / "file") == []


def ask(engine: LlamaCpp) -> Basket:
    basket = Basket()
    tool = Tool("get_weather", "Weather of a city", {"type": "object", "properties": {}})
    message = Message("user", (TextPart("Weather in Paris?"),))
    greedy = Sampling(temperature=0.0)
    engine.run(ChatRequest((message,), tools=(tool,), max_tokens=8, sampling=greedy), basket)
    return basket


@pytest.mark.model
def test_the_second_start_has_read_what_requests_with_tools_begin_with(
    weights: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    options = {"decoder": "loop", "adapter": "llamacpp"}
    spec = EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2, options)
    with closing(load(spec)) as engine:
        assert engine._warmup
        assert engine._warmup.wait(60)
        first = ask(engine).events
    assert list((tmp_path / "dragoman" / "prefixes").glob(f"*{SUFFIX}"))
    with closing(load(spec)) as engine:
        assert engine._warmup is None
        second = ask(engine).events
    assert usage(second).cached_tokens == usage(first).cached_tokens > 300
    assert texts(second) == texts(first)
