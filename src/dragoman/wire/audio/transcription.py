"""The form of `/v1/audio/transcriptions`, and what translations have in common with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.languages import LANGUAGES
from dragoman.domain.transcription import (
    Chunking,
    KnownSpeaker,
    Recording,
    TranscriptionRequest,
    Way,
)
from dragoman.wire.audio.chunking import chunking
from dragoman.wire.audio.flags import FlagPolicy
from dragoman.wire.audio.known_speakers import KnownVoice, known_speakers
from dragoman.wire.audio.own_fields import (
    OUR_OWN,
    chars_per_second_of,
    dry_run_of,
    flagged_of,
    line_chars_of,
    progress_of,
    track_of,
)
from dragoman.wire.faults import clipped, listed, not_among
from dragoman.wire.form import Form, check_file

ResponseFormat: TypeAlias = Literal["json", "text", "srt", "verbose_json", "vtt", "diarized_json"]
Granularity: TypeAlias = Literal["word", "segment"]

FORMATS = ("json", "text", "srt", "verbose_json", "vtt", "diarized_json")
DIARIZE_FORMATS = ("json", "text", "diarized_json")
WHISPER_FORMATS = ("json", "text", "srt", "verbose_json", "vtt")
GRANULARITIES = ("word", "segment")

EXTENSIONS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")

ACCEPTED_WITHOUT_EFFECT: Mapping[str, str] = {
    "stream": "with `whisper-1` only, which answers whole, at OpenAI too",
    "timestamp_granularities": "with `json` and names that begin with `gpt-4o-`, at OpenAI too: "
    "their answers have no times",
}
"""A map from each field that has no effect to the reason."""

SERVED = ("file", "model", "language", "prompt", "response_format", "temperature")
"""The fields of both endpoints, but for `language`, which translations do not have."""

ALSO_SERVED = (
    "chunking_strategy",
    "include",
    "keywords",
    "known_speaker_names",
    "known_speaker_references",
    "languages",
    "timestamp_granularities",
)
"""The fields of transcriptions alone; `timestamp_granularities` has no effect under some names."""

INCLUDABLE = ("logprobs",)
WITH_LOGPROBS = ("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15")
UNTIMED = ("gpt-4o-transcribe", "gpt-4o-mini-transcribe")
"""The beginnings of names whose answers have no times."""
DIARIZE = "-diarize"
"""The end of names that tell speakers apart, whatever the format."""
UNCHUNKED_S = 30.0
"""The seconds beyond which a recording needs a `chunking_strategy` with those names, as at
OpenAI."""
OPENAI = ("whisper-1", "gpt-")
"""The beginnings of OpenAI's names: they have OpenAI's limits, an operator's own names have
none."""


@dataclass(frozen=True, slots=True)
class TranscriptionCall:
    """The form of a transcription or a translation, checked."""

    model: str
    response_format: ResponseFormat
    task: Literal["transcribe", "translate"]
    language: str | None
    prompt: str | None
    temperature: float
    granularities: frozenset[Granularity]
    stream: bool
    logprobs: bool = False
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    chunking: Chunking = field(default_factory=Chunking)
    line_chars: int | None = None
    chars_per_second: float | None = None
    into: str = "en"
    """The language that a translation is in, ISO-639-1."""
    way: Way | None = None
    """The way to translate; None: the better way."""
    known: tuple[KnownVoice, ...] = ()
    chunked: bool = False
    """Whether the request says anything of where the recording is cut."""
    track: int | None = None
    """The file's sound track, from 1; None: the one that a player takes."""
    flagged: FlagPolicy = "keep"
    """The treatment of doubtful segments."""
    dry_run: bool = False
    """Whether to say only what the request would take."""
    progress: bool = False
    """Whether events report each segment before the answer comes, as one of them."""
    ignored: tuple[str, ...] = ()
    """The fields that have no effect."""

    @property
    def diarises(self) -> bool:
        """Whether speakers are told apart."""
        asked = self.model.endswith(DIARIZE) or self.response_format == "diarized_json"
        return asked and self.task == "transcribe"

    @property
    def counts_tokens(self) -> bool:
        """Whether usage is in tokens, as with `gpt-4o-transcribe`, and not in seconds."""
        return self.model.startswith("gpt-")

    @property
    def tells_languages(self) -> bool:
        """Whether the answer has a list of the spoken languages, as with `gpt-transcribe`."""
        return self.model.startswith("gpt-transcribe")

    def request(
        self, recording: Recording, known: tuple[KnownSpeaker, ...] = ()
    ) -> TranscriptionRequest:
        """The request for the engine; `known` are the decoded references.

        Raises:
            RequestInvalid: the recording is too long for what was asked.
        """
        unchunked = self.diarises and self.model.endswith(DIARIZE) and not self.chunked
        if unchunked and recording.duration_s > UNCHUNKED_S:
            raise RequestInvalid(
                "chunking_strategy is required for diarization models",
                param="chunking_strategy",
                code="invalid_value",
            )
        return TranscriptionRequest(
            recording=recording,
            task=self.task,
            language=self.language,
            prompt=self.prompt,
            temperature=self.temperature,
            words="word" in self.granularities or self.line_chars is not None,
            logprobs=self.logprobs,
            languages=self.languages,
            keywords=self.keywords,
            chunking=self.chunking,
            into=self.into,
            way=self.way,
            diarised=self.diarises,
            known_speakers=known,
            streamed=self.stream,
            timed=self.diarises or self.progress or self.response_format not in ("json", "text"),
        )


