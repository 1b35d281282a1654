"""Which skills the engines get, and the routes of sound: what the app and the demo share."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

from starlette.routing import Route

from dragoman.api import speech, transcriptions, translations, voice_consents, voices
from dragoman.api.models import ModelList
from dragoman.api.uploads import Uploads
from dragoman.domain.chat import CHAT
from dragoman.domain.document import Document
from dragoman.domain.engine import Engine, Engines
from dragoman.domain.models import ModelCard
from dragoman.domain.own_voices import OwnVoices
from dragoman.domain.speech import SPEECH, VoiceCard
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.engines import ENGINES, function
from dragoman.images.fetch import UrlFetcher
from dragoman.images.policy import FetchPolicy, Network
from dragoman.serving.settings import Settings
from dragoman.serving.skilled import Skill
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


def skills(settings: Settings) -> dict[str, Skill]:
    """By kind."""
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

    def hearing_well(ears: Engine[Any, Any], card: ModelCard, engines: Engines) -> Engine[Any, Any]:
        way = None if settings.translate_by == "auto" else settings.translate_by
        return SpeakerAttribution(Translator(ears, card, engines, identifier, way), engines)

    def verifying(voice: Engine[Any, Any], _: ModelCard, engines: Engines) -> Engine[Any, Any]:
        return SpeechVerification(voice, engines, tongues)

    return {CHAT.name: chatting, TRANSCRIPTION.name: hearing_well, SPEECH.name: verifying}


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
    engines: Engines, installed: ModelList, settings: Settings, own: OwnVoices
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
