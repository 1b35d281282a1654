"""Transcription and translation at an upstream: a recording is posted, and its text comes whole."""

import time
from collections.abc import Iterator, Mapping

import httpx2

from dragoman.domain.engine import Outlet
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.domain.transcription import (
    Chunking,
    LanguageFound,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines.remote_openai.calls import Calls, Post
from dragoman.engines.remote_openai.circuit import Clock
from dragoman.engines.remote_openai.form import Form
from dragoman.engines.remote_openai.settings import Settings
from dragoman.engines.remote_openai.transcript import events, no_times, read

LONGEST = 64 * 1024 * 1024
"""Bytes of an answer: ten hours of words with their times."""
FORMAT = "response_format"
REFUSED = (FORMAT, "verbose_json")
"""Words by which a server says that it does not know the format."""


class RemoteTranscription:
    """See `domain.engine.BlockingEngine`."""

    def __init__(self, settings: Settings, clock: Clock = time.monotonic) -> None:
        self._settings = settings
        self._calls = Calls(settings, clock)
        self._is_plain = False
        """Whether the upstream has refused answers with times."""

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._settings.concurrency

    def gauges(self) -> Mapping[str, float]:
        """See `domain.engine.Gauged`."""
        return self._calls.gauges()

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        """See `BlockingEngine.run`.

        Raises:
            RequestInvalid: it cannot be passed on, or the upstream says that it is wrong.
            Overloaded: the upstreams have too much to do.
            EngineUnavailable: no upstream is there, or none lets us in.
            EngineFailed: it broke.
        """
        _check(request)
        if not request.recording.samples:
            outlet.emit(LanguageFound(request.language or "", 0.0))
            outlet.emit(TranscriptionFinished(0.0))
            return
        needs_times = request.timed or request.words
        if needs_times or not self._is_plain:
            try:
                self._send(request, outlet, "verbose_json")
            except RequestInvalid as error:
                if error.param != FORMAT and not any(word in error.message for word in REFUSED):
                    raise
                if needs_times:
                    raise no_times(FORMAT, "segments") from error
                self._is_plain = True
            else:
                return
        self._send(request, outlet, "json")

    def close(self) -> None:
        """See `BlockingEngine.close`."""
        self._calls.close()

    def _send(
        self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent], answer_format: str
    ) -> None:
        def answer(response: httpx2.Response) -> Iterator[TranscriptionEvent]:
            data = bytearray()
            for piece in response.iter_bytes():
                data += piece
                if len(data) > LONGEST:
                    raise EngineFailed("The upstream's answer is too long.")
            yield from events(read(bytes(data)), request)

        form = Form(self._fields(request, answer_format), request.recording)
        path = "audio/translations" if request.task == "translate" else "audio/transcriptions"
        self._calls.send(Post(path, form.headers, form.body), outlet, answer)

    def _fields(self, request: TranscriptionRequest, answer_format: str) -> list[tuple[str, str]]:
        fields = [("model", self._settings.model), (FORMAT, answer_format)]
        language = request.language
        if request.languages:
            (language,) = request.languages
        if language and request.task == "transcribe":
            fields.append(("language", language))
        if prompt := ", ".join((*request.keywords, *([request.prompt] if request.prompt else ()))):
            fields.append(("prompt", prompt))
        if request.temperature:
            fields.append(("temperature", str(request.temperature)))
        if request.words:
            fields += [("timestamp_granularities[]", each) for each in ("segment", "word")]
        return fields


def _check(request: TranscriptionRequest) -> None:
    """Refuse what OpenAI's API has no word for, or not in every server."""
    beyond = {
        "include": request.logprobs,
        "languages": len(request.languages) > 1,
        "chunking_strategy": request.chunking != Chunking(),
        # Translations have no `timestamp_granularities`.
        "timestamp_granularities": request.words and request.task == "translate",
        "x_to_language": request.task == "translate" and request.into != "en",
    }
    for name, is_beyond in beyond.items():
        if is_beyond:
            raise RequestInvalid(
                f"Unsupported parameter: '{name}' is not supported with this model.",
                param=name,
                code="unsupported_parameter",
            )