def transcription(fields: Sequence[tuple[str, str]], *, has_file: bool) -> TranscriptionCall:
    """Read a transcription's form.

    Raises:
        RequestInvalid: in OpenAI's words.
    """
    form = Form(fields)
    model = model_of(form, has_file=has_file)
    form.refuse_unknown({*SERVED, *ALSO_SERVED, *OUR_OWN, *ACCEPTED_WITHOUT_EFFECT})
    response_format = _response_format(form, model)
    stream = form.flag("stream") and model != "whisper-1"
    if stream and response_format not in DIARIZE_FORMATS:
        raise RequestInvalid(
            f"Unsupported value: 'stream' does not support response_format '{response_format}'. "
            "Use 'json' or 'text' instead.",
            param="stream",
            code="unsupported_value",
        )
    return TranscriptionCall(
        model=model,
        response_format=response_format,
        task="transcribe",
        language=_language(form),
        prompt=_prompt(form, model),
        temperature=form.decimal("temperature", 0, 1) or 0.0,
        granularities=_granularities(form, model, response_format),
        stream=stream,
        logprobs=_logprobs(form, model, response_format),
        languages=_languages(form, model),
        keywords=_keywords(form, model),
        chunking=chunking(form),
        line_chars=line_chars_of(form, response_format),
        chars_per_second=chars_per_second_of(form),
        known=_known(form, model, response_format),
        chunked=form.has("chunking_strategy"),
        track=track_of(form),
        flagged=flagged_of(form),
        dry_run=dry_run_of(form, stream=stream),
        progress=progress_of(form, stream=stream),
        ignored=_ignored(form, fields, model, response_format),
    )


def unsupported_format() -> RequestInvalid:
    """The error for a file whose name and content are both no sound."""
    message = f"Invalid file format. Supported formats: {list(EXTENSIONS)}"
    return RequestInvalid(message, param="file")


def formats(model: str) -> Sequence[str]:
    """The response formats that go with a model's name."""
    if model.endswith(DIARIZE):
        return DIARIZE_FORMATS
    if model.startswith(UNTIMED):
        return ("json", "text")
    if model.startswith("gpt-transcribe"):
        return ("json",)
    return WHISPER_FORMATS if model.startswith(OPENAI) else FORMATS


def model_of(form: Form, *, has_file: bool) -> str:
    """Read the model's name, and before it the file: both are required."""
    check_file(form, "file", has_file=has_file)
    model = form.text("model")
    if model is None:
        raise RequestInvalid("you must provide a model parameter")
    return model


def _response_format(form: Form, model: str) -> ResponseFormat:
    asked = form.choice("response_format", FORMATS) or "json"
    if asked not in (served := formats(model)):
        raise RequestInvalid(
            f"response_format '{asked}' is not compatible with model '{model}'. "
            f"Use {listed(served, 'or')} instead.",
            param="response_format",
            code="unsupported_value",
        )
    return cast("ResponseFormat", asked)


def _language(form: Form) -> str | None:
    language = form.text("language")
    if language is not None and language not in LANGUAGES:
        raise no_language("language", language)
    return language


