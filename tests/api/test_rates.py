"""What a key may use: rates by the minute, budgets by the day, and whose things are whose."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import httpx2
import pytest
from openai import AsyncOpenAI, NotFoundError, RateLimitError

from clients import MODEL, Shelf, http_client, user
from dragoman.api.observed import Observation, Served
from dragoman.api.rates import Rates, duration
from dragoman.domain.chat import CHAT, ChatFinished, TextDelta, Usage
from dragoman.domain.keys import Allowance, Key, PlainKeys, digest
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.conversations import SqlConversations
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held

PATH = "/v1/chat/completions"
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "ping"}]}


@dataclass
class Clock:
    now: float = 0.0
    day: datetime = datetime(2026, 11, 30, 12, tzinfo=UTC)

    def __call__(self) -> float:
        return self.now


@dataclass
class Ring:
    """See `domain.keys.Keyring`."""

    keys: dict[str, Key] = field(default_factory=dict[str, Key])
    required = True

    def find(self, secret: str) -> Key | None:
        return self.keys.get(secret) or PlainKeys(("sk-plain", "sk-other")).find(secret)


@asynccontextmanager
async def served(
    allowance: Allowance | None = None, path: Path | None = None, clock: Clock | None = None
) -> AsyncGenerator[httpx2.AsyncClient, None]:
    clock = clock or Clock()
    names = ("alice", "bob")
    allowance = allowance or Allowance()
    keys = {f"sk-{name}": Key(name, digest(f"sk-{name}"), allowance=allowance) for name in names}
    options = Options(
        keyring=Ring(keys),
        rates=Rates(clock, lambda: clock.day),
        completions=SqlCompletions(Database.in_file(path / "kept")) if path else None,
        responses=SqlResponses(Database.in_file(path / "kept")) if path else None,
        conversations=SqlConversations(Database.in_file(path / "kept")) if path else None,
    )
    engines = Held({CHAT: {MODEL: FakeChat([Say("a b c")])}})
    async with http_client(create_app(engines, Shelf(), options=options)) as client:
        yield client


def as_(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer sk-{name}"}


async def ask(client: httpx2.AsyncClient, name: str = "alice") -> httpx2.Response:
    return await client.post(PATH, json=ASK, headers=as_(name))


async def test_a_key_gets_as_many_requests_as_it_may_and_then_waits() -> None:
    clock = Clock()
    async with served(Allowance(requests_per_minute=3), clock=clock) as client:
        answers = [await ask(client) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["x-ratelimit-remaining-requests"] for answer in answers] == [
            "2",
            "1",
            "0",
            "0",
        ]
        assert answers[0].headers["x-ratelimit-limit-requests"] == "3"
        assert answers[0].headers["x-ratelimit-reset-requests"] == "20s"
        error = answers[3].json()["error"]
        assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
        assert "Please try again in 20s." in error["message"]
        assert answers[3].headers["retry-after"] == "20"
        assert (await ask(client, "bob")).status_code == 200, "another key's rate is its own"
        clock.now += 20
        assert (await ask(client)).status_code == 200
        assert (await ask(client)).status_code == 429


async def test_ten_at_once_get_no_more_than_the_rate_over_two_minutes() -> None:
    clock = Clock()
    async with served(Allowance(requests_per_minute=60), clock=clock) as client:
        passed = 0
        for _ in range(120):
            statuses = list[int]()

            async def one(statuses: list[int] = statuses) -> None:
                statuses.append((await ask(client)).status_code)

            async with anyio.create_task_group() as tasks:
                for _ in range(10):
                    tasks.start_soon(one)
            passed += statuses.count(200)
            clock.now += 1
        # A full bucket of 60, and one a second.
        assert passed == pytest.approx(60 + 119, rel=0.02)


async def test_tokens_are_paid_for_when_they_are_known() -> None:
    clock = Clock()
    async with served(Allowance(tokens_per_minute=1), clock=clock) as client:
        first = await ask(client)
        usage = first.json()["usage"]["total_tokens"]
        assert usage > 1
        second = await ask(client)
        assert second.status_code == 429
        assert second.json()["error"]["type"] == "tokens"
        # Until one token is there again: the debt first.
        wait = float(second.headers["retry-after"])
        assert wait == pytest.approx(usage * 60, abs=1)
        clock.now += wait
        assert (await ask(client)).status_code == 200


def test_an_answer_whose_client_left_is_paid_for_as_far_as_it_came() -> None:
    rates, key = Rates(), Key("alice", "", allowance=Allowance(tokens_per_day=100))
    rates.refusal(key, PATH)
    for ends in ([], [ChatFinished(Usage(5, 3))]):
        work = Observation()
        for event in [*(TextDelta(0, piece) for piece in "abc"), *ends]:
            work.see(event)
        rates.count(Served(PATH, 200, "left", "alice", 1.0, work))
    assert rates.spent()["alice"][1]["tokens"] == 3 + 8


async def test_a_days_budget_ends_with_the_day() -> None:
    clock = Clock()
    async with served(Allowance(requests_per_day=1), clock=clock) as client:
        assert (await ask(client)).status_code == 200
        refused = await ask(client)
        assert refused.status_code == 429
        assert "requests per day: Limit 1. Please try again in 12h0m0s." in refused.text
        assert refused.headers["retry-after"] == str(12 * 3600)
        assert refused.headers["x-should-retry"] == "false"
        clock.day += timedelta(hours=12)
        assert (await ask(client)).status_code == 200


async def test_a_key_that_may_use_nothing_is_told_so() -> None:
    async with served(Allowance(requests_per_minute=0)) as client:
        refused = await ask(client)
    assert refused.status_code == 429
    assert "this key may use no requests" in refused.text


async def test_the_official_client_knows_the_refusal_for_what_it_is() -> None:
    async with served(Allowance(requests_per_minute=1)) as http:
        client = AsyncOpenAI(
            base_url="http://test/v1", api_key="sk-alice", http_client=http, max_retries=0
        )
        await client.chat.completions.create(model=MODEL, messages=user("x"))
        with pytest.raises(RateLimitError) as caught:
            await client.chat.completions.create(model=MODEL, messages=user("x"))
    assert caught.value.code == "rate_limit_exceeded"


async def test_a_list_of_models_costs_nothing_and_a_key_without_limits_has_no_headers() -> None:
    async with served(Allowance(requests_per_minute=1)) as client:
        answers = [await client.get("/v1/models", headers=as_("alice")) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert answers[-1].headers["x-ratelimit-remaining-requests"] == "1"
        plain = await client.get("/v1/models", headers=as_("plain"))
    assert not [name for name in plain.headers if name.startswith("x-ratelimit")]


async def test_what_a_key_stores_is_no_other_keys_to_see_change_or_delete(tmp_path: Path) -> None:
    async with served(path=tmp_path) as http:
        clients = {
            name: AsyncOpenAI(
                base_url="http://test/v1", api_key=f"sk-{name}", http_client=http, max_retries=0
            )
            for name in ("alice", "bob", "plain", "other")
        }
        answer = await clients["alice"].chat.completions.create(
            model=MODEL, messages=user("alice secret"), store=True
        )
        response = await clients["alice"].responses.create(model=MODEL, input="alice secret")
        conversation = await clients["alice"].conversations.create()
        for name in ("bob", "plain"):
            other = clients[name]
            assert [each async for each in other.chat.completions.list()] == []
            for call in (
                other.chat.completions.retrieve(answer.id),
                other.chat.completions.update(answer.id, metadata={"a": "b"}),
                other.chat.completions.delete(answer.id),
                other.responses.retrieve(response.id),
                other.responses.delete(response.id),
                other.responses.cancel(response.id),
                other.conversations.retrieve(conversation.id),
                other.conversations.update(conversation.id, metadata={}),
                other.conversations.delete(conversation.id),
            ):
                with pytest.raises(NotFoundError):
                    await call
        own = clients["alice"]
        assert (await own.chat.completions.retrieve(answer.id)).metadata == {}
        assert (await own.responses.retrieve(response.id)).id == response.id
        assert (await own.conversations.retrieve(conversation.id)).id == conversation.id


async def test_what_was_kept_before_there_were_owners_stays_the_plain_keys(tmp_path: Path) -> None:
    before = create_app(
        Held({CHAT: {MODEL: FakeChat([Say("a")])}}),
        Shelf(),
        options=Options(completions=SqlCompletions(Database.in_file(tmp_path / "kept"))),
    )
    async with http_client(before) as client:
        made = await client.post(PATH, json={**ASK, "store": True})
        place = f"{PATH}/{made.json()['id']}"
    async with served(path=tmp_path) as client:
        statuses = {
            name: (await client.get(place, headers=as_(name))).status_code
            for name in ("plain", "other", "alice")
        }
    assert statuses == {"plain": 200, "other": 200, "alice": 404}


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0ms"), (0.12, "120ms"), (6.2, "6.2s"), (60, "1m0s"), (90.2, "1m31s"), (18000, "5h0m0s")],
)
def test_a_time_is_written_as_openai_writes_it(seconds: float, written: str) -> None:
    assert duration(seconds) == written
    assert re.fullmatch(r"(\d+h)?(\d+m)?(\d+(\.\d+)?m?s)", written)
