"""The result of reading: chunks of phonemes that know the words of the text they are from."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text (`text[start:end]`) and its sound (`phonemes[first:last]`)."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """The phonemes of one breath: at most a sentence, never empty."""

    phonemes: str
    """IPA with a capital letter for each English diphthong; punctuation for the melody."""
    language: str
    """The language whose melody the chunk has, ISO-639-1; single words may be of another."""
    start: int
    """The place of the chunk in the text, `text[start:end]`, in code points."""
    end: int
    words: tuple[Word, ...]
    pause_after_ms: int
    pause_before_ms: int = 0
    """The pause before the first chunk, where the text begins with one; 0 before all others."""
    rate: float = 1.0
    """The factor on the speed of the whole."""
    gain_db: float = 0.0

    def is_border(self, at: int) -> bool:
        """Whether word `at` is from another place of the text than the one before ("$5" is two)."""
        return self.words[at].start != self.words[at - 1].start

    def cut(self, at: int, pause_ms: int) -> tuple["Chunk", "Chunk"]:
        """Cut the chunk in two, the second from word number `at` on, with `pause_ms` between."""
        border = self.words[at].first
        head = replace(
            self,
            phonemes=self.phonemes[:border].rstrip(),
            end=self.words[at - 1].end,
            words=self.words[:at],
            pause_after_ms=pause_ms,
        )
        tail = tuple(
            replace(word, first=word.first - border, last=word.last - border)
            for word in self.words[at:]
        )
        return head, replace(
            self,
            phonemes=self.phonemes[border:],
            start=tail[0].start,
            words=tail,
            pause_before_ms=0,
        )
