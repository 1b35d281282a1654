"""What the fakes of a test answer: what it scripts, in order, and then the fakes' own words."""

import json
import threading
from collections import deque
from collections.abc import Sequence

from dragoman.domain.chat import ChatRequest
from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    Overloaded,
    RequestInvalid,
    ServiceError,
)
from dragoman.domain.transcription import TranscriptionRequest
from dragoman.engines.fake.script import Call, Fail, Step, demonstration, say

ERRORS: dict[int, type[ServiceError]] = {
    400: RequestInvalid,
    429: Overloaded,
    500: EngineFailed,
    503: EngineUnavailable,
}


class Script:
    """Answers of the chat model and of the recogniser, each once, in order."""

    def __init__(self) -> None:
        self._answers = deque[Sequence[Step]]()
        self._transcripts = deque[str]()
        self._chosen: dict[int, tuple[ChatRequest, Sequence[Step] | None]] = {}
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """Answer the next chat with `text`."""
        self._answers.append(say(text))

    def call(self, name: str, arguments: object) -> None:
        """Answer the next chat with a call of a function; `arguments` become JSON."""
        self._answers.append([Call(name, (json.dumps(arguments, ensure_ascii=False),))])

    def fail(self, status: int, message: str) -> None:
        """Answer the next chat with an error.

        Raises:
            ValueError: there is no such error here.
        """
        if status not in ERRORS:
            raise ValueError(f"status is one of {', '.join(map(str, ERRORS))}, not {status}")
        self._answers.append([Fail(ERRORS[status](message))])

    def hear(self, text: str) -> None:
        """Take the next recording for one that says `text`."""
        self._transcripts.append(text)

    @property
    def left(self) -> int:
        """How many answers nobody has requested."""
        return len(self._answers) + len(self._transcripts)

    def steps(self, request: ChatRequest, choice: int) -> Sequence[Step]:
        """See `engines.fake.script.Script`: all choices of a request have the same answer."""
        with self._lock:
            if id(request) not in self._chosen:
                answer = self._answers.popleft() if self._answers else None
                self._chosen[id(request)] = (request, answer)  # held, so that its id stays its own
            _, answer = self._chosen[id(request)]
        return demonstration(request, choice) if answer is None else answer

    def transcript(self, _: TranscriptionRequest) -> str | None:
        """The text of the next recording; None: the fake's own."""
        with self._lock:
            return self._transcripts.popleft() if self._transcripts else None
