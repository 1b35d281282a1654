"""The store, with files that are on this machine."""

import errno
import hashlib
import io
import os
import pickle
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from dragoman.models import assembly, manifest, progress
from dragoman.models.derive import RECIPES
from dragoman.models.entry import Derived, File, FileSource, Model
from dragoman.models.errors import (
    DiskFull,
    FileRefused,
    NotPulled,
    PullFailed,
    StoreError,
    VerifyFailed,
)
from dragoman.models.store import WEEK_S, State, Store
from models.index import largest_file, model_of

FILES = {"parrot.gguf": b"GGUF" + bytes(5000), "config.json": b'{"words": 2}'}


def given(place: Path, files: Mapping[str, bytes] = FILES) -> Model:
    """A model whose files lie in `place`."""
    place.mkdir(exist_ok=True)
    for name, data in files.items():
        (place / name).write_bytes(data)
    return model_of(files, FileSource("file", str(place)))


def test_a_model_is_absent_then_present_then_absent(store: Store, tmp_path: Path) -> None:
    model = given(tmp_path / "given")
    assert store.state(model) is State.ABSENT
    store.pull(model)
    assert store.state(model) is State.PRESENT
    assert (store.directory(model) / "config.json").read_bytes() == FILES["config.json"]
    store.remove(model)
    assert store.state(model) is State.ABSENT
    assert not list(store.root.rglob("*.gguf"))


def test_removing_what_is_not_there_is_no_mistake(store: Store, tmp_path: Path) -> None:
    store.remove(given(tmp_path / "given"))


def in_capitals(source: Path, target: Path, variant: str) -> None:
    """A recipe."""
    data = source.read_bytes()
    if variant not in data.decode():
        raise ValueError(f"there is no {variant}")
    target.write_bytes(data.upper())


