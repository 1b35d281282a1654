"""How one recording is heard: what is spoken, what is asked for, what was said before."""

from collections.abc import Sequence
from threading import Event

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import LanguageFound, TranscriptionRequest
from dragoman.engines.whisper_ct2.languages import likeliest, sure
from dragoman.engines.whisper_ct2.library import LADDER, Decoded, Heard, Manner, Whisper

MEMORY = 223
"""Tokens of what came before that the model sees: half of its context."""

KEYWORDS = 100
"""Tokens of these that keywords may take."""


class Course:
    """Decodes windows, each in the light of the prompt and not of its neighbours.

    So they can be decoded together, and a loop ends with its window.
    """

    def __init__(self, whisper: Whisper, request: TranscriptionRequest) -> None:
        """Prepare.

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
        self._manner: Manner | None = None
        self._settled = Event()
        self._prompt = _prompt(whisper, request)
        self.given = ", ".join((*request.keywords, request.prompt or ""))
        """The same in words."""
        self.prompt_tokens = len(self._prompt)
        """How much of the prompt and the keywords the model sees."""

    @property
    def guided(self) -> bool:
        """Whether anything goes before the windows."""
        return bool(self._prompt)

    @property
    def knows(self) -> bool:
        """Whether the language was said: then nothing needs to be heard to begin."""
        return self._request.language is not None

    def surely(self, heard: Heard) -> bool:
        """Whether the language was said, or a part of the first window is enough to know it."""
        return self.knows or sure(self._whisper, heard, self._request.languages)

    def begin(self, heard: Heard | None) -> LanguageFound:
        """Settle the language: the one asked for, or what is spoken in the first window.

        Where nothing is said, nothing is known: English, with probability 0.
        """
        request = self._request
        if request.language is not None:
            language, probability = request.language, 1.0
        elif heard is not None:
            language, probability = likeliest(self._whisper, heard, request.languages)
        else:
            language, probability = "en", 0.0
        self._manner = Manner(
            language=language,
            task=request.task,
            temperatures=(request.temperature,) if request.temperature > 0 else LADDER,
            words=request.words,
            logprobs=request.logprobs,
        )
        self._settled.set()
        return LanguageFound(language, probability)

    def end(self) -> None:
        """Nobody waits for the language any more."""
        self._settled.set()

    def decode(self, windows: Sequence[Heard], said: Sequence[int] | None = ()) -> list[Decoded]:
        """What is said in each window, after the prompt and `said`; None: after nothing at all.

        Waits until the language is settled.

        Raises:
            Stopped: it never will be.
        """
        self._settled.wait()
        if self._manner is None:
            raise Stopped
        before = [] if said is None else [*self._prompt, *said][-MEMORY:]
        return self._whisper.decode(windows, self._manner, before)


def _languages(request: TranscriptionRequest) -> list[tuple[str, str]]:
    """Fields and the codes in them."""
    single = [("language", request.language)] if request.language is not None else []
    return [*single, *(("languages", code) for code in request.languages)]


def _prompt(whisper: Whisper, request: TranscriptionRequest) -> list[int]:
    """Keywords, then the end of the prompt: what stands last counts most."""
    keywords = whisper.tokens(", ".join(request.keywords))[:KEYWORDS] if request.keywords else []
    prompt = whisper.tokens(request.prompt) if request.prompt else []
    return [*keywords, *prompt[-(MEMORY - len(keywords)) :]]
