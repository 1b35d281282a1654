"""Spoken answers of the last hour, to which a later turn can refer."""

import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import AudioReferencePart, TextPart
from dragoman.domain.errors import RequestInvalid
from dragoman.skills.preparation import Prepared, located, replaced

LIFETIME_S = 3600
"""The seconds for which a spoken answer can be referred to, as at OpenAI."""

MOST_CHARACTERS = 8_000_000
"""The most characters of all transcripts together; the oldest are forgotten first."""


class Utterances:
    """Transcripts by id, in memory only."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        lifetime_s: int = LIFETIME_S,
        most_characters: int = MOST_CHARACTERS,
    ) -> None:
        """`clock` tells Unix seconds."""
        self._clock = clock
        self._lifetime_s = lifetime_s
        self._most = most_characters
        self._kept: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._characters = 0

    def fresh(self) -> str:
        """Make an id that nobody has and nobody guesses."""
        return f"audio_{uuid.uuid4().hex}"

    def keep(self, name: str, transcript: str) -> int:
        """Keep the transcript of `name`, and return when it will be forgotten (Unix seconds)."""
        expires_at = int(self._clock()) + self._lifetime_s
        self._kept[name] = expires_at, transcript
        self._characters += len(transcript)
        while self._kept and (
            self._characters > self._most or self._is_over(next(iter(self._kept)))
        ):
            _, (_, forgotten) = self._kept.popitem(last=False)
            self._characters -= len(forgotten)
        return expires_at

    def recall(self, name: str) -> str | None:
        """The transcript of `name`; None: it is unknown, or forgotten."""
        if name not in self._kept or self._is_over(name):
            return None
        return self._kept[name][1]

    def _is_over(self, name: str) -> bool:
        return self._kept[name][0] <= self._clock()


class EarlierAudio:
    """See `Preparation`: transcripts take the places of answers that were spoken earlier."""

    def __init__(self, utterances: Utterances) -> None:
        self._utterances = utterances

    def needed(self, request: ChatRequest) -> bool:
        """See `Preparation.needed`."""
        return bool(located(request.messages, AudioReferencePart))

    async def prepare(self, request: ChatRequest) -> Prepared:
        """See `Preparation.prepare`.

        Raises:
            RequestInvalid: an earlier answer is forgotten, or there never was one with that id.
        """
        transcripts = [
            self._transcript(part, index)
            for index, message in enumerate(request.messages)
            for part in message.parts
            if isinstance(part, AudioReferencePart)
        ]
        messages = replaced(request.messages, AudioReferencePart, transcripts)
        return Prepared(replace(request, messages=messages))

    def _transcript(self, part: AudioReferencePart, index: int) -> TextPart:
        transcript = self._utterances.recall(part.id)
        if transcript is None:
            raise RequestInvalid(
                f"Invalid value: '{part.id[:100]}'. There is no audio with this id, or it has "
                "expired.",
                param=f"messages[{index}].audio.id",
                code="invalid_value",
            )
        return TextPart(transcript)
