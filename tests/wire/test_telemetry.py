"""Requests and answers in the words of OpenTelemetry's GenAI conventions."""

from dataclasses import fields

import pytest

from dragoman.domain.chat import (
    ChatRequest,
    JsonDocument,
    JsonObject,
    Sampling,
    Spoken,
    Usage,
)
from dragoman.domain.continuation import Continuation
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.speech import SpeechRequest
from dragoman.domain.transcription import DecodeRequest, Recording, TranscriptionRequest
from dragoman.wire.telemetry import of_answer, of_request

CANARY = "Zyxomma"
SAID = (Message("user", (TextPart(CANARY),)),)
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "dragoman"}
SOUND = {**CHAT, "gen_ai.operation.name": "generate_content"}


def test_a_chat_has_what_its_caller_said_and_no_default():
    assert of_request(ChatRequest(SAID)) == CHAT
    sampling = Sampling(
        temperature=0,
        top_p=0.5,
        top_k=40,
        seed=7,
        presence_penalty=-0.5,
        frequency_penalty=1.5,
        logit_bias={1: 2.0},
    )
    assert of_request(ChatRequest(SAID, 3, 50, (CANARY,), sampling)) == {
        **CHAT,
        "gen_ai.request.max_tokens": 50,
        "gen_ai.request.temperature": 0,
        "gen_ai.request.top_p": 0.5,
        "gen_ai.request.top_k": 40.0,
        "gen_ai.request.seed": 7,
        "gen_ai.request.presence_penalty": -0.5,
        "gen_ai.request.frequency_penalty": 1.5,
        "gen_ai.request.choice.count": 3,
    }


@pytest.mark.parametrize(
    ("request_", "output"),
    [
        (ChatRequest(SAID, format=JsonObject()), "json"),
        (ChatRequest(SAID, format=JsonDocument({"title": CANARY})), "json"),
        (ChatRequest(SAID, format=JsonObject(), spoken=Spoken("alloy", "mp3")), "speech"),
    ],
)
def test_the_kind_of_answer_is_named_where_one_is_wanted(request_: ChatRequest, output: str):
    assert of_request(request_) == {**CHAT, "gen_ai.output.type": output}


def test_a_text_that_is_continued_is_a_text_completion():
    continued = of_request(ChatRequest((), continuation=Continuation(CANARY)))
    assert continued == {**CHAT, "gen_ai.operation.name": "text_completion"}


def test_hearing_and_speaking_are_told_apart_by_what_comes_out():
    speech = of_request(SpeechRequest(CANARY, "alloy"))
    assert speech == {**SOUND, "gen_ai.output.type": "speech"}
    heard = of_request(TranscriptionRequest(Recording(CANARY, 16_000)))
    assert heard == {**SOUND, "gen_ai.output.type": "text"}


@pytest.mark.parametrize(
    "request_",
    [
        ChatRequest(SAID, dry_run=True),
        ChatRequest(SAID, tokens_only=True),
        SpeechRequest(CANARY, "alloy", dry_run=True),
        DecodeRequest("in", "out", 1.0),
    ],
)
def test_what_generates_nothing_is_no_generation(request_: object):
    assert of_request(request_) is None


def test_an_answer_has_its_counts_and_nothing_that_was_not_counted():
    usage = Usage(**{field.name: number for number, field in enumerate(fields(Usage), 1)})
    assert of_answer(usage, ["stop", "length"], 0.25) == {
        "gen_ai.response.time_to_first_chunk": 0.25,
        "gen_ai.response.finish_reasons": ("stop", "length"),
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
    }
    assert of_answer(Usage(0, 0), [], None) == {}
