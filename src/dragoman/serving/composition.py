"""How the app is put together: the skills of its engines and the routes of sound."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any, TypeAlias, TypeVar

from starlette.routing import Route

from dragoman.api import speech, transcriptions, translations, voice_consents, voices
from dragoman.api.models import ModelList
from dragoman.api.uploads import Uploads
from dragoman.domain.chat import CHAT
from dragoman.domain.custom_voices import CustomVoices
from dragoman.domain.document import Document
from dragoman.domain.engine import Engine, Engines, Kind, Lease
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH, VoiceCard
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.engines import ENGINES, function
from dragoman.images.fetch import UrlFetcher
from dragoman.images.policy import FetchPolicy, Network
from dragoman.serving.settings import Settings
from dragoman.skills.audio_input import AudioInput, Transcript
from dragoman.skills.audio_output import AudioOutput
from dragoman.skills.file_input import FileInput
from dragoman.skills.image_facts import ImageFacts
from dragoman.skills.image_input import ImageInput
from dragoman.skills.instructions import Instructions
from dragoman.skills.memory import Memory
from dragoman.skills.pictures.replies import Replies
from dragoman.skills.skilled_chat import SkilledChat
from dragoman.skills.speaker_attribution import SpeakerAttribution
from dragoman.skills.speech_verification import SpeechVerification, Tongues
from dragoman.skills.translation.identifier import Identifier
from dragoman.skills.translation.translator import Translator
from dragoman.skills.utterances import EarlierAudio, Utterances

Request = TypeVar("Request")
Event = TypeVar("Event")

Skill: TypeAlias = Callable[[Engine[Any, Any], ModelCard, Engines], Engine[Any, Any]]
"""From a borrowed engine (and the others, to borrow more) to one of the same kind that can more."""


class SkilledEngines:
    """See `domain.engine.Engines`: those of `engines`, with the skill of their kind, if any."""

    def __init__(self, engines: Engines, skills: dict[str, Skill]) -> None:
        self._engines = engines
        self._skills = skills

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
                yield Lease(skill(lease.engine, lease.card, self._engines), lease.card)

    def has(self, kind: Kind[Any, Any]) -> bool:
        """See `Engines.has`."""
        return self._engines.has(kind)


def skills(settings: Settings) -> dict[str, Skill]:
    """The skill of each kind of work that has one, by the name of the kind."""
    fetcher = UrlFetcher(fetch_policy(settings))

    transcripts, documents = Memory[Transcript](256), Memory[Document](16)
    utterances = Utterances()
    identifier = Identifier()
    replies = Replies()
    tongues = Tongues()

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
        return SpeechVerification(voice, engines, tongues)

    return {CHAT.name: chatting, TRANSCRIPTION.name: transcribing, SPEECH.name: speaking}


def fetch_policy(settings: Settings) -> FetchPolicy:
    """Networks are told from host names by whether they parse as networks."""
    hosts: set[str] = set()
    networks: list[Network] = []
    for place in settings.image_hosts:
        try:
            networks.append(ip_network(place))
        except ValueError:
            hosts.add(place.lower())
    return FetchPolicy(settings.fetch_images, frozenset(hosts), tuple(networks))


def voices_of(model: ModelCard) -> Sequence[VoiceCard]:
    """The voices of a model, as its engine tells them."""
    entry = ENGINES.get(model.engine)
    return function(entry.voices)() if entry and entry.voices else ()


def audio_routes(
    engines: Engines, installed: ModelList, settings: Settings, own: CustomVoices
) -> list[Route]:
    """The endpoints of sound; `own` are the voices that callers made."""
    uploads = Uploads(max_bytes=settings.largest_upload, longest_s=settings.longest_audio_s)
    return [
        *speech.routes(engines, own),
        *voices.routes(voices.Shelf(installed, voices_of, own)),
        *voice_consents.routes(engines, own),
        *transcriptions.routes(engines, uploads),
        *translations.routes(engines, uploads),
    ]
