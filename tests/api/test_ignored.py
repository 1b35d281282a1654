"""`x-dragoman-ignored`: what was sent and had no effect is named, on every endpoint."""

import re
from typing import Any, cast

import openai
import pytest

from clients import MODEL, chat_app, openai_client, user
from dragoman.api.draining import Draining
from dragoman.domain.chat import ChatEvent, ChatRequest, SchemaLoosened
from dragoman.domain.conversation import CustomTool
from dragoman.domain.engine import Outlet
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import say
from dragoman.serving.demo import demo_app
from dragoman.serving.settings import Settings
from sounds import tone, wav

SOUND = ("second.wav", wav(tone(1.0)))
HI = user("Hello")


@pytest.fixture
async def client():
    app = demo_app(Settings(allowed_hosts=("test",)), Draining())
    async with app.router.lifespan_context(app), openai_client(app) as client:
        yield client


async def test_fields_of_chat_without_effect_are_named_whole_and_streamed(
    client: openai.AsyncOpenAI,
) -> None:
    create = client.chat.completions.with_raw_response.create
    whole = await create(model="gpt-4o", messages=HI, user="me", service_tier="flex", seed=1)
    assert whole.headers["x-dragoman-ignored"] == "service_tier, user"
    async with client.chat.completions.with_streaming_response.create(
        model="gpt-4o", messages=HI, stream=True, prompt_cache_key="k"
    ) as streamed:
        assert streamed.headers["x-dragoman-ignored"] == "prompt_cache_key"
        assert "lease" in streamed.headers["server-timing"]
    plain = await create(model="gpt-4o", messages=HI, seed=1)
    assert "x-dragoman-ignored" not in plain.headers


@pytest.mark.parametrize("name", ["gpt-5", "gpt-5.6", "o3-mini"])
async def test_effort_is_ignored_by_a_model_that_cannot_think_under_a_name_that_reasons(
    client: openai.AsyncOpenAI, name: str
) -> None:
    answer = await client.chat.completions.with_raw_response.create(
        model=name, messages=HI, reasoning_effort="high"
    )
    assert answer.headers["x-dragoman-ignored"] == "reasoning_effort"
    assert answer.parse().choices[0].message.content
    async with client.chat.completions.with_streaming_response.create(
        model=name, messages=HI, reasoning_effort="low", stream=True
    ) as streamed:
        assert streamed.headers["x-dragoman-ignored"] == "reasoning_effort"
    spared = await client.chat.completions.with_raw_response.create(
        model=name, messages=HI, reasoning_effort="none"
    )
    assert "x-dragoman-ignored" not in spared.headers


@pytest.mark.parametrize("name", ["gpt-4o", "fake-chat"])
async def test_effort_is_refused_under_names_that_do_not_reason(
    client: openai.AsyncOpenAI, name: str
) -> None:
    with pytest.raises(openai.BadRequestError, match="reasoning_effort"):
        await client.chat.completions.create(model=name, messages=HI, reasoning_effort="high")


async def test_fields_of_local_servers_are_named_wherever_they_stand(
    client: openai.AsyncOpenAI,
) -> None:
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "text", "text": "Hi", "cache_control": {}}]},
        {"role": "assistant", "content": "Hello", "reasoning_content": "A greeting.", "id": "m1"},
        {"role": "user", "content": "Bye", "reasoning": None},
    ]
    local: dict[str, Any] = {
        "keep_alive": "5m",
        "top_k": 20,
        "mirostat": 2,
        "extra_body": {},
        "cache_prompt": None,
    }
    answer = await client.chat.completions.with_raw_response.create(
        model="gpt-4o",
        messages=cast("Any", messages),
        extra_body={**local, "chat_template_kwargs": {"enable_thinking": False, "foo": 1}},
    )
    assert answer.headers["x-dragoman-ignored"].split(", ") == [
        "keep_alive",
        "mirostat",
        "extra_body",
        "messages.content.cache_control",
        "messages.reasoning_content",
        "messages.id",
        "chat_template_kwargs.foo",
    ]


async def test_a_template_that_is_to_let_a_model_think_that_cannot_is_named(
    client: openai.AsyncOpenAI,
) -> None:
    answer = await client.chat.completions.with_raw_response.create(
        model="gpt-4o",
        messages=HI,
        extra_body={"chat_template_kwargs": {"enable_thinking": True}},
    )
    assert answer.headers["x-dragoman-ignored"] == "chat_template_kwargs.enable_thinking"


