"""Who answers a command: a server that runs, or the application in this process."""

import logging
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    import httpx2

    from dragoman.serving.settings import Settings

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

PROBE_S = 2.0
"""The seconds that a server on this machine has to say what models it has."""
ANSWER_S = 3600.0
"""The seconds between two pieces of an answer: an hour-long recording may wait behind another."""
LARGEST_UPLOAD = 16 * 1024**3
LONGEST_AUDIO_S = 24 * 3600.0
"""The most seconds of sound in this process, where nobody set a limit: these are the user's own
files."""


class Failed(click.ClickException):
    """The command could not do what it should; the message says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which server a command is to use."""

    url: str | None = None
    here: bool = False
    """Whether no server is to be looked for."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A client of the API, and what the other end says of itself."""

    client: "httpx2.Client"
    models: Sequence[Mapping[str, Any]]
    """Its list of models."""
    place: str
    """Where the other end is, for people."""

    @property
    def is_ours(self) -> bool:
        """Whether it is a Dragoman, which knows the `x_` fields."""
        return any("x_model" in model for model in self.models)

    def model(self, kind: str, name: str | None) -> str:
        """`name`, or the first model of a kind.

        Raises:
            Failed: there is none.
        """
        if name is not None:
            return name
        for model in self.models:
            if model.get("x_kind") == kind:
                return str(model["id"])
        if self.is_ours:
            raise Failed(f"{self.place} has no model for {kind}.")
        raise Failed(f"{self.place} does not say which of its models is for {kind}: --model NAME.")


def where(command: Decorated) -> Decorated:
    """Add the options that choose who answers: `url` and `here`."""
    for option in (
        click.option("--here", is_flag=True, help="Use no server: load the models right here."),
        click.option("--url", help="The server to use, http://HOST:PORT/v1."),
    ):
        command = option(command)
    return command


@contextmanager
def connected(wish: Wish, kinds: Sequence[str]) -> Generator[Connection, None, None]:
    """The server of `wish`, of $OPENAI_BASE_URL, or of the usual port; else this process.

    In this process the models of `kinds` are fetched first if none is here.

    Raises:
        Failed: nothing answers at the URL that was given, or a model could not be had.
    """
    settings = _settings()
    connection = None if wish.here else _server(wish, settings)
    if connection is None:
        connection = _inside(settings, kinds)
    with closing(connection.client):
        yield connection


@contextmanager
def running(wish: Wish) -> Generator[Connection, None, None]:
    """The server alone, for commands that look at one.

    Raises:
        Failed: there is none.
    """
    connection = _server(wish, _settings())
    if connection is None:
        raise Failed("No Dragoman runs on this machine; `dragoman serve` starts one.")
    with closing(connection.client):
        yield connection


def _settings() -> "Settings":
    from dragoman.serving.settings import SettingsWrong
    from dragoman.serving.sources import settings_of

    try:
        return settings_of({})
    except SettingsWrong as error:
        raise click.UsageError(str(error)) from error


def _server(wish: Wish, settings: "Settings") -> Connection | None:
    """A server that answers, or None."""
    own_key = os.environ.get("OPENAI_API_KEY")
    if wish.url:
        return _tried(whole_url(wish.url), own_key, patient=True)
    url = os.environ.get("OPENAI_BASE_URL")
    if url and (found := _tried(whole_url(url), own_key)) is not None and found.is_ours:
        return found
    # No key of the environment goes to whatever listens on the usual port.
    key = settings.api_keys[0] if settings.api_keys else None
    found = _tried(f"http://127.0.0.1:{settings.port or 8000}/v1", key)
    return found if found is not None and found.is_ours else None


def whole_url(url: str) -> str:
    """`url` with what people leave out of it."""
    url = url if "://" in url else f"http://{url}"
    url = url.rstrip("/")
    return url if url.endswith("/v1") else f"{url}/v1"


def _tried(url: str, key: str | None, *, patient: bool = False) -> Connection | None:
    """The server at `url`; None where nothing useful answers, or a failure if `patient`."""
    import httpx2

    headers = {"authorization": f"Bearer {key}"} if key else {}
    client = httpx2.Client(base_url=f"{url}/", headers=headers, timeout=ANSWER_S, trust_env=False)
    try:
        answer = client.get("models", timeout=30.0 if patient else PROBE_S)
        listed = answer.json() if answer.status_code == 200 else None
    except (httpx2.HTTPError, ValueError) as error:
        client.close()
        if patient:
            raise Failed(f"Nothing answers at {url}: {error}.") from error
        return None
    if (models := _listed(listed)) is not None:
        return Connection(client, models, url)
    client.close()
    if patient:
        raise Failed(f"{url} answers {answer.status_code} when it is asked for its models.")
    return None


def _listed(answer: Any) -> Sequence[Mapping[str, Any]] | None:
    """The models of a list of models, if it is one."""
    if not isinstance(answer, Mapping):
        return None
    models = cast("Mapping[str, Any]", answer).get("data")
    return cast("Sequence[Mapping[str, Any]]", models) if isinstance(models, list) else None


def _inside(settings: "Settings", kinds: Sequence[str]) -> Connection:
    """The application in this process, with the models of `kinds`."""
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # an engine that ends is our news, not gRPC's
    import httpx2

    from dragoman.embedded.application import application
    from dragoman.embedded.host import Host
    from dragoman.embedded.transport import Transport
    from dragoman.models.errors import StoreError

    # The command tells of a refusal itself; engines that die are still news.
    logging.getLogger("dragoman.requests").setLevel(logging.CRITICAL)
    settings = _roomy(settings)
    try:
        _pull(settings, kinds)
        host = Host(application(settings))
    except StoreError as error:
        raise Failed(error.message) from error
    client = httpx2.Client(
        base_url="http://localhost/v1/", transport=Transport(host), timeout=ANSWER_S
    )
    return Connection(client, client.get("models").json()["data"], "This machine")


def _roomy(settings: "Settings") -> "Settings":
    """`settings` with room for films where nobody set limits."""
    limits = {"largest_upload": LARGEST_UPLOAD, "longest_audio_s": LONGEST_AUDIO_S}
    unset = {name: limit for name, limit in limits.items() if name not in settings.model_fields_set}
    return settings.model_copy(update=unset)


def _pull(settings: "Settings", kinds: Sequence[str]) -> None:
    """Fetch the starter models of `kinds` of which there is none."""
    from dragoman.models import progress
    from dragoman.models.store import State
    from dragoman.serving.machine import Machine

    machine = Machine.of(settings)
    present = {
        model.kind
        for model in machine.catalogue.model
        if machine.store.state(model) is State.PRESENT
    }
    missing = [
        model
        for model in machine.catalogue.starters()
        if model.kind in kinds and model.kind not in present
    ]
    machine.store.pull_all(missing, progress.on(), offline=settings.offline)