@pytest.fixture
def with_derived(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model that is in the store as it was before one of its files was derived."""
    monkeypatch.setitem(
        cast("dict[str, object]", RECIPES), "hen", (__name__, "in_capitals", "words")
    )
    model = given(tmp_path / "given")
    store.pull(model)
    for path in (tmp_path / "given").iterdir():
        path.unlink()
    data = FILES["config.json"].upper()
    made = Derived("config.json", "hen")
    file = File("made.json", len(data), hashlib.sha256(data).hexdigest(), derived=made)
    return replace(model, files=(*model.files, file))


def test_a_file_that_is_derived_since_is_made_of_what_is_here(
    store: Store, with_derived: Model
) -> None:
    assert store.state(with_derived) is State.PARTIAL
    weights = (store.directory(with_derived) / "parrot.gguf").stat().st_ino
    store.pull(with_derived, offline=True)
    assert store.state(with_derived) is State.PRESENT
    made = store.directory(with_derived) / "made.json"
    assert made.read_bytes() == FILES["config.json"].upper()
    assert (store.directory(with_derived) / "parrot.gguf").stat().st_ino == weights
    store.verify(with_derived)
    assert not list(store.root.glob(".work/*"))


def test_a_start_makes_it_too_and_fetches_nothing(store: Store, with_derived: Model) -> None:
    log = io.StringIO()
    store.pull_all([with_derived], progress.Lines(log))
    assert store.state(with_derived) is State.PRESENT
    assert "Fetching" not in log.getvalue()


def test_two_at_once_make_it_once(
    store: Store, with_derived: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    derive_it = assembly.derive

    def counted(recipe: str, source: Path, target: Path) -> None:
        made.append(recipe)
        derive_it(recipe, source, target)

    def pull(_: int) -> None:
        Store(store.root).pull(with_derived, offline=True)

    monkeypatch.setattr(assembly, "derive", counted)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(pull, range(2)))
    assert made == ["hen"]
    assert store.state(with_derived) is State.PRESENT


def test_what_is_made_with_another_sum_is_not_taken(store: Store, with_derived: Model) -> None:
    *files, made = with_derived.files
    other = replace(with_derived, files=(*files, replace(made, sha256="0" * 64)))
    with pytest.raises(StoreError, match=r"made\.json has another sum"):
        store.pull(other, offline=True)
    assert store.state(other) is State.PARTIAL
    assert (store.directory(other) / "parrot.gguf").exists()


def test_a_store_that_cannot_be_written_to_says_so(
    store: Store, with_derived: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(StoreError, match=r"cannot be used: .*Read-only.* Set DRAGOMAN_MODELS"):
        store.pull(with_derived, offline=True)


def test_an_engine_without_weights_is_always_present(store: Store) -> None:
    codec = Model("audio-codec", "audio-codec", "audio-codec")
    store.pull(codec, offline=True)
    store.verify(codec)
    assert store.state(codec) is State.PRESENT
    assert not store.root.exists()


def test_a_present_model_is_not_read_again(store: Store, tmp_path: Path) -> None:
    model = given(tmp_path / "given")
    store.pull(model)
    store.directory(model).joinpath("parrot.gguf").chmod(0)
    for name in FILES:
        (tmp_path / "given" / name).unlink()
    store.pull(model, offline=True)
    assert store.state(model) is State.PRESENT


def test_a_file_that_changed_is_noticed_at_the_next_look(store: Store, tmp_path: Path) -> None:
    model = given(tmp_path / "given")
    store.pull(model)
    (store.directory(model) / "config.json").write_bytes(b'{"words": 3}')
    assert store.state(model) is State.PARTIAL


def test_a_file_of_another_length_is_noticed_even_with_the_old_time(
    store: Store, tmp_path: Path
) -> None:
    model = given(tmp_path / "given")
    store.pull(model)
    path = store.directory(model) / "config.json"
    before = path.stat().st_mtime_ns
    path.write_bytes(b"{}")
    os.utime(path, ns=(before, before))
    assert store.state(model) is State.PARTIAL


def test_a_damaged_file_is_fetched_again_and_a_good_one_is_kept(
    store: Store, tmp_path: Path
) -> None:
    model = given(tmp_path / "given")
    store.pull(model)
    good = (store.directory(model) / "parrot.gguf").stat().st_ino
    (store.directory(model) / "config.json").write_bytes(b"damaged")
    (tmp_path / "given" / "parrot.gguf").unlink()
    store.pull(model)
    assert (store.directory(model) / "config.json").read_bytes() == FILES["config.json"]
    assert (store.directory(model) / "parrot.gguf").stat().st_ino == good


def test_files_that_were_put_there_by_hand_are_taken_over(store: Store, tmp_path: Path) -> None:
    model = given(tmp_path / "given")
    (tmp_path / "given").rename(tmp_path / "moved")
    store.root.mkdir()
    (tmp_path / "moved").rename(store.directory(model))
    assert store.state(model) is State.PARTIAL
    store.pull(model, offline=True)
    assert store.state(model) is State.PRESENT


def test_a_model_copied_without_its_times_needs_no_network(store: Store, tmp_path: Path) -> None:
    model = given(tmp_path / "given")
    store.pull(model)
    os.utime(store.directory(model) / "parrot.gguf", ns=(0, 0))
    (tmp_path / "given" / "parrot.gguf").unlink()
    store.pull(model, offline=True)
    assert store.state(model) is State.PRESENT


def test_a_copy_that_keeps_whole_seconds_is_present(store: Store, tmp_path: Path) -> None:
    model = given(tmp_path / "given")
    store.pull(model)
    path = store.directory(model) / "parrot.gguf"
    seconds = path.stat().st_mtime_ns // 1_000_000_000
    os.utime(path, ns=(0, seconds * 1_000_000_000 + 987_654_321))
    store.verify(model)
    os.utime(path, (seconds, seconds))  # as tar leaves it
    assert store.state(model) is State.PRESENT
    os.utime(path, (seconds + 1, seconds + 1))
    assert store.state(model) is State.PARTIAL


def test_verify_finds_what_sizes_and_times_do_not_show(store: Store, tmp_path: Path) -> None:
    model = given(tmp_path / "given")
    store.pull(model)
    store.verify(model)
    path = store.directory(model) / "parrot.gguf"
    before = path.stat().st_mtime_ns
    path.write_bytes(b"GGUF" + b"\1" * 5000)
    os.utime(path, ns=(before, before))
    assert store.state(model) is State.PRESENT
    with pytest.raises(VerifyFailed, match=r"parrot: parrot\.gguf changed"):
        store.verify(model)
    assert store.state(model) is State.PARTIAL
    store.pull(model)
    store.verify(model)


class Lines(progress.Silent):
    """A display that keeps what is said."""

    def __init__(self) -> None:
        self.lines = list[str]()

    def say(self, line: str) -> None:
        self.lines.append(line)


def test_weights_that_rot_on_the_disk_are_noticed_at_a_start_a_week_later(
    store: Store, tmp_path: Path
) -> None:
    rotten, good, fresh = (
        replace(given(tmp_path / name), id=name) for name in ("rotten", "good", "fresh")
    )
    for model in (rotten, good, fresh):
        store.pull(model)
    for model in (rotten, fresh):
        path = store.directory(model) / "parrot.gguf"
        before = path.stat().st_mtime_ns
        path.write_bytes(b"GGUF" + b"\1" * 5000)
        os.utime(path, ns=(before, before))
    week = time.time() - WEEK_S - 1
    for model in (rotten, good):
        os.utime(store.directory(model) / manifest.NAME, (week, week))
    screen = Lines()
    store.check_again([rotten, good, fresh], screen, time.time())
    assert ["rotten: parrot.gguf changed" in line for line in screen.lines] == [True]
    assert [store.state(each) for each in (rotten, good, fresh)] == [
        State.PARTIAL,
        State.PRESENT,
        State.PRESENT,
    ]
    assert manifest.written_at(store.directory(good)) > week + WEEK_S
    store.pull_all([rotten], screen)
    store.verify(rotten)


def test_verify_of_an_absent_model_says_how_to_get_it(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotPulled, match="dragoman models pull parrot"):
        store.verify(given(tmp_path / "given"))


def test_a_file_handed_over_is_enough_when_no_source_is_left(store: Store, tmp_path: Path) -> None:
    model = replace(given(tmp_path / "given"), sources=(FileSource("file", "/nowhere"),))
    with pytest.raises(PullFailed, match="there is nothing at /nowhere"):
        store.pull(model)
    store.pull(model, from_path=tmp_path / "given")
    assert store.state(model) is State.PRESENT


def test_the_only_file_of_a_model_may_be_handed_over_under_any_name(
    store: Store, tmp_path: Path
) -> None:
    model = given(tmp_path / "given", {"parrot.gguf": FILES["parrot.gguf"]})
    renamed = (tmp_path / "given" / "parrot.gguf").rename(tmp_path / "download (1)")
    store.pull(model, from_path=renamed)
    assert store.state(model) is State.PRESENT


@pytest.mark.parametrize("wrong", [b"GGUF", FILES["parrot.gguf"] + b"more", bytes(5004)])
def test_a_wrong_file_handed_over_is_not_taken(store: Store, tmp_path: Path, wrong: bytes) -> None:
    model = given(tmp_path / "given")
    (tmp_path / "given" / "parrot.gguf").write_bytes(wrong)
    with pytest.raises(PullFailed, match="another sum"):
        store.pull(model)
    assert store.state(model) is State.ABSENT


def test_a_pickle_is_refused_and_does_not_stay(store: Store, tmp_path: Path) -> None:
    model = given(tmp_path / "given", {"model.bin": pickle.dumps({"weights": 1})})
    with pytest.raises(FileRefused, match=r"model\.bin is a pickle, which can carry code"):
        store.pull(model)
    assert not list(store.root.rglob("model.bin*"))


def test_too_small_a_disk_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    store = Store(tmp_path / "models", free_bytes=lambda _: 1_000_000)
    model = given(tmp_path / "given")
    with pytest.raises(DiskFull) as caught:
        store.pull(model)
    assert "parrot needs 67.1 MB while it is put together, 1 MB is free" in caught.value.message
    assert "set DRAGOMAN_MODELS" in caught.value.message
    assert not list(store.root.rglob("*.part"))


def test_a_disk_that_fills_up_while_fetching_is_said_and_can_be_mended(
    store: Store, tmp_path: Path
) -> None:
    model = given(tmp_path / "given")
    with largest_file(3000), pytest.raises(DiskFull, match="Make room") as caught:
        store.pull(model)
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.EFBIG
    assert store.state(model) is State.ABSENT
    store.pull(model)
    assert store.state(model) is State.PRESENT


def test_a_store_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file, not a directory")
    with pytest.raises(StoreError, match="Set DRAGOMAN_MODELS to a directory"):
        Store(tmp_path / "models").pull(given(tmp_path / "given"))
