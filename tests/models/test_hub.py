"""The hub's own client, against a hub on loopback."""

import socket
from pathlib import Path
from typing import NoReturn

import pytest

from dragoman.models.entry import File, HubSource
from dragoman.models.errors import SourceGone, SourceUnreachable
from dragoman.models.sources.hub import HubFetcher
from dragoman.models.stage import Stage
from models.index import Index, file_of

WHOLE = b"GGUF" + bytes(range(256)) * 4096
CONFIG = b"{}"
REVISION = "f" * 40
SOURCE = HubSource("hub", "keeper/parrot", REVISION, paths={"config.json": "deep/config.json"})
FILES = (file_of("parrot.gguf", WHOLE), file_of("config.json", CONFIG))


class Counted:
    def __init__(self) -> None:
        self.bytes = 0

    def advance(self, size: int) -> None:
        self.bytes += size


@pytest.fixture
def hub(index: Index) -> Index:
    index.hub = {
        f"keeper/parrot/resolve/{REVISION}/parrot.gguf": WHOLE,
        f"keeper/parrot/resolve/{REVISION}/deep/config.json": CONFIG,
    }
    return index


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path, SOURCE)
    stage.open()
    return stage


def fetch(hub: Index, stage: Stage, files: tuple[File, ...] = FILES) -> int:
    bar = Counted()
    HubFetcher(SOURCE, hub.address).fetch(files, stage, bar)
    return bar.bytes


def test_files_of_the_pinned_revision_are_fetched(hub: Index, stage: Stage) -> None:
    assert fetch(hub, stage) == len(WHOLE) + len(CONFIG)
    assert [stage.part(file).read_bytes() for file in FILES] == [WHOLE, CONFIG]


def test_what_an_earlier_pull_got_is_not_fetched_again(hub: Index, stage: Stage) -> None:
    fetch(hub, stage, FILES[:1])
    fetcher = HubFetcher(SOURCE, hub.address)
    assert fetcher.need(FILES, stage).download == len(CONFIG)
    fetch(hub, stage)
    assert set(hub.served.values()) == {1}


def test_a_file_that_is_gone_is_said(hub: Index, stage: Stage) -> None:
    hub.gone = set(hub.hub)
    with pytest.raises(SourceGone, match=r"keeper/parrot at ffffffffffff has no parrot\.gguf"):
        fetch(hub, stage)


def test_a_cut_connection_is_taken_up_where_it_broke(
    hub: Index, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The client keeps whole blocks only, usually of 10 MB.
    block = 65_536
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", block)
    key = f"keeper/parrot/resolve/{REVISION}/parrot.gguf"
    hub.cut_once = {key}
    fetch(hub, stage)
    assert stage.part(FILES[0]).read_bytes() == WHOLE
    assert hub.sent[key] < len(WHOLE) + len(WHOLE) // 2 + block


def test_a_hub_that_may_not_be_asked_is_said(
    hub: Index, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(SourceUnreachable, match=r"the hub did not answer for parrot\.gguf"):
        fetch(hub, stage)
    assert not hub.served


def test_without_a_network_the_hub_is_not_tried(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: object) -> NoReturn:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr("dragoman.models.sources.hub.getproxies", dict[str, str])
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(SourceUnreachable, match="there seems to be no network"):
        HubFetcher(SOURCE, "http://hub.invalid").fetch(FILES, stage, Counted())
