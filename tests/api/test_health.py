"""`/livez`, `/readyz`, `/health`."""

import pytest

from clients import Shelf, http_client
from dragoman.serving.app import Options, create_app
from fake_engines import Held


async def test_a_process_that_answers_lives() -> None:
    app = create_app(
        Held({}), Shelf(), options=Options(readiness=lambda: {"chat": "it is loading"})
    )
    async with http_client(app) as client:
        assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize("path", ["/readyz", "/health"])
async def test_it_is_ready_when_everything_it_waits_for_is_there(path: str) -> None:
    there = {"chat": "no such file", "speech": None}
    app = create_app(Held({}), Shelf(), options=Options(readiness=lambda: there))
    async with http_client(app) as client:
        starting = await client.get(path)
        there["chat"] = None
        ready = await client.get(path)
        head = await client.head(path)
    assert (starting.status_code, starting.json()) == (
        503,
        {"status": "starting", "waiting_for": ["chat"], "reasons": {"chat": "no such file"}},
    )
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"})
    assert head.status_code == 200


async def test_an_engine_of_rarer_requests_that_does_not_load_is_named() -> None:
    failing = {"speakers": "no such file"}
    app = create_app(Held({}), Shelf(), options=Options(failures=lambda: failing))
    async with http_client(app) as client:
        ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "failing": failing})


async def test_a_probe_of_a_server_that_starts_is_no_failure_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    starting = Options(readiness=lambda: {"chat": "it is loading"})
    async with http_client(create_app(Held({}), Shelf(), options=starting)) as client:
        assert (await client.get("/readyz")).status_code == 503
    assert "request failed" not in caplog.text
