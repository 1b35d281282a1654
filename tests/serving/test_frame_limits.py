"""The codecs with the memory that the catalogue gives them, in processes of their own."""

import io
import sys
import zlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from PIL import Image

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.domain.picture import PICTURE_CODEC, Picture, PictureRequest
from dragoman.domain.transcription import AUDIO_CODEC, DecodeRequest, Recording
from dragoman.engines import kinds_by_engine
from dragoman.models.catalogue import load
from dragoman.serving.process.supervisor import Supervisor
from sounds import encoded as encoded_sound
from sounds import tone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")

Pictures = Supervisor[PictureRequest, Picture]
Sounds = Supervisor[DecodeRequest, Recording]


def options(codec: str) -> Mapping[str, Any]:
    return load(engines=kinds_by_engine()).find(codec).options


@asynccontextmanager
async def pictures(memory_bytes: int | None = None) -> AsyncGenerator[Pictures]:
    given = options("picture-codec") if memory_bytes is None else {"memory_bytes": memory_bytes}
    spec = EngineSpec("picture-codec", "", options=given)
    codec = Pictures("picture-codec", PICTURE_CODEC, spec)
    with anyio.fail_after(120):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(codec.run)
            yield codec
            tasks.cancel_scope.cancel()


def encoded(width: int, height: int, mode: str, form: str) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (width, height), "red").save(file, form)
    return file.getvalue()


async def decoded(codec: Pictures, data: bytes) -> Picture:
    async with codec.borrow() as engine:
        (picture,) = [picture async for picture in engine.stream(PictureRequest(data))]
    return picture


async def test_the_largest_pictures_fit_several_at_once() -> None:
    files = [encoded(4990, 5000, "RGBA", "PNG"), encoded(4990, 5000, "RGB", "JPEG")]
    files.append(encoded(4990, 5000, "RGB", "WEBP"))
    async with pictures() as codec:
        async with anyio.create_task_group() as tasks:
            for data in files * 2:
                tasks.start_soon(decoded, codec, data)
        assert codec.starts == 1


async def test_a_picture_that_needs_more_costs_an_error_and_not_the_codec() -> None:
    small = encoded(64, 64, "RGB", "PNG")
    async with pictures(memory_bytes=600_000_000) as codec:
        await decoded(codec, small)
        with pytest.raises((RequestInvalid, EngineFailed)) as raised:
            await decoded(codec, encoded(4990, 5000, "RGBA", "PNG"))
        assert raised.type is EngineFailed or raised.value.code == "image_too_large"
        assert (await decoded(codec, small)).width == 64


async def test_a_text_that_unpacks_to_gigabytes_does_no_harm() -> None:
    plain = encoded(8, 8, "RGB", "PNG")
    packed = b"Comment\0\0" + zlib.compress(b"x" * 400_000_000, 9)
    chunk = len(packed).to_bytes(4, "big") + b"zTXt" + packed
    chunk += zlib.crc32(b"zTXt" + packed).to_bytes(4, "big")
    bomb = plain[:33] + chunk + plain[33:]
    async with pictures() as codec:
        with pytest.raises(RequestInvalid):
            await decoded(codec, bomb)
        assert (await decoded(codec, plain)).width == 8
        assert codec.starts == 1


async def test_sounds_fit_several_at_once(tmp_path: Path) -> None:
    source = tmp_path / "long.mp3"
    source.write_bytes(encoded_sound(tone(300, 48_000), "mp3", "libmp3lame"))
    spec = EngineSpec("audio-codec", "", 4, options("audio-codec"))
    codec = Sounds("audio-codec", AUDIO_CODEC, spec)

    async def decode(number: int) -> None:
        request = DecodeRequest(str(source), str(tmp_path / f"{number}.pcm"), 3600.0)
        async with codec.borrow() as engine:
            assert [event async for event in engine.stream(request)]

    with anyio.fail_after(120):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(codec.run)
            async with anyio.create_task_group() as work:
                for number in range(8):
                    work.start_soon(decode, number)
            assert codec.starts == 1
            tasks.cancel_scope.cancel()
