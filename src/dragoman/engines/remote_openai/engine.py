"""The engine: posts a request to the upstream and emits what comes back."""

import json
from http import HTTPStatus

import httpx2

from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.remote_openai.answer import Answer
from dragoman.engines.remote_openai.body import body, continued
from dragoman.engines.remote_openai.chunks import chunks
from dragoman.engines.remote_openai.line import Line
from dragoman.engines.remote_openai.refusal import refusal
from dragoman.engines.remote_openai.settings import Settings

CONNECT_S = 10.0


class RemoteOpenAI:
    """See `domain.engine.BlockingEngine`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        headers = {"Accept": "text/event-stream", "Content-Type": "application/json"}
        if key := settings.key():
            headers["Authorization"] = f"Bearer {key}"
        self._client = httpx2.Client(
            base_url=settings.base_url,
            headers=headers,
            timeout=httpx2.Timeout(settings.timeout_s, connect=CONNECT_S),
            # A connection a request: hanging up is how the upstream learns to stop.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
        )

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._settings.concurrency

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`.

        Raises:
            RequestInvalid: it cannot be passed on, or the upstream says that it is wrong.
            Overloaded: the upstream has too much to do.
            EngineUnavailable: the upstream is not there, or does not let us in.
            EngineFailed: it broke.
        """
        text, model = request.continuation, self._settings.model
        path = "chat/completions" if text is None else "completions"
        said = body(request, model) if text is None else continued(request, text, model)
        content = json.dumps(said).encode()
        line = Line()
        try:
            with line.watched(outlet):
                self._ask(path, content, line, Answer(request), outlet)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise EngineUnavailable("The upstream cannot be reached.") from error
        except (httpx2.HTTPError, EngineFailed) as error:
            if outlet.stopped:
                raise Stopped from error
            if isinstance(error, EngineFailed):
                raise
            raise EngineFailed(f"The upstream broke off: {type(error).__name__}.") from error

    def close(self) -> None:
        """See `BlockingEngine.close`."""
        self._client.close()

    def _ask(
        self, path: str, content: bytes, line: Line, answer: Answer, outlet: Outlet[ChatEvent]
    ) -> None:
        asked = self._client.stream("POST", path, content=content, extensions={"trace": line.trace})
        with asked as response:
            if response.status_code != HTTPStatus.OK:
                raise refusal(response.status_code, response.read())
            for event in answer.begin():
                outlet.emit(event)
            for chunk in chunks(response.iter_bytes()):
                for event in answer.events(chunk):
                    outlet.emit(event)
        outlet.emit(answer.end())