def _prompt(form: Form, model: str) -> str | None:
    prompt = form.text("prompt")
    if prompt is not None and model.endswith(DIARIZE):
        raise _unsupported("prompt")
    return prompt


def _granularities(form: Form, model: str, response_format: str) -> frozenset[Granularity]:
    asked = form.array("timestamp_granularities")
    if asked is None:
        return frozenset({"segment"})
    if model.endswith(DIARIZE):
        raise _unsupported("timestamp_granularities")
    untimed = _untimed(model, response_format)
    if response_format != "verbose_json" and not untimed:
        raise RequestInvalid(
            "`response_format` must be `verbose_json` if `timestamp_granularities[]` is provided",
            param="timestamp_granularities",
            code="invalid_value",
        )
    for index, value in enumerate(asked):
        if value not in GRANULARITIES:
            raise not_among(f"timestamp_granularities[{index}]", value, GRANULARITIES)
    return frozenset({"segment"}) if untimed else frozenset(cast("list[Granularity]", asked))


def _untimed(model: str, response_format: str) -> bool:
    """Whether OpenAI takes granularities without effect: Vercel's client always sends them."""
    return response_format == "json" and model.startswith(UNTIMED) and not model.endswith(DIARIZE)


def _ignored(
    form: Form, fields: Sequence[tuple[str, str]], model: str, response_format: str
) -> tuple[str, ...]:
    effectless: set[str] = set()
    if model == "whisper-1" and form.flag("stream"):
        effectless.add("stream")
    if _untimed(model, response_format) and form.array("timestamp_granularities") is not None:
        effectless.add("timestamp_granularities")
    sent = dict.fromkeys(name.partition("[")[0] for name, _ in fields)
    return tuple(name for name in sent if name in effectless)


def _logprobs(form: Form, model: str, response_format: str) -> bool:
    asked = form.array("include")
    if asked is None:
        return False
    for index, value in enumerate(asked):
        if value not in INCLUDABLE:
            raise not_among(f"include[{index}]", value, INCLUDABLE)
    if model.startswith(OPENAI) and model not in WITH_LOGPROBS:
        raise _unsupported("include")
    if response_format != "json":
        raise RequestInvalid(
            f"Unsupported value: 'include' does not support response_format '{response_format}'. "
            "Use 'json' instead.",
            param="include",
            code="unsupported_value",
        )
    return bool(asked)


def _languages(form: Form, model: str) -> tuple[str, ...]:
    asked = _of_gpt_transcribe(form, model, "languages")
    for index, code in enumerate(asked):
        if code not in LANGUAGES:
            raise no_language(f"languages[{index}]", code)
    if asked and form.text("language") is not None:
        raise RequestInvalid(
            "Only one of 'language' and 'languages' may be given.",
            param="languages",
            code="invalid_value",
        )
    return asked


def _keywords(form: Form, model: str) -> tuple[str, ...]:
    return _of_gpt_transcribe(form, model, "keywords")


def _of_gpt_transcribe(form: Form, model: str, name: str) -> tuple[str, ...]:
    """A list of at least one string, which of OpenAI's names that one alone takes."""
    asked = form.array(name)
    if asked is None:
        return ()
    if model.startswith(OPENAI) and not model.startswith("gpt-transcribe"):
        raise _unsupported(name)
    if not asked:
        raise RequestInvalid(
            f"Invalid '{name}': empty array. "
            "Expected an array with minimum length 1, but got an empty array instead.",
            param=name,
            code="empty_array",
        )
    return tuple(asked)


def _known(form: Form, model: str, response_format: str) -> tuple[KnownVoice, ...]:
    if model.endswith(DIARIZE) or response_format == "diarized_json":
        return known_speakers(form)
    for name in ("known_speaker_names", "known_speaker_references"):
        if form.has(name):
            raise _unsupported(name)
    return ()


def no_language(name: str, code: str) -> RequestInvalid:
    """The error for a `code` that is no language."""
    shown = clipped(code)
    return RequestInvalid(
        f"Invalid language '{shown}'. Language parameter must be specified in ISO-639-1 format.",
        param=name,
        code="invalid_language_format",
    )


def _unsupported(name: str) -> RequestInvalid:
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    return RequestInvalid(message, param=name, code="unsupported_parameter")
