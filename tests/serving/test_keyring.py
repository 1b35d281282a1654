"""Named keys in a file, and a server that learns of a change without a restart."""

import json
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from dragoman.domain.keys import Allowance, digest
from dragoman.serving.key_file import MOST_BYTES, PREFIX, KeyFile, KeyFileWrong
from dragoman.serving.keyring import LOOK_S, FileKeyring


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "own" / "keys.json")


def test_a_key_is_kept_as_a_hash_and_only_for_its_user(file: KeyFile) -> None:
    secret = file.create("alice", Allowance(requests_per_minute=3), operates=True)
    assert secret.startswith(PREFIX)
    text = file.path.read_text()
    assert secret not in text
    assert digest(secret) in text
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    (key,) = file.read()
    assert (key.name, key.operates, key.allowance) == (
        "alice",
        True,
        Allowance(requests_per_minute=3),
    )


def test_the_file_keeps_its_mode_and_a_link_to_it_stays_one(file: KeyFile, tmp_path: Path) -> None:
    file.create("alice", Allowance())
    file.path.chmod(0o640)
    link = KeyFile(tmp_path / "link.json")
    link.path.symlink_to(file.path)
    link.create("bob", Allowance())
    assert link.path.is_symlink()
    assert [key.name for key in file.read()] == ["alice", "bob"]
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640
    assert sorted(each.name for each in file.path.parent.iterdir()) == [
        "keys.json",
        "keys.json.lock",
    ], "nothing else is left"


def test_a_file_far_too_large_is_not_read(file: KeyFile) -> None:
    file.create("alice", Allowance())
    with file.path.open("a") as end:
        end.write(" " * MOST_BYTES)
    with pytest.raises(KeyFileWrong, match="larger than"):
        file.read()


SERVICE, GROUP = 65_534, 65_533
"""Of a user and a group that nobody here is."""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes others' files")


@as_root
def test_what_root_makes_the_service_s_user_can_read(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    os.chown(data, SERVICE, GROUP)
    file = KeyFile(data / "dragoman" / "keys.json")
    file.create("alice", Allowance())
    for place in (file.path.parent, file.path, file.path.with_name("keys.json.lock")):
        assert (place.stat().st_uid, place.stat().st_gid) == (SERVICE, GROUP)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    os.chown(file.path, 0, GROUP)
    file.path.chmod(0o640)
    file.revoke("alice")
    state = file.path.stat()
    assert (state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)) == (0, GROUP, 0o640)


@as_root
def test_in_a_directory_for_a_group_the_group_can_read_what_root_makes(tmp_path: Path) -> None:
    shared = tmp_path / "etc"
    shared.mkdir(mode=0o750)
    os.chown(shared, 0, GROUP)
    file = KeyFile(shared / "keys.json")
    file.create("alice", Allowance())
    state = file.path.stat()
    assert (state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)) == (0, GROUP, 0o640)


@as_root
def test_a_file_is_not_taken_from_its_owner() -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o777)
        file = KeyFile(Path(place) / "keys.json")
        file.create("alice", Allowance())
        file.path.chmod(0o644)
        file.path.with_name("keys.json.lock").chmod(0o666)
        before = file.path.read_text()
        os.seteuid(SERVICE)
        try:
            with pytest.raises(KeyFileWrong, match=r"belongs to user 0 .* as that user or as root"):
                file.create("bob", Allowance())
        finally:
            os.seteuid(0)
        assert file.path.read_text() == before
        assert len(list(Path(place).iterdir())) == 2, "nothing else is left"


def test_a_name_is_taken_for_good_but_its_holder_may_get_another_key(file: KeyFile) -> None:
    first = file.create("alice", Allowance())
    with pytest.raises(KeyFileWrong, match="already, or was"):
        file.create("alice", Allowance())
    file.revoke("alice")
    with pytest.raises(KeyFileWrong, match="already, or was"):
        file.create("alice", Allowance())
    second = file.create("alice", Allowance(), again=True)
    ring = FileKeyring((), file)
    assert ring.find(first) is None
    found = ring.find(second)
    assert found is not None
    assert found.name == "alice"


@pytest.mark.parametrize("name", ["", "Alice", "a b", "key-1", "ü", "a" * 64])
def test_a_name_that_could_be_taken_for_something_else_is_refused(file: KeyFile, name: str) -> None:
    with pytest.raises(KeyFileWrong, match="no name"):
        file.create(name, Allowance())


def test_who_is_not_there_cannot_be_revoked_nor_replaced(file: KeyFile) -> None:
    with pytest.raises(KeyFileWrong, match="no key 'bob'"):
        file.revoke("bob")
    with pytest.raises(KeyFileWrong, match="no key 'bob'"):
        file.create("bob", Allowance(), again=True)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"keys": [1]}',
        '{"keys": [{"name": "a", "sha256": "x"}]}',
        '{"keys": [{"name": "A"}]}',
        '{"keys": [{"name": "a", "limit": 3}]}',
        '{"keys": [{"name": "a", "requests_per_day": -1}]}',
        '{"keys": [{"name": "a", "requests_per_day": true}]}',
        '{"keys": [{"name": "a", "operator": 1}]}',
        '{"keys": [{"name": "a"}, {"name": "a"}]}',
        json.dumps({"keys": [{"name": f"k{n}"} for n in range(1001)]}),
    ],
)
def test_a_file_that_is_wrong_starts_no_server(file: KeyFile, content: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(content)
    with pytest.raises(KeyFileWrong):
        FileKeyring((), file)


def test_the_plain_keys_of_the_settings_go_on_working(file: KeyFile) -> None:
    ring = FileKeyring(("sk-one",), file)
    assert ring.required
    found = ring.find("sk-one")
    assert found is not None
    assert found.name == f"key-{digest('sk-one')[:8]}"
    assert found.operates
    assert ring.find("sk-two") is None


def test_without_keys_none_is_needed_until_the_first_is_made(file: KeyFile) -> None:
    clock = Clock()
    ring = FileKeyring((), file, clock)
    assert not ring.required
    secret = file.create("alice", Allowance())
    clock.now += LOOK_S
    assert ring.required
    assert ring.find(secret) is not None
    file.revoke("alice")
    clock.now += LOOK_S
    assert ring.required, "a server whose last key was revoked is not open"
    assert ring.find(secret) is None


def test_a_file_that_is_gone_or_broken_changes_nothing(
    file: KeyFile, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    secret = file.create("alice", Allowance())
    ring = FileKeyring((), file, clock)
    file.path.write_text("{")
    clock.now += LOOK_S
    assert ring.find(secret) is not None
    file.path.unlink()
    clock.now += LOOK_S
    assert ring.required
    assert ring.find(secret) is not None
    assert len(caplog.records) == 2
