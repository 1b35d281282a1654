"""In what portions a text is spoken: the first one short, so that sound comes at once."""

from collections.abc import Iterator

from dragoman.phonemes.chunk import Chunk

FIRST = 35
"""Symbols in the first portion: 0.4 s of work on two cores, and two seconds of sound."""
SHORT_ENOUGH = 60
"""A first sentence up to this long is left whole."""
CLAUSE_MS = 120


def portions(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """`chunks`, the first one cut in two if it is long."""
    for chunk in chunks:
        at = _first_cut(chunk)
        if at is None:
            yield chunk
        else:
            yield from chunk.cut(at, CLAUSE_MS if _ends_clause(chunk, at) else 0)
        break
    yield from chunks


def _first_cut(chunk: Chunk) -> int | None:
    """The word to cut before: after a clause of a fitting length, else soon after `FIRST`."""
    if len(chunk.phonemes) <= SHORT_ENOUGH:
        return None
    borders = range(1, len(chunk.words))
    for at in borders:
        if FIRST // 2 <= chunk.words[at].first <= 2 * FIRST and _ends_clause(chunk, at):
            return at
    return next((at for at in borders if chunk.words[at].first > FIRST), None)


def _ends_clause(chunk: Chunk, at: int) -> bool:
    return chunk.phonemes[: chunk.words[at].first].rstrip()[-1] in ",;:—"
