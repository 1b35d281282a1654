"""One recording in the course of being heard: its language, and what was said so far."""

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import LanguageFound, TranscriptionRequest
from dragoman.engines.whisper_ct2.languages import likeliest
from dragoman.engines.whisper_ct2.library import LADDER, Decoded, Heard, Manner, Whisper

RESET_TEMPERATURE = 0.5
"""Text that was drawn hotter than this is no guide for what follows."""

MEMORY = 223
"""Tokens of what came before that the model sees: half of its context."""

NO_SPEECH, IMPROBABLE = 0.6, -1.0
"""A window whose text is less probable than this, and that the model takes for silence, is."""


class Course:
    """Decodes one window after the other, each in the light of those before it."""

    def __init__(self, whisper: Whisper, request: TranscriptionRequest) -> None:
        """Prepare.

        Raises:
            RequestInvalid: the model does not know the language, or does not translate.
        """
        known = whisper.languages
        if request.language is not None and request.language not in known:
            raise RequestInvalid(
                f"Language '{request.language}' is not one that this model knows.",
                param="language",
                code="unsupported_language",
            )
        if request.task == "translate" and not whisper.multilingual:
            raise RequestInvalid("This model knows English only and does not translate.")
        self._whisper = whisper
        self._request = request
        self._manner: Manner | None = None
        self._before = whisper.tokens(request.prompt) if request.prompt else []
        self.prompt_tokens = min(len(self._before), MEMORY)
        """How much of the prompt the model sees."""

    @property
    def begun(self) -> bool:
        """Whether the language is settled."""
        return self._manner is not None

    def begin(self, heard: Heard | None) -> LanguageFound:
        """Settle the language: the one asked for, or what is spoken in the first window.

        Where nothing is said, nothing is known: English, with probability 0.
        """
        request = self._request
        if request.language is not None:
            language, probability = request.language, 1.0
        elif heard is not None:
            language, probability = likeliest(self._whisper, heard)
        else:
            language, probability = "en", 0.0
        self._manner = Manner(
            language=language,
            task=request.task,
            temperatures=(request.temperature,) if request.temperature > 0 else LADDER,
            words=request.words,
        )
        return LanguageFound(language, probability)

    def decode(self, heard: Heard) -> Decoded | None:
        """What is said in the window; None: nothing."""
        assert self._manner is not None
        decoded = self._whisper.decode(heard, self._manner, self._before)
        if decoded.no_speech_prob > NO_SPEECH and decoded.avg_logprob < IMPROBABLE:
            return None
        if decoded.temperature > RESET_TEMPERATURE:
            self._before = []
        else:
            said = [token for piece in decoded.pieces for token in piece.tokens]
            self._before = [*self._before, *said][-MEMORY:]
        return decoded
