"""Segments of speech, joined to sentences for translation and split again for subtitles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dragoman.domain.transcription import Segment

ENDS = (".", "?", "!", "…", "。", "？", "！", "؟", "।", "۔")
PAUSE_S = 1.5
"""A longer pause ends a sentence, whatever its punctuation."""

LONGEST_S = 30.0
LONGEST = 400
"""The seconds and the characters after which a sentence has to end."""

ONE_CUE_S = 7.0
"""A sentence no longer than this stays one segment: it can be read in one piece."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The speech from one end of a sentence to the next: one segment or more."""

    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The text of the sentence."""
        return "".join(segment.text for segment in self.segments).strip()

    @property
    def start_s(self) -> float:
        """The start of the sentence, in seconds from the start of the recording."""
        return self.segments[0].start_s

    @property
    def end_s(self) -> float:
        """The end of the sentence, in seconds from the start of the recording."""
        return self.segments[-1].end_s

    def _doubted(self, first: Segment) -> Segment:
        """The first segment with the worst that the recogniser thought of any of them."""
        return replace(
            first,
            avg_logprob=min(_known(each.avg_logprob for each in self.segments), default=None),
            compression_ratio=max(
                _known(each.compression_ratio for each in self.segments), default=None
            ),
            no_speech_prob=max(_known(each.no_speech_prob for each in self.segments), default=None),
        )

    def reworded(self, text: str) -> Iterator[Segment]:
        """The sentence's segments with the words of a translation; a short one becomes one.

        Which words belong to which segment is not known across languages: each gets its share,
        by length, cut between words.
        """
        first = self.segments[0]
        if self.end_s - self.start_s <= ONE_CUE_S or len(self.segments) == 1:
            yield _reworded(self._doubted(first), text, self.end_s)
            return
        shares = [max(1, len(segment.text.strip())) for segment in self.segments]
        parts = part(text.split(), shares)
        for segment, words in zip(self.segments, parts, strict=True):
            if words:
                yield _reworded(segment, " ".join(words), segment.end_s)


def _known(figures: Iterable[float | None]) -> list[float]:
    return [figure for figure in figures if figure is not None]


class Joiner:
    """Joins segments to sentences, and gives each as soon as it is whole."""

    def __init__(self) -> None:
        self._open: list[Segment] = []

    def feed(self, segment: Segment) -> Iterator[Sentence]:
        """Take the next segment and give the sentences that it ends."""
        if self._open and segment.start_s - self._open[-1].end_s > PAUSE_S:
            yield from self.finish()
        self._open.append(segment)
        sentence = Sentence(tuple(self._open))
        if (
            sentence.text.endswith(ENDS)
            or len(sentence.text) > LONGEST
            or sentence.end_s - sentence.start_s > LONGEST_S
        ):
            yield from self.finish()

    def finish(self) -> Iterator[Sentence]:
        """Give what is open as a sentence, as there are no more segments."""
        if self._open:
            yield Sentence(tuple(self._open))
            self._open = []


def sentences(segments: Sequence[Segment]) -> Iterator[Sentence]:
    """All sentences of a transcript."""
    joiner = Joiner()
    for segment in segments:
        yield from joiner.feed(segment)
    yield from joiner.finish()


def part(words: Sequence[str], shares: Sequence[int]) -> list[list[str]]:
    """`words` in as many parts as there are `shares`, long in proportion, in order."""
    total, whole = sum(shares), sum(len(word) + 1 for word in words)
    parts: list[list[str]] = []
    at, due = 0, 0.0
    written = 0
    for share in shares[:-1]:
        due += share * whole / total
        begin = at
        while at < len(words) and written + (len(words[at]) + 1) / 2 <= due:
            written += len(words[at]) + 1
            at += 1
        parts.append(list(words[begin:at]))
    parts.append(list(words[at:]))
    return parts


def _reworded(segment: Segment, text: str, end_s: float) -> Segment:
    return replace(segment, text=f" {text.strip()}", end_s=end_s, tokens=(), words=())
