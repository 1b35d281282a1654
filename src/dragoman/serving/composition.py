"""The composition of the app from settings, engines, models and stores, for real or as a demo."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, TypeAlias, TypeVar

import anyio.to_thread
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Lifespan

from dragoman.api import speech, transcriptions, translations, voice_consents, voices
from dragoman.api.console import Console
from dragoman.api.draining import Draining
from dragoman.api.health import Failures, Readiness
from dragoman.api.loading import Loader
from dragoman.api.models import ModelList
from dragoman.api.rates import Rates
from dragoman.api.uploads import Uploads
from dragoman.domain.chat import CHAT
from dragoman.domain.custom_voices import CustomVoices
from dragoman.domain.document import Document
from dragoman.domain.engine import Engine, Engines, Kind, Lease
from dragoman.domain.keys import Keyring, PlainKeys
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH, SpeechEvent, SpeechRequest, VoiceCard
from dragoman.domain.stored import Completions, Conversations, Responses
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.engines import ENGINES, function
from dragoman.images.fetch import UrlFetcher
from dragoman.images.policy import FetchPolicy, Network
from dragoman.serving.app import Options, create_app
from dragoman.serving.key_file import KeyFile
from dragoman.serving.keyring import FileKeyring
from dragoman.serving.metrics import Metrics
from dragoman.serving.settings import Settings
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.conversations import SqlConversations
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from dragoman.serving.traces import closing, traces
from dragoman.skills.audio_input import AudioInput, Transcript
from dragoman.skills.audio_output import AudioOutput
from dragoman.skills.file_input import FileInput
from dragoman.skills.image_facts import ImageFacts
from dragoman.skills.image_input import ImageInput
from dragoman.skills.instructions import Instructions
from dragoman.skills.pictures.replies import Replies
from dragoman.skills.result_cache import ResultCache
from dragoman.skills.skilled_chat import SkilledChat
from dragoman.skills.speaker_attribution import SpeakerAttribution
from dragoman.skills.translation.identifier import Identifier
from dragoman.skills.translation.translator import Translator
from dragoman.skills.utterances import EarlierAudio, Utterances

Request = TypeVar("Request")
Event = TypeVar("Event")

Skill: TypeAlias = Callable[[Engine[Any, Any], ModelCard, Engines], Engine[Any, Any]]
"""A skill: makes of a borrowed engine one of the same kind that can do more. It may borrow
others."""


class SkilledEngines:
    """Engines with the skill of their kind, where there is one; see `domain.engine.Engines`.

    `within` is where skills borrow more for a request that has its engine; None: the same.
    """

    def __init__(
        self, engines: Engines, skills: dict[str, Skill], within: Engines | None = None
    ) -> None:
        self._engines = engines
        self._skills = skills
        self._within = within or engines

    @asynccontextmanager
    async def lease(
        self, kind: Kind[Request, Event], model: str | None = None
    ) -> AsyncGenerator[Lease[Request, Event], None]:
        """See `Engines.lease`."""
        async with self._engines.lease(kind, model) as lease:
            skill = self._skills.get(kind.name)
            if skill is None:
                yield lease
            else:
                yield Lease(skill(lease.engine, lease.card, self._within), lease.card)

    def has(self, kind: Kind[Any, Any]) -> bool:
        """See `Engines.has`."""
        return self._engines.has(kind)


@dataclass(frozen=True, slots=True)
class Storage:
    """The stores of what callers keep: completions, responses, conversations, voices."""

    responses: Responses
    conversations: Conversations
    voices: CustomVoices
    completions: Completions | None
    """The store of chat completions; None: a request to store one is refused."""

    @classmethod
    def of(cls, database: Database, voices: CustomVoices) -> "Storage":
        """The stores of answers in `database`, beside that of voices."""
        return cls(
            SqlResponses(database),
            SqlConversations(database),
            voices,
            SqlCompletions(database),
        )


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What runs as long as the app does, how it is told to stop, and whether it is ready."""

    lifespan: Lifespan[Starlette]
    draining: Draining
    readiness: Readiness = dict
    failures: Failures = dict
    metrics: Metrics | None = None
    """The counts that a Prometheus collects; None: nothing is counted."""
    loader: Loader | None = None
    """The loader of engines, for the endpoints that load and unload them; None: there are no such
    endpoints."""
    rates: Rates = field(default_factory=Rates)
    """The share of their limits that keys have used."""


def compose(
    settings: Settings,
    engines: Engines,
    installed: ModelList,
    storage: Storage,
    lifecycle: Lifecycle,
    within: Engines | None = None,
) -> Starlette:
    """Build the app of a machine or of a demonstration, over its engines and stores.

    `within` is where skills borrow engines for requests that were let in; None: `engines`.

    Raises:
        KeyFileWrong: the file of keys is there and cannot be understood.
        TracesWrong: traces are to be sent, and cannot be.
    """
    spans = traces(settings.traces)
    lifespan = lifecycle.lifespan if spans is None else closing(spans, lifecycle.lifespan)
    skilled = SkilledEngines(engines, skills(settings), within)
    return create_app(
        skilled,
        installed,
        audio_routes(skilled, installed, settings, storage.voices),
        Options(
            keyring=_keyring(settings),
            rates=lifecycle.rates,
            loader=lifecycle.loader,
            meter=lifecycle.metrics,
            tracing=spans,
            exposition=lifecycle.metrics.exposition if lifecycle.metrics else None,
            hosts=(settings.host, *settings.allowed_hosts),
            origins=settings.cors_origins,
            root_path=settings.root_path,
            readiness=lifecycle.readiness,
            failures=lifecycle.failures,
            draining=lifecycle.draining,
            lifespan=lifespan,
            completions=storage.completions,
            responses=storage.responses,
            conversations=storage.conversations,
            voices=storage.voices,
            unknown_fields=settings.unknown_fields,
            console=Console() if settings.console else None,
        ),
    )


