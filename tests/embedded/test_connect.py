"""`dragoman.connect()` and `aconnect()`: the official clients on the application itself."""

import gc
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import httpx2
import openai
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import dragoman
from collector import collecting
from dragoman.api.streams import Streamed
from dragoman.domain.keys import Allowance
from dragoman.embedded.application import application
from dragoman.embedded.host import Host, Stopped
from dragoman.embedded.transport import AsyncTransport, Transport, scope_of
from dragoman.serving.key_file import KeyFile
from dragoman.serving.settings import Settings
from sounds import tone, wav


@pytest.fixture(scope="module")
def client() -> Generator[openai.OpenAI, None, None]:
    with dragoman.connect(fakes=True) as client:
        yield client


def test_named_keys_keep_others_out_and_not_this_program(tmp_path: Path):
    file = KeyFile(tmp_path / "keys.json")
    file.create("alice", Allowance())
    app = application(Settings(key_file=file.path), fakes=True)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get("/v1/models").status_code == 200


def test_traces_are_the_servers_and_a_program_that_has_it_inside_sends_none():
    with collecting() as collector:
        app = application(Settings(traces=collector.address), fakes=True)
        with TestClient(app, base_url="http://127.0.0.1") as client:
            assert client.get("/v1/models").status_code == 200
        assert collector.bodies == []


def test_chat_speech_and_transcription_answer(client: openai.OpenAI):
    chat = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "hello"}]
    )
    speech = client.audio.speech.create(
        model="tts-1", voice="alloy", input="hello", response_format="wav"
    )
    heard = client.audio.transcriptions.create(model="whisper-1", file=("a.wav", speech.content))
    assert "fake" in (chat.choices[0].message.content or "")
    assert "fake" in heard.text


def test_an_error_has_its_own_class(client: openai.OpenAI):
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        client.models.retrieve("nobody")


def test_a_file_is_read_piece_by_piece_as_it_is_sent(client: openai.OpenAI):
    heard = client.audio.transcriptions.create(model="whisper-1", file=("a.wav", wav(tone(120.0))))
    assert "120.00 seconds" in heard.text


def test_several_threads_ask_at_once(client: openai.OpenAI):
    def ask(_: int) -> str:
        stream = client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hello"}], stream=True
        )
        return "".join(chunk.choices[0].delta.content or "" for chunk in stream)

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(ask, range(16)))
    assert len(answers) == 1


async def test_the_async_client_streams():
    async with dragoman.aconnect(fakes=True) as client:
        stream = await client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hello"}], stream=True
        )
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert len(pieces) > 2
    assert "fake" in "".join(pieces)


def test_a_closed_client_says_so_and_its_thread_ends():
    before = threading.active_count()
    client = dragoman.connect(fakes=True)
    client.models.list()
    client.close()
    assert threading.active_count() <= before
    with pytest.raises((openai.APIConnectionError, RuntimeError)):
        client.models.list()


def test_a_program_that_closes_nothing_ends_well():
    program = "import dragoman; dragoman.connect(fakes=True).models.list(); print('end')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")


