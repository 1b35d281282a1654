"""Two servers in processes of their own, with one PostgreSQL between them."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openai import NotFoundError, OpenAI

from dragoman.cli.main import main
from live_server import Server, serving
from upstreams import running

HOUSE = """
starter = ["far"]

[[model]]
id = "far"
kind = "chat"
engine = "remote-openai"
"""
ANSWER = {
    "object": "chat.completion.chunk",
    "choices": [{"index": 0, "delta": {"content": "Hello"}, "finish_reason": "stop"}],
}


@contextmanager
def two_servers(directory: Path, url: str) -> Generator[tuple[Server, Server]]:
    """Servers that have the keys and the database in common, and nothing else."""
    with running() as upstream:
        upstream.says(ANSWER)
        options = f'options = {{ base_url = "{upstream.url}", model = "far" }}'
        (directory / "house.toml").write_text(HOUSE + options)
        settings = {
            "DRAGOMAN_CATALOGUE": str(directory / "house.toml"),
            "DRAGOMAN_MODELS": str(directory / "models"),
            "DRAGOMAN_KEY_FILE": str(directory / "keys.json"),
            "DRAGOMAN_DATABASE": url,
        }
        with (
            serving(log=directory / "one", **settings) as one,
            serving(log=directory / "two", **settings) as two,
        ):
            yield one, two


def key(directory: Path, name: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["keys", "create", name, "--file", str(directory / "keys.json")]) == 0
    return next(word for word in capsys.readouterr().out.split() if word.startswith("sk-"))


def test_what_one_server_keeps_the_other_has(
    tmp_path: Path, postgresql_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    alice, bob = (key(tmp_path, name, capsys) for name in ("alice", "bob"))
    with two_servers(tmp_path, postgresql_database) as (one, two):
        here = OpenAI(base_url=one.base_url, api_key=alice)
        there = OpenAI(base_url=two.base_url, api_key=alice)
        first = here.responses.create(model="far", input="ping")
        assert there.responses.retrieve(first.id).output_text == "Hello"
        second = there.responses.create(model="far", input="again", previous_response_id=first.id)
        assert here.responses.retrieve(second.id).previous_response_id == first.id
        kept = here.chat.completions.create(
            model="far",
            messages=[{"role": "user", "content": "ping"}],
            store=True,
            metadata={"topic": "tea"},
        )
        (found,) = there.chat.completions.list(metadata={"topic": "tea"})
        assert found.id == kept.id
        talk = there.conversations.create(items=[{"role": "user", "content": "My name is Gil."}])
        here.responses.create(model="far", input="ping", conversation=talk.id)
        assert len(there.conversations.items.list(talk.id).data) == 3
        stranger = OpenAI(base_url=two.base_url, api_key=bob)
        with pytest.raises(NotFoundError):
            stranger.responses.retrieve(first.id)
        there.responses.delete(first.id)
        with pytest.raises(NotFoundError):
            here.responses.retrieve(first.id)
    assert not (tmp_path / "one.completions").exists()