def _keyring(settings: Settings) -> Keyring:
    if settings.key_file is None:
        return PlainKeys(settings.api_keys)
    return FileKeyring(settings.api_keys, KeyFile(settings.key_file))


class Verification:
    """The skill that verifies speech, imported with the first request for it.

    Its libraries of sound and of languages would be a fifth of the server's start.
    """

    def __init__(self) -> None:
        self._make: Callable[[Engine[Any, Any], Engines], Engine[Any, Any]] | None = None

    async def of(self, voice: Engine[Any, Any], engines: Engines) -> Engine[Any, Any]:
        """The engine `voice`, with speech verification."""
        if self._make is None:
            self._make = await anyio.to_thread.run_sync(self._load)
        return self._make(voice, engines)

    @staticmethod
    def _load() -> Callable[[Engine[Any, Any], Engines], Engine[Any, Any]]:
        from dragoman.skills.speech_verification import (  # noqa: PLC0415 - see the class
            SpeechVerification,
            Tongues,
        )

        tongues = Tongues()
        return lambda voice, engines: SpeechVerification(voice, engines, tongues)


class VerifiedSpeech:
    """A voice that verifies its speech where a request asks for it; see `domain.engine.Engine`."""

    def __init__(
        self, voice: Engine[Any, Any], engines: Engines, verification: Verification
    ) -> None:
        self._voice = voice
        self._engines = engines
        self._verification = verification

    def stream(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        """See `Engine.stream`."""
        if request.verified and not request.dry_run:
            return self._verified(request)
        return self._voice.stream(request)

    async def _verified(self, request: SpeechRequest) -> AsyncGenerator[SpeechEvent, None]:
        skill = await self._verification.of(self._voice, self._engines)
        async with aclosing(skill.stream(request)) as events:
            async for event in events:
                yield event


def skills(settings: Settings) -> dict[str, Skill]:
    """The skills, by the name of the kind of work that they extend."""
    fetcher = UrlFetcher(fetch_policy(settings))

    transcripts, documents = ResultCache[Transcript](256), ResultCache[Document](16)
    utterances = Utterances()
    identifier = Identifier()
    replies = Replies()
    verification = Verification()

    def chatting(chat: Engine[Any, Any], card: ModelCard, engines: Engines) -> Engine[Any, Any]:
        preparations = (
            EarlierAudio(utterances),
            FileInput(engines, documents),
            AudioInput(engines, transcripts, settings.longest_audio_s),
            ImageInput(engines, fetcher) if card.sees else ImageFacts(engines, fetcher, replies),
            Instructions(),
        )
        return AudioOutput(SkilledChat(chat, preparations), engines, utterances)

    def transcribing(
        recogniser: Engine[Any, Any], card: ModelCard, engines: Engines
    ) -> Engine[Any, Any]:
        way = None if settings.translate_by == "auto" else settings.translate_by
        return SpeakerAttribution(Translator(recogniser, card, engines, identifier, way), engines)

    def speaking(voice: Engine[Any, Any], _: ModelCard, engines: Engines) -> Engine[Any, Any]:
        return VerifiedSpeech(voice, engines, verification)

    return {CHAT.name: chatting, TRANSCRIPTION.name: transcribing, SPEECH.name: speaking}


def fetch_policy(settings: Settings) -> FetchPolicy:
    """The policy for fetching pictures; networks and host names are told apart by parsing."""
    hosts: set[str] = set()
    networks: list[Network] = []
    for place in settings.image_hosts:
        try:
            networks.append(ip_network(place))
        except ValueError:
            hosts.add(place.lower())
    return FetchPolicy(settings.fetch_images, frozenset(hosts), tuple(networks))


def voices_of(model: ModelCard) -> Sequence[VoiceCard]:
    """The names of the voices of a model, as its engine lists them."""
    entry = ENGINES.get(model.engine)
    return function(entry.voices)(model.options) if entry and entry.voices else ()


def audio_routes(
    engines: Engines, installed: ModelList, settings: Settings, own: CustomVoices
) -> list[Route]:
    """The routes of the audio endpoints; `own` is the store of the voices that callers made."""
    uploads = Uploads(max_bytes=settings.largest_upload, longest_s=settings.longest_audio_s)
    return [
        *speech.routes(engines, own),
        *voices.routes(voices.Shelf(installed, voices_of, own)),
        *voice_consents.routes(engines, own),
        *transcriptions.routes(engines, uploads),
        *translations.routes(engines, uploads),
    ]
