"""In what portions a text is spoken: short ones first, so that sound comes at once and stays."""

from collections.abc import Iterator

from dragoman.phonemes.chunk import Chunk

FIRST = 25
"""Symbols in the first portion: a third of a second of work, and a second and a half of sound."""
SHORT_ENOUGH = 40
"""A first sentence up to this long is left whole."""
LEAD = 3
"""How many times as long as all before it a portion may be: two cores speak more than three times
as fast as a listener hears, so that it is there before the sound before it has ended."""
CLAUSE_MS = 120


def portions(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """`chunks`, those at the beginning cut where they are too long to be waited for."""
    said = 0
    for chunk in chunks:
        rest = chunk
        while (at := _cut(rest, said)) is not None:
            head, rest = rest.cut(at, CLAUSE_MS if _ends_clause(rest, at) else 0)
            yield head
            said += len(head.phonemes)
        yield rest
        said += len(rest.phonemes)


def _cut(chunk: Chunk, said: int) -> int | None:
    """The word to cut before, None to leave it whole, after so many symbols.

    The end of a clause of a fitting length is best, else the next word is.
    """
    room = max(SHORT_ENOUGH, LEAD * said)
    if len(chunk.phonemes) <= room:
        return None
    fitting = room // 2 if said else FIRST
    borders = [at for at in range(1, len(chunk.words)) if chunk.is_border(at)]
    for at in borders:
        if fitting // 2 <= chunk.words[at].first <= 3 * fitting // 2 and _ends_clause(chunk, at):
            return at
    return next((at for at in borders if chunk.words[at].first > fitting), None)


def _ends_clause(chunk: Chunk, at: int) -> bool:
    return chunk.phonemes[: chunk.words[at].first].rstrip()[-1] in ",;:—"
