"""Uploaded sound: taken in up to a limit, kept in a private place for as long as it is needed."""

import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request

from dragoman.api.bodies import refuse_encoded
from dragoman.api.disconnect import HungUp
from dragoman.api.forms import FormReader
from dragoman.domain.engine import Engines, ask
from dragoman.domain.errors import RequestInvalid, StorageFailed, TooLarge
from dragoman.domain.transcription import AUDIO_CODEC, DecodeRequest, Recording
from dragoman.wire.audio.transcription import EXTENSIONS, unsupported_format
from dragoman.wire.form import FileName

MAX_BYTES = 26_214_400
"""The most bytes of the whole body, as at OpenAI: 25 MiB."""

WRITE_BYTES = 1024 * 1024
"""How much of a file is gathered before a thread writes it: a thread for each piece is dearer."""

LONGEST_S = 4 * 3600.0
"""The most seconds of sound: 25 MiB of silence could be a week."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A form and its file, on disk in a directory of its own."""

    fields: tuple[tuple[str, str], ...]
    file: str | None
    """Path; None: the form had none."""
    filename: str
    """The client's name for the file: believed only when the content is no sound either."""
    directory: str
    longest_s: float

    @property
    def has_file(self) -> bool:
        """Whether anything was uploaded."""
        return self.file is not None

    async def decoded(self, engines: Engines, track: int | None = None) -> Recording:
        """The file's sound; `track`: which of its tracks, from 1.

        Raises:
            RequestInvalid: there is none, too little or too much.
        """
        assert self.file is not None
        target = str(Path(self.directory) / "samples")
        request = DecodeRequest(self.file, target, self.longest_s, track)
        try:
            return await ask(engines, AUDIO_CODEC, request)
        except RequestInvalid as error:
            extension = PurePath(self.filename).suffix.lower().removeprefix(".")
            if error.code == "invalid_value" and extension and extension not in EXTENSIONS:
                raise unsupported_format() from error
            raise


@dataclass(frozen=True, slots=True)
class Uploads:
    """Where uploads are kept and how much is taken."""

    directory: str | None = None
    """None: the system's place for temporary files."""
    max_bytes: int = MAX_BYTES
    longest_s: float = LONGEST_S
    field: str = "file"
    """Where in the form the file is."""

    @asynccontextmanager
    async def receive(self, request: Request) -> AsyncGenerator[Upload, None]:
        """The multipart body of `request`; nothing of it is left afterwards.

        Raises:
            TooLarge: more than `max_bytes` were announced or sent.
            RequestInvalid: it is no multipart form.
            HungUp: the client left in the middle.
            StorageFailed: there is no room for it.
        """
        announced = request.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self.max_bytes:
            raise self._too_large(int(announced))
        if not is_form(request):
            raise RequestInvalid("The body of this request must be multipart/form-data.")
        refuse_encoded(request)
        directory = await anyio.to_thread.run_sync(self._make)
        try:
            yield await self._read(request, directory)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(shutil.rmtree, directory)

    def _make(self) -> str:
        try:
            return tempfile.mkdtemp(prefix="dragoman-", dir=self.directory)
        except OSError as error:
            raise _not_kept() from error

    async def _read(self, request: Request, directory: str) -> Upload:
        try:
            return await self._written(request, directory)
        except OSError as error:
            raise _not_kept() from error

    async def _written(self, request: Request, directory: str) -> Upload:
        form = FormReader(request.headers["content-type"], self.field)
        path = str(Path(directory) / "upload")
        async with await anyio.open_file(path, "xb") as file:
            unwritten = bytearray()
            async for piece in self._counted(request):
                unwritten += form.feed(piece)
                if len(unwritten) >= WRITE_BYTES:
                    await file.write(unwritten)
                    unwritten.clear()
            form.finish()
            await file.write(unwritten)
        # A file in the place of a text is checked, and refused, with the text fields.
        others = ((name, FileName(filename or "file")) for name, filename in form.other_files)
        return Upload(
            (*form.fields, *others),
            None if form.filename is None else path,
            form.filename or "",
            directory,
            self.longest_s,
        )

    async def _counted(self, request: Request) -> AsyncGenerator[bytes, None]:
        count = 0
        try:
            async for piece in request.stream():
                count += len(piece)
                if count > self.max_bytes:
                    raise self._too_large(count)
                yield piece
        except ClientDisconnect as error:
            raise HungUp from error

    def _too_large(self, count: int) -> TooLarge:
        return TooLarge(
            f"Maximum content size limit ({self.max_bytes}) exceeded ({count} bytes read)"
        )


def _not_kept() -> StorageFailed:
    return StorageFailed("The upload could not be written to disk. Try again later.")


def is_form(request: Request) -> bool:
    """Whether the body is said to be multipart."""
    kind, _, _ = request.headers.get("content-type", "").partition(";")
    return kind.strip().lower() == "multipart/form-data"
