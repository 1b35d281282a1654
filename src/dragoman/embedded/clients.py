"""`dragoman.connect()` and `dragoman.aconnect()`: official clients on the application itself."""

import httpx2
from openai import AsyncOpenAI, OpenAI

from dragoman.embedded.application import application
from dragoman.embedded.host import Host
from dragoman.embedded.transport import AsyncTransport, Transport
from dragoman.serving.settings import Settings
from dragoman.serving.sources import settings_of

BASE_URL = "http://localhost/v1"
"""Nothing is looked up or connected to: the transport ignores it but for the path."""
KEY = "inside"
"""The client wants one; the application has none."""
TIMEOUT_S = 600.0
"""The seconds of the client's own time limit; a first request waits for its engine to load."""


def connect(*, settings: Settings | None = None, fakes: bool = False) -> OpenAI:
    """See `dragoman.connect`."""
    return client_on(Host(application(settings or settings_of({}), fakes=fakes)))


def aconnect(*, settings: Settings | None = None, fakes: bool = False) -> AsyncOpenAI:
    """See `dragoman.aconnect`."""
    return async_client_on(Host(application(settings or settings_of({}), fakes=fakes)))


def client_on(host: Host) -> OpenAI:
    """A client on what `host` runs, which ends with it."""
    http = httpx2.Client(transport=Transport(host), timeout=TIMEOUT_S)
    return OpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0, http_client=http)


def async_client_on(host: Host) -> AsyncOpenAI:
    """`client_on`, for asyncio."""
    http = httpx2.AsyncClient(transport=AsyncTransport(host), timeout=TIMEOUT_S)
    return AsyncOpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0, http_client=http)
