"""The endpoints of sound: speech, transcriptions, translations, voices."""

from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.wire.audio import own_fields, translation
from dragoman.wire.audio import speech as speeches
from dragoman.wire.audio import transcription as transcriptions
from dragoman.wire.compat.field import Endpoint, Field, entries
from dragoman.wire.compat.text import NAMES

SPEECH_PATH = "/v1/audio/speech"
TRANSCRIPTIONS_PATH, TRANSLATIONS_PATH = "/v1/audio/transcriptions", "/v1/audio/translations"
VOICES_PATH, CONSENTS_PATH = "/v1/audio/voices", "/v1/audio/voice_consents"

CASCADED = (
    f"{NAMES}; what was said is written down first, and translated by the chat model where that "
    "measured better"
)
SPEAKERS = "two more models find out who speaks when, and whose voice is known"
MANNERS = (
    "pace, loudness, pauses, language and accent of English are heeded; every other wish changes "
    "nothing and is named in `x-dragoman-ignored`"
)
CLONES = "no installed model can speak with the voice of a recording; a blend can be kept"


def _speech() -> Endpoint:
    emulated = {
        "model": NAMES,
        "voice": "OpenAI's thirteen names are voices of the model here, which sound otherwise",
        "instructions": MANNERS,
    }
    known = speeches.SpeechCall.model_fields
    theirs = (name for name in known if not name.startswith("x_"))
    own = (name for name in known if name.startswith("x_"))
    fields = (*entries(theirs, emulated=emulated), *entries(own, "dragoman"))
    return Endpoint(SPEECH_PATH, SPEECH.name, "endpoints/speech.md", fields)


def _transcriptions() -> Endpoint:
    emulated = {
        "model": NAMES,
        "known_speaker_names": SPEAKERS,
        "known_speaker_references": SPEAKERS,
    }
    theirs = (*transcriptions.SERVED, *transcriptions.ALSO_SERVED, "stream")
    fields = (
        *entries(theirs, emulated=emulated),
        *entries(own_fields.OUR_OWN, "dragoman"),
    )
    return Endpoint(TRANSCRIPTIONS_PATH, TRANSCRIPTION.name, "endpoints/transcriptions.md", fields)


def _translations() -> Endpoint:
    fields = (
        *entries(translation.SERVED, emulated={"model": CASCADED}),
        *entries(translation.EXTENSIONS, "dragoman"),
    )
    return Endpoint(TRANSLATIONS_PATH, TRANSCRIPTION.name, "endpoints/translations.md", fields)


def _voices() -> tuple[Endpoint, Endpoint]:
    fields = (
        *entries(("name", "type")),
        *(Field(name, "refused", note=CLONES) for name in ("audio_sample", "consent")),
        Field("x_blend", "honoured", "dragoman"),
    )
    consent = entries(("name", "language", "recording"))
    return (
        Endpoint(VOICES_PATH, "", "voices.md", fields),
        Endpoint(CONSENTS_PATH, "", "voices.md", consent),
    )


def endpoints() -> tuple[Endpoint, ...]:
    """Build the entries of all endpoints of sound."""
    return (_speech(), _transcriptions(), _translations(), *_voices())
