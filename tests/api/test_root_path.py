"""A server behind a proxy that has it under a path of its own."""

import httpx2
import pytest

from clients import Shelf, http_client
from dragoman.domain.chat import CHAT
from dragoman.engines.fake import FakeChat
from dragoman.serving.app import Options, create_app
from fake_engines import Held


async def answered(path: str) -> httpx2.Response:
    engines = Held({CHAT: {"m": FakeChat(())}})
    app = create_app(engines, Shelf(), options=Options(root_path="/dragoman"))
    async with http_client(app) as client:
        return await client.get(path)


@pytest.mark.parametrize(
    ("path", "status", "place"),
    [
        ("/dragoman/v1/models", 200, None),
        ("/v1/models", 200, None),  # from a proxy that took the path off itself
        ("/dragomania/v1/models", 404, None),
        ("/dragoman/dragoman/v1/models", 404, None),
        ("/dragoman", 307, "/dragoman/"),
        ("/dragoman?lang=ko&x=%20", 307, "/dragoman/?lang=ko&x=%20"),
    ],
)
async def test_the_path_of_the_proxy_is_taken_off_once(
    path: str, status: int, place: str | None
) -> None:
    answer = await answered(path)
    assert (answer.status_code, answer.headers.get("location")) == (status, place)
