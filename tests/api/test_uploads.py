"""How uploads are taken in and let go, seen from outside."""

import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.lowlevel
import httpx2
import pytest
from starlette.applications import Starlette

from clients import Shelf, http_client
from dragoman.api import transcriptions
from dragoman.api.uploads import Uploads
from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.domain.errors import EngineFailed
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    LanguageFound,
    TranscriptionEvent,
    TranscriptionRequest,
)
from dragoman.engines.codecs import load_audio
from dragoman.engines.fake import FakeTranscriber
from dragoman.serving.app import create_app
from dragoman.serving.composition import audio_routes
from dragoman.serving.settings import Settings
from dragoman.serving.storage.custom_voices import SqlCustomVoices
from fake_engines import Held
from sounds import encoded, tone, wav

URL = "/v1/audio/transcriptions"
FORMATS = (
    "Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', "
    "'ogg', 'wav', 'webm']"
)
FORM = {"model": "whisper-1"}
IO = Path("/proc/self/io")


def bytes_written() -> int:
    """What this process has written to files so far."""
    return int(re.findall(r"wchar: (\d+)", IO.read_text())[0])


class Waits:
    """Says nothing until its caller has left."""

    concurrency = 1

    def __init__(self) -> None:
        self.started = False
        self.ended = False

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        self.started = True
        try:
            while True:
                outlet.emit(LanguageFound("en", 1.0))
        finally:
            self.ended = True

    def close(self) -> None:
        pass


class Breaks:
    concurrency = 1

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        raise EngineFailed("broken")

    def close(self) -> None:
        pass


def app(uploads: Uploads, engine: FakeTranscriber | Waits | Breaks | None = None) -> Starlette:
    codec = load_audio(EngineSpec("audio-codec", ""))
    recogniser = engine or FakeTranscriber()
    held = Held(
        {
            AUDIO_CODEC: {"audio-codec": codec},
            TRANSCRIPTION: {"whisper-1": recogniser, "whisper-base": recogniser},
        }
    )
    return create_app(held, Shelf(), more=transcriptions.routes(held, uploads))


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def error(response: httpx2.Response) -> tuple[str, str, str | None, str | None]:
    body = response.json()["error"]
    return body["message"], body["type"], body["param"], body["code"]


@pytest.mark.parametrize("engine", [FakeTranscriber(), Breaks()], ids=["answer", "failure"])
@pytest.mark.parametrize("stream", ["true", "false"])
async def test_nothing_of_an_upload_is_left(
    engine: FakeTranscriber | Breaks, stream: str, tmp_path: Path
):
    async with http_client(app(Uploads(str(tmp_path)), engine)) as http:
        answer = await http.post(
            URL, data={"model": "whisper-base", "stream": stream}, files={"file": wav(tone(1.0))}
        )
    assert answer.status_code == (200 if isinstance(engine, FakeTranscriber) else 500)
    assert left(tmp_path) == []


async def test_while_it_is_kept_nobody_else_can_read_it(tmp_path: Path):
    form = {"model": "whisper-base", "stream": "true"}
    async with (
        http_client(app(Uploads(str(tmp_path)), FakeTranscriber())) as http,
        http.stream("POST", URL, data=form, files={"file": wav(tone(1.0))}) as answer,
    ):
        assert answer.status_code == 200
        (kept,) = left(tmp_path)
        assert kept.stat().st_mode & 0o077 == 0
    assert left(tmp_path) == []


async def test_a_client_that_leaves_stops_the_work_and_leaves_nothing(tmp_path: Path):
    engine = Waits()
    async with http_client(app(Uploads(str(tmp_path)), engine)) as http:
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(lambda: http.post(URL, data=FORM, files={"file": wav(tone(1.0))}))
                while not engine.started:
                    await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
            while left(tmp_path):
                await anyio.lowlevel.checkpoint()
    assert engine.ended


async def test_a_body_announced_too_large_is_refused_unread(tmp_path: Path):
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        answer = await http.post(URL, data=FORM, files={"file": bytes(26_214_400)})
    length = int(answer.request.headers["content-length"])
    assert answer.status_code == 413
    assert error(answer) == (
        f"Maximum content size limit (26214400) exceeded ({length} bytes read)",
        "server_error",
        None,
        None,
    )


