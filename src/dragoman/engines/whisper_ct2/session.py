"""One recording being transcribed: its language, its prompt and its options."""

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import LanguageFound, TranscriptionRequest
from dragoman.engines.whisper_ct2.fallback import TEMPERATURES
from dragoman.engines.whisper_ct2.languages import (
    is_sure_of_language,
    language_of_window,
    likeliest_language,
)
from dragoman.engines.whisper_ct2.model import (
    DecodedWindow,
    DecodingOptions,
    EncodedWindow,
    Whisper,
)

PROMPT_TOKENS = 223
"""The most tokens of previous text that the model sees: half of its context."""

KEYWORD_TOKENS = 100
"""The most of these tokens that keywords may take."""


class Session:
    """Decodes windows of one recording, each after the prompt and not after its neighbours.

    So windows can be decoded together, and a loop ends with its window.
    """

    def __init__(self, whisper: Whisper, request: TranscriptionRequest) -> None:
        """Check the languages of a request and prepare its prompt.

        Raises:
            RequestInvalid: the model does not know a language, or does not translate.
        """
        for name, code in _languages(request):
            if code not in whisper.languages:
                raise RequestInvalid(
                    f"Language '{code}' is not one that this model knows.",
                    param=name,
                    code="unsupported_language",
                )
        if request.task == "translate" and not whisper.multilingual:
            raise RequestInvalid("This model knows English only and does not translate.")
        self._whisper = whisper
        self._request = request
        self._options: DecodingOptions | None = None
        self._settled = Event()
        self._prompt = _prompt(whisper, request)
        self.prompt_text = ", ".join((*request.keywords, request.prompt or ""))
        """The prompt and the keywords as text."""
        self.prompt_tokens = len(self._prompt)
        """The number of tokens of the prompt and the keywords that the model sees."""

    @property
    def has_prompt(self) -> bool:
        """Whether the model sees a prompt or keywords before each window."""
        return bool(self._prompt)

    @property
    def language_is_known(self) -> bool:
        """Whether the request names the language: then no window is needed to know it."""
        return self._request.language is not None

    def is_sure_of_language(self, window: EncodedWindow) -> bool:
        """Whether the request names the language, or this window leaves no doubt of it."""
        return self.language_is_known or is_sure_of_language(
            self._whisper, window, self._request.languages
        )

    def settle_language(self, window: EncodedWindow | None) -> LanguageFound:
        """Settle the language: that of the request, or what is spoken in `window`.

        Without a window, where nobody speaks, it is English with probability 0.
        """
        request = self._request
        if request.language is not None:
            language, probability = request.language, 1.0
        elif window is not None:
            language, probability = likeliest_language(self._whisper, window, request.languages)
        else:
            language, probability = "en", 0.0
        self._options = DecodingOptions(
            language=language,
            task=request.task,
            temperatures=(request.temperature,) if request.temperature > 0 else TEMPERATURES,
            words=request.words,
            logprobs=request.logprobs,
        )
        self._settled.set()
        return LanguageFound(language, probability)

    def release_waiting(self) -> None:
        """Wake those who wait for the language; they raise `Stopped` where it is not settled."""
        self._settled.set()

    def decode(
        self, windows: Sequence[EncodedWindow], previous: Sequence[int] | None = ()
    ) -> list[DecodedWindow]:
        """Decode windows after the prompt and the tokens in `previous`; None: without the prompt.

        It waits until the language is settled.

        Raises:
            Stopped: the request ended before the language was settled.
        """
        self._settled.wait()
        options = self._options
        if options is None:
            raise Stopped
        before = [] if previous is None else [*self._prompt, *previous][-PROMPT_TOKENS:]
        languages = [self._language_of(window, options.language) for window in windows]
        decoded: dict[int, DecodedWindow] = {}
        for language in dict.fromkeys(languages):
            indices = [index for index, own in enumerate(languages) if own == language]
            alike = [windows[index] for index in indices]
            results = self._whisper.decode(alike, replace(options, language=language), before)
            decoded.update(zip(indices, results, strict=True))
        return [decoded[index] for index in range(len(windows))]

    def _language_of(self, window: EncodedWindow, settled: str) -> str:
        """The language of a window: the request's, or what is surely spoken there."""
        if self.language_is_known:
            return settled
        return language_of_window(self._whisper, window, settled, self._request.languages)


def _languages(request: TranscriptionRequest) -> list[tuple[str, str]]:
    """The fields of a request that name languages, and the codes in them."""
    single = [("language", request.language)] if request.language is not None else []
    return [*single, *(("languages", code) for code in request.languages)]


def _prompt(whisper: Whisper, request: TranscriptionRequest) -> list[int]:
    """The tokens of the keywords, then of the end of the prompt: what is last counts most."""
    keywords = (
        whisper.tokens(", ".join(request.keywords))[:KEYWORD_TOKENS] if request.keywords else []
    )
    prompt = whisper.tokens(request.prompt) if request.prompt else []
    return [*keywords, *prompt[-(PROMPT_TOKENS - len(keywords)) :]]
