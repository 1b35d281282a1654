"""The server that is looked at: requests to it, and what each answer has to be."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias, cast

import httpx2

from dragoman.conformance.check import CHAT, Differs, Endpoint, Kind, NotThere, NotTried, Refused
from dragoman.conformance.gate import CONNECT_S, Elsewhere, Gate
from dragoman.conformance.reading import quoted

Fields: TypeAlias = Mapping[str, object]
File: TypeAlias = tuple[str, bytes]
"""A name and what is in the file."""

NO_SUCH_MODEL = "no-such-model-of-dragoman"
_NOT_HERE = frozenset({404, 405, 501})
_PLACES = ("error", "detail", "message", "msg")
"""Where messages of errors stand: OpenAI's, FastAPI's and others'."""


SHORTEST_SECRET = 8
"""Characters of a key that is hidden: a shorter one is an ordinary word, which answers have."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type alone, in small letters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()[:60]

    def json(self) -> object:
        """Read the body as JSON.

        Raises:
            Differs: it is none.
        """
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            kind = self.content_type or "no content-type"
            raise Differs(f"the body is no JSON ({self.status}, {kind})") from error
        if self.content_type != "application/json":
            raise Differs(f"JSON comes as {self.content_type or 'no content-type'}")
        return document

    def text(self) -> str:
        """Read the body as UTF-8.

        Raises:
            Differs: it is none.
        """
        try:
            return self.body.decode()
        except UnicodeDecodeError as error:
            raise Differs("the body is no UTF-8") from error


@dataclass(frozen=True, slots=True)
class Models:
    """The model for each kind of endpoint, and the voice for speech."""

    chat: str = "gpt-4o-mini"
    speech: str = "tts-1"
    transcription: str = "whisper-1"
    voice: str = "alloy"

    def of(self, kind: Kind) -> str:
        """Return the name of the model for a kind."""
        names = {"chat": self.chat, "speech": self.speech, "transcription": self.transcription}
        return names.get(kind, "")


@dataclass(slots=True)
class Server:
    """What a check works with."""

    base_url: str
    client: httpx2.AsyncClient
    gate: Gate
    models: Models
    key: str | None = None
    recording: File = ("recording.wav", b"")
    is_spoken: bool = False
    """Whether somebody speaks in the recording."""
    answers: dict[str, object] = field(default_factory=dict[str, object])
    """Answers that several checks look at, by their request."""

    async def send(
        self,
        method: str,
        path: str,
        body: Fields | bytes | None = None,
        form: Fields | None = None,
        file: File | None = None,
    ) -> Answer:
        """Send a request, of JSON or of a form, and wait for the whole answer.

        Raises:
            Differs: no whole answer comes, or it leads elsewhere.
        """
        async with self.streamed(method, path, body, form, file) as response:
            pieces = [piece async for piece in response.aiter_raw()]
        return Answer(response.status_code, response.headers, self.without_key(b"".join(pieces)))

    def without_key(self, data: bytes) -> bytes:
        """Return what a server wrote, without the key, should it repeat that."""
        if not self.key or len(self.key) < SHORTEST_SECRET:
            return data
        return data.replace(self.key.encode(), b"[key]")

    @asynccontextmanager
    async def streamed(
        self,
        method: str,
        path: str,
        body: Fields | bytes | None = None,
        form: Fields | None = None,
        file: File | None = None,
    ) -> AsyncGenerator[httpx2.Response]:
        """Send a request of which only the head is waited for.

        Raises:
            Differs: the connection fails, or the answer leads elsewhere.
        """
        content = json.dumps(body).encode() if isinstance(body, Mapping) else body
        headers = {"content-type": "application/json"} if content is not None else {}
        parts = None if form is None else _parts(form, file)
        url = f"{self.base_url}{path}"
        try:
            async with self.client.stream(
                method, url, content=content, files=parts, headers=headers
            ) as response:
                if response.is_redirect:
                    raise Differs(f"redirects ({response.status_code}), which is not followed")
                yield response
        except httpx2.HTTPError as error:
            raise Differs(transport_fault(error)) from error

    async def post(self, endpoint: Endpoint, fields: Fields) -> Answer:
        """Send fields with the endpoint's model, and require that the server takes them.

        Raises:
            Shortfall: it does not.
        """
        model = self.models.of(endpoint.kind)
        return self.accepted(await self.send("POST", endpoint.path, {"model": model, **fields}))

    async def upload(self, endpoint: Endpoint, fields: Fields) -> Answer:
        """Send the recording with fields of a form, and require that the server takes them.

        Raises:
            Shortfall: it does not.
        """
        form = {"model": self.models.of(endpoint.kind), **fields}
        return self.accepted(await self.send("POST", endpoint.path, form=form, file=self.recording))

    async def chat(self, fields: Fields) -> object:
        """Ask the chat model; the same request is sent once in a run.

        Raises:
            Shortfall: there is no answer of JSON.
        """
        request = {"messages": user("Say hello in one short sentence."), **fields}
        return await self.once(CHAT, request)

    async def once(self, endpoint: Endpoint, fields: Fields) -> object:
        """Return the JSON that a request is answered with, sent once in a run.

        Raises:
            Shortfall: there is none.
        """
        name = f"{endpoint.path} {json.dumps(fields, sort_keys=True)}"
        if name not in self.answers:
            self.answers[name] = (await self.post(endpoint, fields)).json()
        return self.answers[name]

    def accepted(self, answer: Answer) -> Answer:
        """Return an answer whose status says that all is well.

        Raises:
            Shortfall: it says something else.
        """
        if answer.status == 200:
            return answer
        status = shown(answer)
        if is_missing_model(answer):
            raise NotTried(f"no model of that name: {status}")
        if answer.status in _NOT_HERE:
            raise NotThere(status)
        if 400 <= answer.status < 500:
            raise Refused(status)
        raise Differs(f"status {status}")


def _parts(form: Fields, file: File | None) -> list[tuple[str, tuple[str | None, str | bytes]]]:
    """Return the parts of a multipart form; a list has a part for each of its values."""
    parts: list[tuple[str, tuple[str | None, str | bytes]]] = []
    for name, value in form.items():
        values = cast("list[object]", value) if isinstance(value, list) else [value]
        parts += [(name, (None, str(each))) for each in values]
    return [*parts, ("file", file)] if file else parts


def user(text: str) -> list[dict[str, str]]:
    """Return the messages of one question."""
    return [{"role": "user", "content": text}]


def is_missing_model(answer: Answer) -> bool:
    """Tell whether a 404 is about the model, and not about the path."""
    if answer.status != 404:
        return False
    return "model" in error_words(answer.body).lower() or b"model_not_found" in answer.body[:4096]


def shown(answer: Answer) -> str:
    """Return the status and the beginning of an error's message."""
    words = error_words(answer.body)
    return f"{answer.status}{f': {quoted(words)}' if words else ''}"


