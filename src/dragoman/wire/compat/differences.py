"""Where a model, or a name of one, has other fates than the ledger says for its endpoint."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dragoman.domain.chat import CHAT
from dragoman.domain.models import ModelCard
from dragoman.domain.openai_tokens import encoding_of
from dragoman.domain.picture import SIGHT
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.wire.audio import speech as speeches
from dragoman.wire.audio import transcription as transcriptions
from dragoman.wire.chat.local import TEMPLATE
from dragoman.wire.chat.request import REASONING
from dragoman.wire.compat import sound, text
from dragoman.wire.compat.field import Fate

LLAMA_CPP, REMOTE = "llama-cpp", "remote-openai"
"""The engines of chat, whose fates differ."""
REMOTE_SPEECH, REMOTE_TRANSCRIPTION = "remote-openai-speech", "remote-openai-transcription"
THINKS = ("reasoning", "thinks")
"""The option that says that a model thinks, and its old name."""
Rule: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """Another fate of one field with a model."""

    path: str
    field: str | None
    """None: of the endpoint as a whole."""
    fate: Fate
    note: str
    names: Sequence[str] | None = None
    """The names of the model for which it is so; None: all."""


def differences(card: ModelCard, kinds: Collection[str]) -> Sequence[Difference]:
    """The differences of a model beside models of `kinds`, which hear, see and speak for it."""
    if card.kind == CHAT.name:
        return (*_pictures(card, kinds), *_lacking(kinds), *_engine(card))
    if card.kind == TRANSCRIPTION.name:
        return tuple(_heard(card))
    return tuple(_spoken(card)) if card.kind == SPEECH.name else ()


PICTURES: Mapping[str, str] = {
    text.CHAT_PATH: f"{text.PART}image_url",
    text.RESPONSES_PATH: f"{text.ITEM_PART}input_image",
}
SOUNDS: Mapping[str, str] = {
    text.CHAT_PATH: f"{text.PART}input_audio",
    text.RESPONSES_PATH: f"{text.ITEM_PART}input_audio",
}


def _pictures(card: ModelCard, kinds: Collection[str]) -> Iterator[Difference]:
    for path, field in PICTURES.items():
        if card.sees:
            yield Difference(path, field, "honoured", "the model itself sees")
        elif SIGHT.name not in kinds:
            yield Difference(path, field, "refused", "no model that sees, and no recognisers")


def _lacking(kinds: Collection[str]) -> Iterator[Difference]:
    if TRANSCRIPTION.name not in kinds:
        for path, field in SOUNDS.items():
            yield Difference(path, field, "refused", "no model for transcription is installed")
    if SPEECH.name not in kinds:
        for field in ("audio", "modalities"):
            note = "no model for speech is installed"
            yield Difference(text.CHAT_PATH, field, "refused", note)


def _engine(card: ModelCard) -> Iterator[Difference]:
    if card.engine == REMOTE:
        yield from _remote(card)
    elif card.engine == LLAMA_CPP and not any(card.options.get(name) for name in THINKS):
        yield from _thoughtless(card)


def _thoughtless(card: ModelCard) -> Iterator[Difference]:
    """A model that does not think, under names that reason at OpenAI and under others."""
    fields = {text.CHAT_PATH: "reasoning_effort", text.RESPONSES_PATH: "reasoning"}
    for path, field in fields.items():
        idle = "the model does not think; code for these names says how long, whatever answers"
        yield from _by_names(card, path, field, "without_effect", idle, _reasons)
        refused = "the model does not think: `none` and `minimal` alone are taken"
        yield from _by_names(card, path, field, "refused", refused, lambda name: not _reasons(name))
    for field in ("enable_thinking", TEMPLATE):
        yield Difference(text.CHAT_PATH, field, "without_effect", "the model does not think")


def _reasons(name: str) -> bool:
    return REASONING.match(name) is not None


def _remote(card: ModelCard) -> Iterator[Difference]:
    """A model on another server: what has no name that all servers know."""
    chat = ("grammar", "guided_grammar", "guided_regex", "guided_choice")
    note = "servers have no common name for it"
    for field in chat:
        yield Difference(text.CHAT_PATH, field, "refused", note)
    for field in (*chat, "guided_json", "json_schema", "structured_outputs"):
        yield Difference(text.COMPLETIONS_PATH, field, "refused", note)
    only = "`json` and `json_object` alone are taken"
    yield Difference(text.CHAT_PATH, "structured_outputs", "emulated", only)
    dry = "what it would take is not known of a model elsewhere"
    yield Difference(text.CHAT_PATH, "x_dry_run", "refused", dry)
    silent = "how far it is, is not told by a model elsewhere"
    yield Difference(text.CHAT_PATH, "return_progress", "without_effect", silent)
    passed = "is passed on as it came"
    yield Difference(text.CHAT_PATH, "reasoning_effort", "honoured", passed)
    upstream = encoding_of(str(card.options.get("model", "")))
    for path in (text.CHAT_PATH, text.COMPLETIONS_PATH):
        ids = "the ids mean other tokens to the model elsewhere"
        yield from _by_names(
            card, path, "logit_bias", "refused", ids,
            lambda name: encoding_of(name) not in (None, upstream),
        )  # fmt: skip
    for path in (text.TOKENISE_PATH, text.DETOKENISE_PATH):
        yield Difference(path, None, "refused", "the tokens of a model elsewhere are not known")


def _heard(card: ModelCard) -> Iterator[Difference]:
    """OpenAI's names for transcription have OpenAI's limits, other names have none."""
    theirs, timed = _is_theirs, transcriptions.UNTIMED
    keyed = "gpt-transcribe"
    rules: Sequence[tuple[str, Fate, str, Rule]] = (
        ("stream", "without_effect", "it answers whole, at OpenAI too", lambda n: n == "whisper-1"),
        (
            "timestamp_granularities",
            "without_effect",
            "answers in `json` have no times; other formats are not taken, at OpenAI too",
            lambda n: n.startswith(timed) and not _diarises(n),
        ),
        ("timestamp_granularities", "refused", "as at OpenAI", _diarises),
        ("prompt", "refused", "as at OpenAI", _diarises),
        (
            "include",
            "refused",
            "as at OpenAI",
            lambda n: theirs(n) and n not in transcriptions.WITH_LOGPROBS,
        ),
        *(
            (
                field,
                "refused",
                f"of OpenAI's names `{keyed}` alone takes it",
                lambda n: theirs(n) and not n.startswith(keyed),
            )
            for field in ("languages", "keywords")
        ),
        *(
            (
                field,
                "refused",
                "speakers are not told apart under these names",
                lambda n: theirs(n) and not _diarises(n),
            )
            for field in ("known_speaker_names", "known_speaker_references")
        ),
    )
    for field, fate, note, rule in rules:
        yield from _by_names(card, sound.TRANSCRIPTIONS_PATH, field, fate, note, rule)
    if card.engine == REMOTE_TRANSCRIPTION:
        path = sound.TRANSCRIPTIONS_PATH
        few = "servers have no common name for log-probabilities"
        yield Difference(path, "include", "refused", few)
        yield Difference(path, "languages", "emulated", "one language alone")
        yield Difference(path, "keywords", "emulated", "before the prompt")
        yield Difference(path, "chunking_strategy", "emulated", "`auto` alone: the server cuts")


def _is_theirs(name: str) -> bool:
    return name.startswith(transcriptions.OPENAI)


def _diarises(name: str) -> bool:
    return name.endswith(transcriptions.DIARIZE)


def _spoken(card: ModelCard) -> Iterator[Difference]:
    def older(name: str) -> bool:
        return name in speeches.OLDER_MODELS

    path, note = sound.SPEECH_PATH, "`audio` alone, as at OpenAI"
    yield from _by_names(card, path, "stream_format", "refused", note, older)
    for field in speeches.ONLY_IN_EVENTS:
        yield from _by_names(card, path, field, "refused", "there are no events", older)
    nine = f"nine voices alone, as at OpenAI: {', '.join(speeches.OLDER_VOICES)}"
    yield from _by_names(card, path, "voice", "emulated", nine, older)
    if card.engine == REMOTE_SPEECH:
        for field in ("x_language", "x_word_times", "x_captions", "x_verify", "x_dry_run"):
            yield Difference(path, field, "refused", "OpenAI's API has no word for it")
        manners = "speed and loudness alone; accents, languages and pauses are refused"
        yield Difference(path, "instructions", "emulated", manners)


def _by_names(
    card: ModelCard, path: str, field: str, fate: Fate, note: str, rule: Rule
) -> Iterator[Difference]:
    """One difference for the names of the model that the rule is true of, if there are any."""
    every = (card.id, *card.names)
    names = tuple(name for name in every if rule(name))
    if names:
        yield Difference(path, field, fate, note, None if names == every else names)
