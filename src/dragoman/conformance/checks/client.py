"""The official client for Python, with its own types, on the same connection."""

import importlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import ValidationError

from dragoman.conformance.check import (
    CHAT,
    RESPONSES,
    SPEECH,
    TRANSCRIPTIONS,
    Check,
    Differs,
    NotThere,
    NotTried,
    Refused,
    Shortfall,
    check,
)
from dragoman.conformance.checks.speech import WORDS
from dragoman.conformance.reading import quoted, require
from dragoman.conformance.server import Server, user

_HELLO: Any = user("Say hello in one short sentence.")


@asynccontextmanager
async def _official(server: Server) -> AsyncGenerator[Any]:
    """Give the official client, which holds answers against its types.

    Raises:
        Shortfall: the client is not installed, or does not get along with the server.
    """
    try:
        openai = importlib.import_module("openai")
    except ModuleNotFoundError as error:
        raise NotTried("the package openai is not installed") from error
    client = openai.AsyncOpenAI(
        base_url=server.base_url,
        api_key=server.key or "none",
        max_retries=0,
        http_client=server.client,
        _strict_response_validation=True,
    )
    try:
        yield client
    except openai.OpenAIError as error:
        raise _shortfall(error) from error


def _shortfall(error: Exception) -> Shortfall:
    """Say what of a server the client could not work with."""
    cause = error.__cause__
    if isinstance(cause, Shortfall):
        return cause
    status = getattr(error, "status_code", None)
    if type(error).__name__ == "APIResponseValidationError":
        return Differs(f"the client's types do not fit the answer{_place(cause)}")
    if status in (404, 405, 501):
        return NotThere(f"the client says {status}")
    if isinstance(status, int) and 400 <= status < 500:
        return Refused(f"the client says {status}")
    return Differs(f"the client says {quoted(type(error).__name__)}")


def _place(cause: BaseException | None) -> str:
    """Say where in the answer the first misfit is."""
    if not isinstance(cause, ValidationError):
        return ""
    first = cause.errors(include_url=False, include_context=False, include_input=False)[0]
    return f": {'.'.join(map(str, first['loc']))[:60]}"


@check("client.chat", CHAT)
async def chat(server: Server) -> None:
    """OpenAI's client for Python reads an answer by its types."""
    async with _official(server) as client:
        answer = await client.chat.completions.create(
            model=server.models.chat, messages=_HELLO, max_tokens=12
        )
        require(answer.choices[0].message.content, "the message is empty")


@check("client.chat_stream", CHAT)
async def chat_stream(server: Server) -> None:
    """OpenAI's client for Python reads a stream by its types."""
    async with _official(server) as client:
        stream = await client.chat.completions.create(
            model=server.models.chat, messages=_HELLO, max_tokens=12, stream=True
        )
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
        require("".join(pieces), "the text is empty")


@check("client.responses", RESPONSES)
async def responses(server: Server) -> None:
    """OpenAI's client for Python reads a response by its types."""
    async with _official(server) as client:
        answer = await client.responses.create(
            model=server.models.chat, input="Say hello.", max_output_tokens=16
        )
        require(answer.output_text, "output_text is empty")


@check("client.speech", SPEECH)
async def speech(server: Server) -> None:
    """OpenAI's client for Python receives a sound."""
    models = server.models
    async with _official(server) as client:
        answer = await client.audio.speech.create(
            model=models.speech, voice=models.voice, input=WORDS, response_format="wav"
        )
        require(answer.content.startswith(b"RIFF"), "the sound is no WAV")


@check("client.transcriptions", TRANSCRIPTIONS)
async def transcriptions(server: Server) -> None:
    """OpenAI's client for Python reads a transcript."""
    async with _official(server) as client:
        answer = await client.audio.transcriptions.create(
            model=server.models.transcription, file=server.recording, response_format="json"
        )
        require(answer.text or not server.is_spoken, "the text is empty")


CHAT_CHECKS: Sequence[Check] = (chat, chat_stream)
RESPONSES_CHECKS: Sequence[Check] = (responses,)
SPEECH_CHECKS: Sequence[Check] = (speech,)
TRANSCRIPTION_CHECKS: Sequence[Check] = (transcriptions,)