class Application:
    """An application of which a test decides when it goes on."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.gone = threading.Event()
        self.sent: list[int] = []
        routes = [
            Route("/drip", self.drip),
            Route("/broken", self.broken),
            Route("/late", self.late),
            Route("/echo", self.echo, methods=["POST"]),
        ]
        self.app = Starlette(routes=routes)

    async def drip(self, _: Request) -> Response:
        async def pieces() -> AsyncGenerator[bytes, None]:
            try:
                for number in range(1000):
                    self.sent.append(number)
                    yield f"{number}\n".encode()
            finally:
                self.gone.set()

        return Streamed(pieces, "text/plain")

    async def broken(self, _: Request) -> Response:
        async def pieces() -> AsyncGenerator[str, None]:
            yield "a"
            raise ValueError("broken on purpose")

        return StreamingResponse(pieces())

    async def late(self, request: Request) -> Response:
        try:
            while (await request.receive())["type"] != "http.disconnect":
                pass
        finally:
            self.gone.set()
        return PlainTextResponse("nobody reads this")

    async def echo(self, request: Request) -> Response:
        sizes = [len(piece) async for piece in request.stream() if piece]
        return PlainTextResponse(f"{sum(sizes)} in {len(sizes)}")


@pytest.fixture
def drips() -> Application:
    return Application()


@pytest.fixture
def http(drips: Application) -> Generator[httpx2.Client, None, None]:
    with httpx2.Client(base_url="http://x", transport=Transport(Host(drips.app))) as http:
        yield http


def test_a_piece_is_there_before_the_next_is_made_and_closing_hangs_up(
    drips: Application, http: httpx2.Client
):
    with http.stream("GET", "/drip") as response:
        pieces = response.iter_raw()
        assert next(pieces) == b"0\n"
        assert len(drips.sent) <= 3
    assert drips.gone.wait(5)
    assert len(drips.sent) < 1000


def test_an_answer_that_breaks_off_is_not_taken_for_whole(http: httpx2.Client):
    with pytest.raises(httpx2.RemoteProtocolError):
        http.get("/broken")
    assert http.post("/echo", content=b"abc").text == "3 in 1"


def test_giving_up_before_the_head_hangs_up(drips: Application, http: httpx2.Client):
    with pytest.raises(httpx2.ReadTimeout):
        http.get("/late", timeout=0.05)
    assert drips.gone.wait(5)


def test_a_body_of_pieces_arrives_in_pieces(http: httpx2.Client):
    assert http.post("/echo", content=iter([b"ab", b"c", b"def"])).text == "6 in 3"


async def test_a_cancelled_task_hangs_up(drips: Application):
    host = Host(drips.app)
    async with httpx2.AsyncClient(base_url="http://x", transport=AsyncTransport(host)) as http:
        with anyio.move_on_after(0.05):
            await http.get("/late", timeout=None)
        assert await anyio.to_thread.run_sync(drips.gone.wait, 5)


async def test_leaving_an_async_stream_hangs_up(drips: Application):
    host = Host(drips.app)
    async with httpx2.AsyncClient(base_url="http://x", transport=AsyncTransport(host)) as http:
        async with http.stream("GET", "/drip") as response:
            async for piece in response.aiter_raw():
                assert piece == b"0\n"
                break
        assert await anyio.to_thread.run_sync(drips.gone.wait, 5)


def test_closing_the_client_ends_what_is_under_way(drips: Application):
    host = Host(drips.app)
    http = httpx2.Client(base_url="http://x", transport=Transport(host))
    with http.stream("GET", "/drip") as response:
        next(response.iter_raw())
        http.close()
        assert drips.gone.wait(5)
    with pytest.raises(Stopped):
        host.begin({}, no_body)


def test_what_is_forgotten_is_ended():
    host = Host(Starlette())
    before = threading.active_count()
    del host
    gc.collect()
    assert threading.active_count() < before


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are, of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_client_that_is_forgotten_in_a_stream_leaves_no_thread_and_no_file(temporary: Path):
    def ask() -> None:
        client = dragoman.connect(fakes=True)
        stream = client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hello"}], stream=True
        )
        next(iter(stream))
        assert list(temporary.iterdir())

    before = set(threading.enumerate())
    ask()
    gc.collect()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive(), thread.name
    assert list(temporary.iterdir()) == []


def test_what_is_collected_in_its_own_thread_ends_in_order_as_well():
    held: list[Host] = []
    threads: list[threading.Thread] = []
    ended = threading.Event()

    async def forget(_: Request) -> Response:
        threads.append(threading.current_thread())
        held.clear()
        gc.collect()
        return PlainTextResponse("forgotten")

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncGenerator[None, None]:
        yield
        ended.set()

    held.append(Host(Starlette(routes=[Route("/", forget)], lifespan=life)))
    held[0].begin(scope_of(httpx2.Request("GET", "http://x/")), no_body)
    assert ended.wait(10)
    threads[0].join(10)
    assert not threads[0].is_alive()


def test_an_application_that_does_not_start_is_an_error_where_it_is_made():
    def lifespan(_: Starlette):
        raise ValueError("no weights")

    with pytest.raises(ValueError, match="no weights"):
        Host(Starlette(lifespan=lifespan))


async def no_body() -> bytes | None:
    return None
