"""The header that says who looked at a request's pictures."""

import pytest

from clients import MODEL, Shelf, http_client
from dragoman.domain.chat import CHAT
from dragoman.domain.models import ModelCard
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import say
from dragoman.serving.app import create_app
from fake_engines import Held

PICTURE = {"type": "image_url", "image_url": {"url": "https://example.com/otter.png"}}


async def seen_by(part: object, *, sees: bool, stream: bool) -> str | None:
    card = ModelCard(id=MODEL, kind="chat", engine="fake-chat", sees=sees)
    app = create_app(Held({CHAT: {MODEL: FakeChat(say("An otter."))}}, {MODEL: card}), Shelf(card))
    body = {"model": MODEL, "messages": [{"role": "user", "content": [part]}], "stream": stream}
    async with http_client(app) as client:
        answer = await client.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    return answer.headers.get("x-dragoman-seen-by")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("sees", "eyes"), [(True, "model"), (False, "recognisers")])
async def test_the_answer_says_who_looked_at_its_pictures(
    stream: bool, sees: bool, eyes: str
) -> None:
    assert await seen_by(PICTURE, sees=sees, stream=stream) == eyes


@pytest.mark.parametrize("stream", [False, True])
async def test_without_pictures_nobody_looks(stream: bool) -> None:
    text = {"type": "text", "text": "hello"}
    assert await seen_by(text, sees=False, stream=stream) is None
