"""Speaker attribution: a recogniser's words are given to the speakers in whose turns they fall."""

import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import count, groupby
from typing import TypeAlias

from dragoman.domain.diarisation import DIARISATION, DiarisationRequest, Turn
from dragoman.domain.engine import Engine, Engines, ask
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import (
    Segment,
    TranscriptionEvent,
    TranscriptionRequest,
    Word,
)

Recogniser: TypeAlias = Engine[TranscriptionRequest, TranscriptionEvent]

SOMEBODY = "A"
"""The speaker where the recogniser hears words and the diarisation hears nobody."""
_SENTENCE_END = re.compile(r"[.!?…。！？]\W*$")


class SpeakerAttribution:
    """A recogniser that also says who speaks; see `domain.engine.Engine`.

    The turns of the whole recording are found before the first segment is out.
    """

    def __init__(self, recogniser: Recogniser, engines: Engines) -> None:
        """`engines`: from these the model is borrowed that tells speakers apart."""
        self._recogniser = recogniser
        self._engines = engines

    def stream(self, request: TranscriptionRequest) -> AsyncGenerator[TranscriptionEvent, None]:
        """See `Engine.stream`.

        Raises:
            RequestInvalid: no model that tells speakers apart is installed.
        """
        if request.diarised:
            return self._diarised(request)
        return self._recogniser.stream(replace(request, known_speakers=()))

    async def _diarised(
        self, request: TranscriptionRequest
    ) -> AsyncGenerator[TranscriptionEvent, None]:
        turns = await self._turns(request)
        transcription = replace(request, words=True, diarised=False, known_speakers=())
        numbers = count()
        async with aclosing(self._recogniser.stream(transcription)) as events:
            async for event in events:
                if isinstance(event, Segment):
                    for piece in attributed(event, turns):
                        yield replace(piece, index=next(numbers))
                else:
                    yield event

    async def _turns(self, request: TranscriptionRequest) -> Sequence[Turn]:
        if not self._engines.has(DIARISATION):
            raise RequestInvalid(
                "No model that tells speakers apart is installed: `dragoman models pull speakers`.",
                param="model",
                code="unsupported_value",
            )
        diarisation = DiarisationRequest(request.recording, request.known_speakers)
        return (await ask(self._engines, DIARISATION, diarisation)).turns


def attributed(segment: Segment, turns: Sequence[Turn]) -> list[Segment]:
    """Split the segment into pieces of one speaker each; joined, their texts are its text.

    Its tokens stay with the first piece.
    """
    if not segment.words:
        return [replace(segment, speaker=_speaker(segment.start_s, segment.end_s, turns, None))]
    speakers: list[str] = []
    for word in segment.words:
        before = speakers[-1] if speakers else None
        speakers.append(_speaker(word.start_s, word.end_s, turns, before))
    speakers = settled(segment.words, speakers)
    if len(set(speakers)) == 1:
        return [replace(segment, speaker=speakers[0])]
    return list(_pieces(segment, speakers))


def settled(words: Sequence[Word], speakers: Sequence[str]) -> list[str]:
    """Smooth the words' speakers, whose times are a little off.

    A single word in the middle of somebody else's sentence becomes theirs, and a change that
    falls one word beside the end of a sentence moves there.
    """
    names = list(speakers)
    ends = [bool(_SENTENCE_END.search(word.text)) for word in words]
    for i in range(1, len(names) - 1):
        within = not (ends[i - 1] or ends[i])
        if within and names[i - 1] == names[i + 1]:
            names[i] = names[i - 1]
    for i in range(1, len(names) - 1):
        if names[i] == names[i - 1] or ends[i - 1]:
            continue
        if ends[i] and names[i + 1] == names[i]:
            names[i] = names[i - 1]
        elif i >= 2 and ends[i - 2] and names[i - 2] == names[i - 1]:
            names[i - 1] = names[i]
    return names


def _speaker(start_s: float, end_s: float, turns: Sequence[Turn], before: str | None) -> str:
    """Who speaks longest in that time; where nobody does, who is nearest.

    Of two who speak equally long it is who spoke before.
    """
    if not turns:
        return SOMEBODY
    spoken: dict[str, float] = {}
    for turn in turns:
        shared = min(end_s, turn.end_s) - max(start_s, turn.start_s)
        if shared > 0:
            spoken[turn.speaker] = spoken.get(turn.speaker, 0.0) + shared
    if spoken:
        return max(spoken, key=lambda who: (round(spoken[who], 3), who == before))
    nearest = min(turns, key=lambda turn: max(turn.start_s - end_s, start_s - turn.end_s))
    return nearest.speaker


def _pieces(segment: Segment, speakers: Sequence[str]) -> Iterator[Segment]:
    """One piece a run of words of one speaker; spaces go with the word after them."""
    words = list(zip(segment.words, speakers, strict=True))
    begins = 0
    seen = 0
    tokens = segment.tokens
    for speaker, run in groupby(words, key=lambda each: each[1]):
        run_words = [word for word, _ in run]
        seen += len(run_words)
        ends = begins
        for word in run_words:
            place = segment.text.find(word.text, ends)
            ends = place + len(word.text) if place >= 0 else ends
        if seen == len(words):
            ends = len(segment.text)
        yield replace(
            segment,
            start_s=run_words[0].start_s,
            end_s=max(run_words[-1].end_s, run_words[0].start_s),
            text=segment.text[begins:ends],
            tokens=tokens,
            words=tuple(run_words),
            logprobs=(),
            speaker=speaker,
        )
        begins, tokens = ends, ()