async def test_a_body_that_turns_out_too_large_is_refused_while_it_arrives(tmp_path: Path):
    multipart = httpx2.Request("POST", "http://test", data=FORM, files={"file": bytes(4000)})
    body = multipart.read()

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    async with http_client(app(Uploads(str(tmp_path), max_bytes=3000))) as http:
        headers = {"content-type": multipart.headers["content-type"]}
        answer = await http.post(URL, content=pieces(), headers=headers)
    assert "content-length" not in answer.request.headers
    assert answer.status_code == 413
    assert error(answer)[0].startswith("Maximum content size limit (3000) exceeded (")
    assert left(tmp_path) == []


async def test_an_operator_says_how_much_is_taken(tmp_path: Path):
    held = Held({})
    routes = audio_routes(
        held, Shelf(), Settings(largest_upload=2000), SqlCustomVoices.in_directory(tmp_path)
    )
    async with http_client(create_app(held, Shelf(), routes)) as http:
        for path in (URL, "/v1/audio/translations"):
            answer = await http.post(path, data=FORM, files={"file": bytes(4000)})
            assert answer.status_code == 413
            assert error(answer)[0].startswith("Maximum content size limit (2000) exceeded (")


async def test_an_operator_may_take_more(tmp_path: Path):
    async with http_client(app(Uploads(str(tmp_path), max_bytes=30_000_000))) as http:
        sound = wav(tone(1.0)) + bytes(26_214_400)
        answer = await http.post(URL, data=FORM, files={"file": sound})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"model": "whisper-1"}', {"content-type": "application/json"}),
        (b"", {}),
        (b"nonsense", {"content-type": "multipart/form-data"}),
        (b"nonsense", {"content-type": "multipart/form-data; boundary=x"}),
    ],
    ids=["json", "nothing", "no boundary", "no parts"],
)
async def test_what_is_no_form_is_a_400(content: bytes, headers: dict[str, str], tmp_path: Path):
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        answer = await http.post(URL, content=content, headers=headers)
    assert answer.status_code == 400
    assert error(answer)[1] == "invalid_request_error"
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("filename", "message"),
    [
        ("junk.mp3", "Audio file might be corrupted or unsupported"),
        ("upload", "Audio file might be corrupted or unsupported"),
        ("a.txt", FORMATS),
        ("cut.wma", FORMATS),
    ],
)
async def test_what_is_no_sound_is_told_by_name_or_content(
    filename: str, message: str, tmp_path: Path
):
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        answer = await http.post(URL, data=FORM, files={"file": (filename, b"no sound at all" * 9)})
    assert answer.status_code == 400
    assert error(answer)[0] == message
    assert error(answer)[2] == "file"


NAMES = ("speech.wav", "speech.opus", "speech.txt", "upload", ".", "blob", "🎤.webm", "../a.wav")


@pytest.mark.parametrize("filename", NAMES)
async def test_sound_is_taken_under_any_name(filename: str, tmp_path: Path):
    sound = encoded(tone(1.0, 48_000), "ogg", "libopus")
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        answer = await http.post(URL, data=FORM, files={"file": (filename, sound)})
    assert answer.status_code == 200


async def test_too_long_a_sound_is_refused(tmp_path: Path):
    async with http_client(app(Uploads(str(tmp_path), longest_s=2))) as http:
        answer = await http.post(URL, data=FORM, files={"file": wav(tone(3.0))})
    assert answer.status_code == 400
    assert error(answer)[2:] == ("file", "audio_too_long")


def form(*parts: tuple[str, bytes], end: bytes = b"--x--\r\n") -> bytes:
    """Written by hand: each part by what stands behind its `form-data`."""
    head = "--x\r\nContent-Disposition: form-data; {}\r\n\r\n"
    return b"".join(head.format(about).encode() + value + b"\r\n" for about, value in parts) + end


async def sent(body: bytes, folder: Path, **headers: str) -> httpx2.Response:
    kind = {"content-type": "multipart/form-data; boundary=x"}
    async with http_client(app(Uploads(str(folder)))) as http:
        return await http.post(URL, content=body, headers={**kind, **headers})


