"""Apps for tests, and the official client that talks to them."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import httpx2
from openai import AsyncOpenAI
from openai import BaseModel as OpenAIModel
from openai.types.chat import ChatCompletionMessageParam
from starlette.applications import Starlette

from dragoman.domain.chat import CHAT, ChatEvent, ChatRequest
from dragoman.domain.engine import BlockingEngine
from dragoman.domain.keys import PlainKeys
from dragoman.domain.models import ModelCard
from dragoman.serving.app import Options, create_app
from dragoman.wire.chat.head import Stamp
from fake_engines import Held
from transport import StreamingTransport

MODEL = "gpt-4o-mini"
STAMP = Stamp("chatcmpl-1", 1_700_000_000)


class Shelf:
    """See `api.models.ModelList`."""

    def __init__(self, *cards: ModelCard) -> None:
        self._cards = cards

    def find(self, name: str, kind: str | None = None) -> ModelCard | None:
        return next((c for c in self._cards if name in (c.id, *c.names)), None)

    def cards(self) -> Sequence[ModelCard]:
        return self._cards

    def advice(self, name: str, kind: str | None = None) -> str | None:
        return None


def chat_app(
    engine: BlockingEngine[ChatRequest, ChatEvent], api_keys: tuple[str, ...] = ()
) -> Starlette:
    """An app with one chat model, whose answers all have the same stamp."""
    options = Options(keyring=PlainKeys(api_keys), stamp=lambda: STAMP)
    return create_app(Held({CHAT: {MODEL: engine}}), Shelf(), options=options)


def user(text: str) -> list[ChatCompletionMessageParam]:
    """A conversation of one message."""
    return [{"role": "user", "content": text}]


@asynccontextmanager
async def http_client(app: Starlette) -> AsyncGenerator[httpx2.AsyncClient, None]:
    async with httpx2.AsyncClient(
        transport=StreamingTransport(app), base_url="http://test"
    ) as client:
        yield client


@asynccontextmanager
async def openai_client(app: Starlette) -> AsyncGenerator[AsyncOpenAI, None]:
    async with http_client(app) as http:
        yield AsyncOpenAI(
            base_url="http://test/v1", api_key="sk-test", http_client=http, max_retries=0
        )


def nothing_extra(value: object) -> bool:
    """Whether the official client knows every key of what it parsed, all the way down."""
    match value:
        case OpenAIModel():
            inside = [getattr(value, name) for name in value.model_fields_set]
            return not value.model_extra and all(map(nothing_extra, inside))
        case list():
            return all(map(nothing_extra, cast("list[object]", value)))
        case _:
            return True