async def test_unknown_fields_are_refused_unless_the_operator_wants_them_told(
    client: openai.AsyncOpenAI,
) -> None:
    strange = {"frobnicate": 1, "a, b\r\nx: y": 2, **{f"x{i}": i for i in range(60)}}
    with pytest.raises(openai.BadRequestError, match="frobnicate"):
        await client.chat.completions.create(model="gpt-4o", messages=HI, extra_body=strange)
    app = demo_app(Settings(allowed_hosts=("test",), unknown_fields="tell"), Draining())
    async with app.router.lifespan_context(app), openai_client(app) as lenient:
        answer = await lenient.chat.completions.with_raw_response.create(
            model="gpt-4o",
            messages=cast("Any", [{**HI[0], "colour": "red"}]),
            extra_body=strange,
        )
        names = answer.headers["x-dragoman-ignored"].split(", ")
        assert names[:3] == ["frobnicate", "a??b??x:?y", "x0"]
        assert names[-1] == "and 15 more"
        with pytest.raises(openai.BadRequestError, match="temperature"):
            await lenient.chat.completions.create(model="gpt-4o", messages=HI, temperature=3)


async def test_instructions_of_speech_are_named(client: openai.AsyncOpenAI) -> None:
    create = client.audio.speech.with_raw_response.create
    answer = await create(
        model="gpt-4o-mini-tts", voice="alloy", input="Hi.", instructions="Be sad."
    )
    assert answer.headers["x-dragoman-ignored"] == "instructions"
    assert "lease" in answer.headers["server-timing"]
    plain = await create(model="gpt-4o-mini-tts", voice="alloy", input="Hi.")
    assert "x-dragoman-ignored" not in plain.headers


async def test_granularities_beside_json_are_named_as_vercels_client_sends_them(
    client: openai.AsyncOpenAI,
) -> None:
    create = client.audio.transcriptions.with_raw_response.create
    answer = await create(
        model="gpt-4o-mini-transcribe",
        file=SOUND,
        response_format="json",
        timestamp_granularities=["segment"],
        language="en",
    )
    assert answer.headers["x-dragoman-ignored"] == "timestamp_granularities"
    with pytest.raises(openai.BadRequestError, match="verbose_json"):
        await create(model="whisper-1", file=SOUND, timestamp_granularities=["segment"])


async def test_a_stream_of_whisper_1_is_named_and_times_are_told(
    client: openai.AsyncOpenAI,
) -> None:
    answer = await client.audio.transcriptions.with_raw_response.create(
        model="whisper-1", file=SOUND, extra_body={"stream": "true"}
    )
    assert answer.headers["x-dragoman-ignored"] == "stream"
    for lap in ("lease", "decode", "transcribe"):
        assert f"{lap};dur=" in answer.headers["server-timing"]


class Loosening(FakeChat):
    """Holds tools to nothing of their schemas but that they are objects."""

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        for number, tool in enumerate(request.tools):
            keywords = ("format", "uniqueItems") if number == 0 else ()
            if not isinstance(tool, CustomTool) and not tool.strict:
                outlet.emit(SchemaLoosened(f"tools[{number}].function.parameters", keywords))
        super().run(request, outlet)


def functions(count: int) -> Any:
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    return [
        {"type": "function", "function": {"name": f"f{number}", "parameters": schema}}
        for number in range(count)
    ]


async def test_what_of_a_schema_has_no_effect_is_named_whole_streamed_and_tried() -> None:
    expected = (
        "user, tools[0].function.parameters (format uniqueItems), tools[1].function.parameters"
    )
    asked: Any = {"model": MODEL, "messages": HI, "tools": functions(2), "user": "me"}
    async with openai_client(chat_app(Loosening(say("Hello.")))) as client:
        create: Any = client.chat.completions.with_raw_response.create
        assert (await create(**asked)).headers["x-dragoman-ignored"] == expected
        streaming = client.chat.completions.with_streaming_response.create
        async with streaming(**asked, stream=True) as streamed:
            assert streamed.headers["x-dragoman-ignored"] == expected
        tried = await create(**asked, extra_body={"x_dry_run": True})
        assert tried.headers["x-dragoman-ignored"] == expected


async def test_the_header_stays_short_however_much_there_is_to_tell() -> None:
    async with openai_client(chat_app(Loosening(say("Hello.")))) as client:
        answer = await client.chat.completions.with_raw_response.create(
            model=MODEL, messages=HI, tools=functions(128)
        )
    told = answer.headers["x-dragoman-ignored"]
    assert len(told) < 2100
    assert re.search(r", and \d+ more$", told)