MODEL_PART = ('name="model"', b"whisper-1")


@pytest.mark.parametrize(
    "about",
    [
        "name=\"file\"; filename*=UTF-8''%ED%95%9C.wav",
        "name=\"file\"; filename*=utf-8'ko'%ED%95%9C",
        'name="file"; filename=""',
        "name=file; filename=a.wav",
    ],
)
async def test_a_file_may_be_named_in_any_notation(about: str, tmp_path: Path):
    answer = await sent(form(MODEL_PART, (about, wav(tone(1.0)))), tmp_path)
    assert answer.status_code == 200


async def test_a_text_in_the_place_of_the_file_is_told_as_such(tmp_path: Path):
    answer = await sent(form(MODEL_PART, ('name="file"', b"speech.wav")), tmp_path)
    assert error(answer)[0] == (
        "Invalid type for 'file': expected a file, but got a string instead."
    )


async def test_a_form_that_breaks_off_is_refused_and_not_read_in_part(tmp_path: Path):
    parts = form(
        MODEL_PART,
        ('name="file"; filename="a.wav"', wav(tone(1.0))),
        ('name="language"', b"k"),
        end=b"",
    )
    answer = await sent(parts.removesuffix(b"\r\n"), tmp_path)
    assert answer.status_code == 400
    assert error(answer)[0] == "The form could not be read: It breaks off before its last boundary."
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    "kind", ["Multipart/Form-Data; boundary=x", 'multipart/form-data ;charset=utf-8; boundary="x"']
)
async def test_the_content_type_is_read_as_http_has_it(kind: str, tmp_path: Path):
    body = form(MODEL_PART, ('name="file"; filename="a.wav"', wav(tone(1.0))))
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        answer = await http.post(URL, content=body, headers={"content-type": kind})
    assert answer.status_code == 200


async def test_a_compressed_form_is_refused_by_its_encoding(tmp_path: Path):
    answer = await sent(b"x", tmp_path, **{"content-encoding": "gzip"})
    assert error(answer)[0] == "Unsupported Content-Encoding: 'gzip'. Send the body as it is."


async def test_a_file_in_a_text_field_is_not_read_by_its_name(tmp_path: Path):
    files = {"model": ("whisper-1", b"x"), "file": wav(tone(1.0))}
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        answer = await http.post(URL, files=files)
    assert error(answer)[2:] == ("model", "invalid_type")


async def test_only_one_file_is_taken(tmp_path: Path):
    files = [("file", wav(tone(1.0))), ("file", wav(tone(2.0)))]
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        answer = await http.post(URL, data=FORM, files=files)
    assert answer.status_code == 400
    assert error(answer)[2:] == ("file", "invalid_type")


async def test_a_file_in_another_field_is_refused(tmp_path: Path):
    files = {"file": wav(tone(1.0)), "other": b"x"}
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        answer = await http.post(URL, data=FORM, files=files)
    assert error(answer)[2:] == ("other", "unknown_parameter")


@pytest.mark.skipif(not IO.exists(), reason="only Linux counts what a process writes")
async def test_a_big_upload_is_written_once(tmp_path: Path):
    sound = b"no sound at all" * 1_500_000  # what is decoded would be written, too
    async with http_client(app(Uploads(str(tmp_path)))) as http:
        request = http.build_request("POST", URL, data=FORM, files={"file": sound})
        request.read()
        before = bytes_written()
        answer = await http.send(request)
        count = bytes_written() - before
    assert error(answer)[2] == "file"
    assert len(sound) <= count < 1.2 * len(sound)


async def test_an_upload_for_which_there_is_no_room_is_a_503(tmp_path: Path):
    answer = await sent(
        form(MODEL_PART, ('name="file"; filename="a.wav"', wav(tone(1.0)))), tmp_path / "nowhere"
    )
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert error(answer)[0] == "The upload could not be written to disk. Try again later."


async def test_by_default_the_systems_place_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    form = {"model": "whisper-base", "stream": "true"}
    async with (
        http_client(app(Uploads())) as http,
        http.stream("POST", URL, data=form, files={"file": wav(tone(1.0))}),
    ):
        assert len(left(tmp_path)) == 1
    assert left(tmp_path) == []
