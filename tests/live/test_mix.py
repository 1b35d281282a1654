"""Fifty requests at once, of every sort, half of them given up: none mixed up, none stuck."""

import json
import random
from dataclasses import dataclass, field

import anyio
import pytest
from openai import AsyncOpenAI
from openai.types.chat import (
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageParam,
    ChatCompletionNamedToolChoiceParam,
)
from openai.types.shared_params import ResponseFormatJSONSchema

pytestmark = pytest.mark.model

MODEL = "smollm2-135m-instruct"
REQUESTS = 50
SLOTS = 4
"""Of the engine as it comes: a request for as many choices needs all of them."""
PATIENCE_S = 240
"""For what takes about half a minute on two cores that are free."""
NAMED: ChatCompletionNamedToolChoiceParam = {"type": "function", "function": {"name": "mark"}}


@dataclass
class Seen:
    """What came back for each marker."""

    whole: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    partly: dict[str, str] = field(default_factory=dict[str, str])
    given_up: set[str] = field(default_factory=set[str])


def wanted(marker: str) -> dict[str, object]:
    """A schema that only `marker` fits."""
    note = {"type": "string", "maxLength": 12}
    return {
        "type": "object",
        "properties": {"marker": {"const": marker}, "note": note},
        "required": ["marker", "note"],
        "additionalProperties": False,
    }


def document(marker: str) -> ResponseFormatJSONSchema:
    schema = wanted(marker)
    return {"type": "json_schema", "json_schema": {"name": "mark", "schema": schema}}


def tool(marker: str) -> ChatCompletionFunctionToolParam:
    return {"type": "function", "function": {"name": "mark", "parameters": wanted(marker)}}


def asked(marker: str, dice: random.Random) -> list[ChatCompletionMessageParam]:
    filler = "Rivers are long. " * dice.randrange(12)
    return [{"role": "user", "content": f"{filler}Write a note about {marker}."}]


class Mix:
    """The requests, each drawn from `seed`."""

    def __init__(self, client: AsyncOpenAI, seed: int) -> None:
        self._client = client
        self._seed = seed
        self.seen = Seen()

    async def ask(self, number: int) -> None:
        """One request, streamed or whole, a document or a call, left early or not."""
        dice = random.Random(self._seed + number)
        marker = f"m{dice.randrange(10**6):06}"
        streamed, calling, leaving = (dice.random() < 0.5 for _ in range(3))
        if streamed:
            await self._streamed(marker, dice, leave_after=dice.randrange(6) if leaving else None)
        elif leaving:
            with anyio.move_on_after(dice.uniform(0, 4)) as scope:
                await self._whole(marker, dice, calling=calling)
            if scope.cancelled_caught:
                self.seen.given_up.add(marker)
        else:
            await self._whole(marker, dice, calling=calling)

    async def _whole(self, marker: str, dice: random.Random, *, calling: bool) -> None:
        messages = asked(marker, dice)
        if calling:
            answer = await self._client.chat.completions.create(
                model=MODEL, messages=messages, tools=[tool(marker)], tool_choice=NAMED
            )
            calls = answer.choices[0].message.tool_calls or []
            texts = [call.function.arguments for call in calls if call.type == "function"]
        else:
            answer = await self._client.chat.completions.create(
                model=MODEL,
                messages=messages,
                response_format=document(marker),
                n=dice.randrange(1, 4),
                temperature=dice.choice((0, 1, 2)),
            )
            texts = [choice.message.content or "" for choice in answer.choices]
        self.seen.whole[marker] = texts

    async def _streamed(self, marker: str, dice: random.Random, *, leave_after: int | None) -> None:
        text, chunks = "", 0
        stream = await self._client.chat.completions.create(
            model=MODEL,
            messages=asked(marker, dice),
            response_format=document(marker),
            stream=True,
        )
        async with stream:
            async for chunk in stream:
                text += chunk.choices[0].delta.content or ""
                chunks += 1
                if chunks == leave_after:
                    self.seen.partly[marker] = text
                    return
        self.seen.whole[marker] = [text]


async def test_fifty_requests_at_once_are_not_mixed_up_and_leave_every_slot_free(base_url: str):
    async with AsyncOpenAI(
        base_url=base_url, api_key="anything", max_retries=0, timeout=PATIENCE_S
    ) as client:
        mix = Mix(client, seed=20)
        with anyio.fail_after(PATIENCE_S):
            async with anyio.create_task_group() as tasks:
                for number in range(REQUESTS):
                    tasks.start_soon(mix.ask, number)
            # Would wait for a slot that is still held, and for cells.
            last = await client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": "Hi"}], n=SLOTS, max_tokens=1
            )
    seen = mix.seen
    assert len(last.choices) == SLOTS
    assert len(seen.whole) + len(seen.partly) + len(seen.given_up) == REQUESTS
    assert len(seen.whole) > 10
    assert len(seen.partly) > 5
    for marker, texts in seen.whole.items():
        assert [json.loads(text)["marker"] for text in texts] == [marker] * len(texts)
        assert texts
    for marker, text in seen.partly.items():
        head = json.dumps({"marker": marker}).rstrip("}")
        assert head.startswith(text) or text.startswith(head)
