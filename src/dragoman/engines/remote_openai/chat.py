"""Chat at an upstream: a request is posted, and what comes back becomes events."""

import json
import time
from collections.abc import Iterator, Mapping

import httpx2

from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.engine import Outlet
from dragoman.engines.remote_openai.answer import Answer
from dragoman.engines.remote_openai.body import body, continued
from dragoman.engines.remote_openai.calls import Calls, Post
from dragoman.engines.remote_openai.chunks import chunks
from dragoman.engines.remote_openai.circuit import Clock
from dragoman.engines.remote_openai.prefixes import blocks
from dragoman.engines.remote_openai.settings import Settings

HEADERS = {"Accept": "text/event-stream", "Content-Type": "application/json"}


class RemoteOpenAI:
    """See `domain.engine.BlockingEngine`."""

    def __init__(self, settings: Settings, clock: Clock = time.monotonic) -> None:
        self._settings = settings
        self._calls = Calls(settings, clock)

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._settings.concurrency

    def gauges(self) -> Mapping[str, float]:
        """See `domain.engine.Gauged`."""
        return self._calls.gauges()

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`.

        Raises:
            RequestInvalid: it cannot be passed on, or the upstream says that it is wrong.
            Overloaded: the upstreams have too much to do.
            EngineUnavailable: no upstream is there, or none lets us in.
            EngineFailed: it broke.
        """
        text, model = request.continuation, self._settings.model
        path = "chat/completions" if text is None else "completions"
        said = body(request, model) if text is None else continued(request, text, model)
        content = json.dumps(said).encode()
        prompt = () if self._calls.is_lone else blocks(said)

        def read(response: httpx2.Response) -> Iterator[ChatEvent]:
            answer = Answer(request)
            for chunk in chunks(response.iter_bytes()):
                yield from answer.events(chunk)
            yield answer.end()

        self._calls.send(Post(path, HEADERS, lambda: content, prompt), outlet, read)

    def close(self) -> None:
        """See `BlockingEngine.close`."""
        self._calls.close()
