"""What responses in the background cost the key that began them, and how keys share the places."""

import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.lowlevel
import openai
import pytest
from openai import AsyncOpenAI

from background import begun, reached
from clients import MODEL, Shelf, http_client
from dragoman.api.background import MOST
from dragoman.api.observed import Meter, Served
from dragoman.api.rates import Rates
from dragoman.domain.chat import CHAT
from dragoman.domain.errors import EngineFailed
from dragoman.domain.keys import Allowance, Key, digest
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Fail, Say, Step, Wait
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held

HELLO = (Say("Hel"), Say("lo!"))


@pytest.fixture
def gate() -> threading.Event:
    """What an answer waits for."""
    return threading.Event()


@dataclass
class Counted:
    """See `api.observed.Meter`."""

    ends: list[Served] = field(default_factory=list[Served])

    def count(self, served: Served) -> None:
        self.ends.append(served)

    def background(self) -> Served:
        """The only work in the background that has ended."""
        (served,) = [served for served in self.ends if served.endpoint == "background"]
        return served


@asynccontextmanager
async def keyed(
    directory: Path, script: Sequence[Step], rates: Rates, meter: Meter | None = None
) -> AsyncGenerator[dict[str, AsyncOpenAI]]:
    """Clients with keys of their own, for a server that says so to everybody."""
    names = ("alice", "bob")
    allowance = Allowance(tokens_per_day=1)
    keys = {name: Key(name, digest(f"sk-{name}"), allowance=allowance) for name in names}
    options = Options(
        keyring=Ring(keys),
        rates=rates,
        meter=meter,
        responses=SqlResponses(Database.in_file(directory / "completions.sqlite3")),
    )
    engines = Held({CHAT: {MODEL: FakeChat(script, concurrency=9)}})
    app = create_app(engines, Shelf(), options=options)
    async with app.router.lifespan_context(app), http_client(app) as http:
        yield {
            name: AsyncOpenAI(
                base_url="http://test/v1", api_key=f"sk-{name}", http_client=http, max_retries=0
            )
            for name in names
        }


class Ring:
    """See `domain.keys.Keyring`."""

    required = True

    def __init__(self, keys: dict[str, Key]) -> None:
        self._keys = keys

    def find(self, secret: str) -> Key | None:
        return self._keys.get(secret.removeprefix("sk-"))


async def test_what_it_used_is_paid_for_by_the_key_that_began_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rates, counted = Rates(), Counted()
    caplog.set_level("INFO", "dragoman.requests")
    async with keyed(tmp_path, HELLO, rates, counted) as clients:
        answer = await begun(clients["alice"])
        whole = await reached(clients["alice"], answer.id, "completed")
        assert whole.usage
        # It is kept as completed first, and paid for right after.
        with anyio.fail_after(20):
            while not rates.spent()["alice"][1].get("tokens"):
                await anyio.lowlevel.checkpoint()
        assert rates.spent()["alice"][1] == {
            "requests": 1,
            "tokens": whole.usage.total_tokens,
            "audio_seconds": 0,
        }
        with pytest.raises(openai.RateLimitError, match="tokens per day"):
            await begun(clients["alice"])
        await begun(clients["bob"])
    served = [(each.endpoint, each.outcome) for each in counted.ends if each.key == "alice"]
    assert served.count(("background", "ok")) == 1
    assert served.count(("/v1/responses", "ok")) == 1
    lines = [line.getMessage() for line in caplog.records]
    (line,) = [line for line in lines if line.startswith("background done") and "alice" in line]
    assert f"completion_tokens={whole.usage.output_tokens}" in line
    (request,) = [
        line
        for line in lines
        if line.startswith("request done") and "method=POST" in line and "alice" in line
    ]
    assert "completion_tokens=-" in request, "nothing is counted twice"
    assert _id_in(line) == _id_in(request)


async def test_one_that_is_cancelled_is_paid_for_as_far_as_it_came(
    tmp_path: Path, gate: threading.Event
) -> None:
    rates, counted = Rates(), Counted()
    async with keyed(tmp_path, [*HELLO, Wait(gate)], rates, counted) as clients:
        alice = clients["alice"]
        answer = await begun(alice)
        await reached(alice, answer.id, "in_progress")
        assert (await alice.responses.cancel(answer.id)).status == "cancelled"
    served = counted.background()
    assert (served.outcome, served.key) == ("left", "alice")
    assert rates.spent()["alice"][1]["tokens"] == served.work.uncounted


async def test_one_that_fails_and_one_that_the_end_of_the_server_cuts_are_counted_as_such(
    tmp_path: Path, gate: threading.Event
) -> None:
    broken, cut, unknown = Counted(), Counted(), Counted()
    script = [Say("Hel"), Fail(EngineFailed("it broke"))]
    async with keyed(tmp_path, script, Rates(), broken) as clients:
        answer = await begun(clients["alice"])
        await reached(clients["alice"], answer.id, "failed")
    assert broken.background().outcome == "failed"
    async with keyed(tmp_path, [Wait(gate)], Rates(), cut) as clients:
        answer = await begun(clients["alice"])
        await reached(clients["alice"], answer.id, "in_progress")
    assert (cut.background().outcome, cut.background().status) == ("overloaded", 503)
    async with keyed(tmp_path, HELLO, Rates(), unknown) as clients:
        answer = await clients["alice"].responses.create(model="nobody", input="x", background=True)
        await reached(clients["alice"], answer.id, "failed")
    assert unknown.background().outcome == "refused"


async def test_a_key_that_fills_the_background_does_not_shut_out_another(
    tmp_path: Path, gate: threading.Event
) -> None:
    async with keyed(tmp_path, [Wait(gate), *HELLO], Rates()) as clients:
        alice, bob = clients["alice"], clients["bob"]
        many = [(await begun(alice)).id for _ in range(MOST)]
        with pytest.raises(openai.RateLimitError, match="queue of the background is full"):
            await begun(alice)
        one = await begun(bob)
        await reached(alice, many[1], "in_progress")
        # A place is free: it goes to the key that has had none, not to who came before.
        await alice.responses.cancel(many[0])
        await reached(bob, one.id, "in_progress")
        assert (await alice.responses.retrieve(many[2])).status == "queued"
        gate.set()


def _id_in(line: str) -> str:
    return line.split("request_id=")[1].split(maxsplit=1)[0]
