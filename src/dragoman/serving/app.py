"""The ASGI app: routes and middleware over the engines, keys and stores that it is given."""

import math
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import Lifespan

from dragoman import __version__
from dragoman.api import (
    chat,
    compat,
    completions,
    conversations,
    errors,
    health,
    loading,
    metrics,
    models,
    pages,
    responses,
    routing,
    stored,
    stored_responses,
    tokens,
)
from dragoman.api.background import AT_ONCE, MOST, Background
from dragoman.api.console import Console
from dragoman.api.draining import Drained, Draining
from dragoman.api.headers import OpenAIHeaders
from dragoman.api.health import Failures, Readiness
from dragoman.api.hosts import Hosts
from dragoman.api.keys import Keys
from dragoman.api.loading import Loader
from dragoman.api.memory import Stores
from dragoman.api.metrics import Exposition
from dragoman.api.models import ModelList
from dragoman.api.observed import Meter, Tracing
from dragoman.api.rates import Rates
from dragoman.api.request_log import Ending
from dragoman.api.root_path import RootPath
from dragoman.domain.custom_voices import CustomVoices
from dragoman.domain.engine import Engines
from dragoman.domain.keys import Keyring, PlainKeys
from dragoman.domain.stored import Completions, Conversations, Responses
from dragoman.serving.turns import Turns
from dragoman.wire.chat.head import Stamp, fresh_stamp
from dragoman.wire.openapi.document import document
from dragoman.wire.responses import ids
from dragoman.wire.strangers import Unknown


@dataclass(frozen=True, slots=True)
class Options:
    """The collaborators of the app, and the operator's choices about it."""

    keyring: Keyring = field(default_factory=PlainKeys)
    """The keys that are let in; an empty keyring lets everybody in."""
    rates: Rates = field(default_factory=Rates)
    """The share of their limits that keys have used."""
    meter: Meter | None = None
    """The meter that counts requests, besides the log."""
    tracing: Tracing | None = None
    """Whoever makes traces of requests; None: nobody does."""
    loader: Loader | None = None
    """The loader of engines, for the endpoints that load and unload them; None: there are no such
    endpoints."""
    exposition: Exposition | None = None
    """The text of `/metrics`; None: there is no such path."""
    hosts: tuple[str, ...] | None = None
    """The host names that are answered besides loopback's where no key is needed; None: any
    name."""
    origins: tuple[str, ...] = ("*",)
    """The origins whose pages may read answers; those that are named are let in without keys,
    too."""
    root_path: str = ""
    """The path under which a proxy has the app."""
    readiness: Readiness = dict
    """The state of the engines that `/readyz` waits for."""
    failures: Failures = dict
    """The engines that do not load, with the reasons, for `/readyz`."""
    draining: Draining = field(default_factory=Draining)
    """The signal by which the app learns that the server stops."""
    lifespan: Lifespan[Starlette] | None = None
    """A context that is open as long as the app runs."""
    completions: Completions | None = None
    """The store of chat completions; None: a request to store one is refused."""
    responses: Responses | None = None
    """The store of responses; None: none is kept, and a request that says `store` is refused."""
    conversations: Conversations | None = None
    """The store of conversations; None: there are none."""
    voices: CustomVoices | None = None
    """The store of the voices that callers made, for spoken answers."""
    stamp: Callable[[], Stamp] = fresh_stamp
    """The source of ids and times for chat completions."""
    unknown_fields: Unknown = "refuse"
    """Whether fields that nobody knows are refused, or named and ignored, in requests to chat
    models."""
    response_stamp: Callable[[], Stamp] = ids.fresh_stamp
    """The source of ids and times for responses."""
    console: Console | None = None
    """The page for people at `/`; None: a plain page is there."""


def create_app(
    engines: Engines,
    installed: ModelList,
    more: Iterable[Route] = (),
    options: Options | None = None,
) -> Starlette:
    """Build the app, with `more` routes beside its own; two apps can live in one process."""
    options = options or Options()
    meters = (each for each in (options.meter, options.rates) if each)
    ending = Ending(*meters, tracing=options.tracing)
    queue = Turns("the background", MOST, lambda: AT_ONCE, math.inf)
    background = Background(queue, ending)
    served = (
        *chat.routes(
            engines, options.completions, options.stamp, options.voices, options.unknown_fields
        ),
        *completions.routes(engines, options.stamp, options.unknown_fields),
        *tokens.routes(engines, options.unknown_fields),
        *(stored.routes(options.completions) if options.completions else []),
        *responses.routes(
            engines,
            Stores(options.responses, options.conversations),
            background,
            options.response_stamp,
            options.unknown_fields,
        ),
        *(stored_responses.routes(options.responses, background) if options.responses else []),
        *(conversations.routes(options.conversations) if options.conversations else []),
        *(loading.routes(installed, options.loader) if options.loader else []),
        *models.routes(installed),
        *compat.routes(__version__, installed, options.unknown_fields),
        *health.routes(options.readiness, options.failures, options.draining),
        *more,
    )
    locked = options.keyring.required
    answering = None if locked else models.answering(installed)
    operations = routing.operations(served)
    described = document(__version__, operations, keys=locked, root=options.root_path or "/")
    app = Starlette(
        routes=(
            *served,
            *(metrics.routes(options.exposition) if options.exposition else []),
            *pages.routes(answering, described, options.console),
            *(options.console.routes() if options.console else []),
        ),
        lifespan=_life(options.lifespan, background),
    )
    app.router.redirect_slashes = False  # a path that is not there is told so, as at OpenAI
    _surround(app, options, ending)
    return app


def _surround(app: Starlette, options: Options, ending: Ending) -> None:
    """Put around the routes what every request passes, the innermost first."""
    app.add_middleware(Keys, keyring=options.keyring, rates=options.rates)
    # Pages may read answers, as at OpenAI: a key is no cookie, and without keys `Hosts` stands
    # before this and lets the pages of this machine's own names in alone.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=options.origins,
        allow_methods=routing.METHODS,
        allow_headers=["*"],
        expose_headers=["*"],
        allow_private_network=True,  # a page of the web that the operator named, and a local server
    )
    if not options.keyring.required and options.hosts is not None:
        app.add_middleware(Hosts, names=options.hosts, origins=options.origins)
    errors.install(app)
    app.add_middleware(Drained, draining=options.draining)
    app.add_middleware(OpenAIHeaders, ended=ending, begun=ending.begin)
    if options.root_path:
        app.add_middleware(RootPath, prefix=options.root_path)


def _life(outer: Lifespan[Starlette] | None, background: Background) -> Lifespan[Starlette]:
    """What runs in the background ends before the engines do."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncGenerator[None, None]:
        async with AsyncExitStack() as stack:
            if outer:
                await stack.enter_async_context(outer(app))
            await stack.enter_async_context(background.running())
            yield

    return life