def error_words(body: bytes) -> str:
    """Return the message of an error in any of the forms that servers have; "" where none is."""
    try:
        place: object = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for _ in _PLACES:
        place = _within(place)
        if isinstance(place, str):
            return place[:400]
    return ""


def _within(place: object) -> object:
    if isinstance(place, list):
        return next(iter(cast("list[object]", place)), None)
    if isinstance(place, dict):
        parts = cast("Mapping[str, object]", place)
        return next((parts[name] for name in _PLACES if name in parts), None)
    return None


def transport_fault(error: Exception) -> str:
    """Say in a few words what went wrong below HTTP."""
    if isinstance(error, Elsewhere):
        return "leads to another server, where nothing is sent"
    if isinstance(error, httpx2.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx2.ConnectError):
        return "nothing listens there"
    if isinstance(error, httpx2.RemoteProtocolError):
        return "the answer is no HTTP, or it breaks off"
    return f"the connection fails ({type(error).__name__})"


@asynccontextmanager
async def connected(
    base_url: str, models: Models, key: str | None, timeout_s: float
) -> AsyncGenerator[Server]:
    """Give a server at `base_url`, without a word to it yet."""
    gate = Gate(httpx2.URL(base_url))
    headers = {"accept-encoding": "identity"}
    if key:
        headers["authorization"] = f"Bearer {key}"
    async with httpx2.AsyncClient(
        transport=gate,
        headers=headers,
        timeout=httpx2.Timeout(timeout_s, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=False,
    ) as client:
        yield Server(base_url, client, gate, models, key)
