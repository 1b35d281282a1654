"""Text as people and models write it, read to plain stretches that are said."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from dragoman.domain.speech import Pronunciation
from dragoman.phonemes.markup import latex, markdown, residue, ssml
from dragoman.phonemes.markup.lengths import time_ms
from dragoman.phonemes.markup.sounds import sayable
from dragoman.phonemes.markup.stretch import (
    ALL_PAUSES_MS,
    LONGEST_PAUSE_MS,
    Manner,
    Script,
    Stretch,
    joined,
)
from dragoman.phonemes.traced import Traced, itself

PAUSE = re.compile(
    r"[ \t]*\[(?:(?P<size>short |long )?(?:pause|break|silence)"
    r"(?:\s?[:=]\s?(?P<time>[^\[\]\n]{0,40})|\s(?P<bare>[-+]?[\d.]{1,12}\s?[a-z]{0,7}))?)\]",
    re.IGNORECASE,
)
SIZES_MS: Mapping[str, int] = {"short": 200, "": 400, "long": 1000}
"""The milliseconds of pauses that do not tell their length, or tell one that is none."""
UNTOLD = frozenset(
    f"[{size}{name}]" for size in ("", "short ", "long ") for name in ("pause", "break", "silence")
)
BREAK = re.compile(
    r"<break\s[^<>]{0,100}?\btime\s*=\s*[\"']?(?P<time>[^\"'<>]{0,40})[\"']?\s?/?",
    re.IGNORECASE,
)
MOST_TOLD = 8
"""The most pauses that are named one by one."""
GIVEN = re.compile(r"\[(?P<word>[^\[\]\n]{1,100})\]\(/(?P<phonemes>[^/()\n]{1,200})/\)")
"""A pattern for Kokoro's own notation with spaces in it, which is no link of Markdown."""


def stretches(text: str) -> list[Stretch]:
    """The plain stretches of `text`, in order; places are those in `text`."""
    script = Script()
    if ssml.is_ssml(text):
        ssml.write(script, itself(text))
        written = script.finish()
    else:
        code = markdown.write(script, latex.plain(_dedented(itself(text))))
        written = [
            replace(each, plain=residue.cleared(each.plain, code)) for each in script.finish()
        ]
    pronunciations = script.pronunciations
    found: list[Stretch] = []
    for stretch in written:
        found += _paused(replace(stretch, plain=_sounded(stretch.plain, pronunciations)))
    return joined(_bounded(found), tuple(pronunciations))


def shown(text: str) -> Callable[[int, int], str]:
    """A part of `text` in one line and without its markup, for messages."""
    found = stretches(text)
    whole = "".join(stretch.plain.text for stretch in found)
    starts = [at for stretch in found for at in stretch.plain.starts]

    def part(start: int, stop: int) -> str:
        return " ".join(whole[bisect_left(starts, start) : bisect_left(starts, stop)].split())

    return part


def unmarked(text: str, pronunciations: Sequence[Pronunciation] = ()) -> list[Stretch]:
    """`text` as one stretch in which nothing is markup."""
    return [Stretch(itself(text), Manner(), pronunciations=pronunciations)]


def _dedented(source: Traced) -> Traced:
    """The text without what all its lines are indented by, as strings in programs often are."""
    lines = [line for line in source.text.splitlines()[1:] if line.strip()]
    if not lines or not all(line[0] in " \t" for line in lines):
        return source
    width = min(len(line) - len(line.lstrip()) for line in lines)
    return source.replaced(re.compile(rf"^[ \t]{{1,{width}}}", re.MULTILINE), "")


def _sounded(plain: Traced, pronunciations: list[Pronunciation]) -> Traced:
    """The text without phonemes in Kokoro's notation, which go to `pronunciations`."""

    def is_given(match: re.Match[str]) -> bool:
        known = "" if match["phonemes"].isascii() else sayable(match["phonemes"])
        if known:
            pronunciations.append(Pronunciation(*plain.place(match.start(), match.end()), known))
        return bool(known)

    return plain.replaced(GIVEN, r"\g<word>", is_given)


def _paused(stretch: Stretch) -> Iterator[Stretch]:
    """The stretch, cut at `[pause:1.5s]`."""
    last = 0
    for match in PAUSE.finditer(stretch.plain.text):
        length = _length_ms(match)
        if length is None:
            length = SIZES_MS[(match["size"] or "").strip().lower()]
        part = stretch.plain.part(last, match.start())
        yield replace(stretch, plain=part, pause_ms=round(min(length, LONGEST_PAUSE_MS)))
        last = match.end()
    yield replace(stretch, plain=stretch.plain.part(last, len(stretch.plain.text)))


def _length_ms(match: re.Match[str]) -> float | None:
    """Of `[pause:1.5s]`; None where it tells no length, or one that is none."""
    return time_ms(match["time"] or match["bare"] or "")


def unobeyed(text: str) -> tuple[str, ...]:
    """The pauses of `text` that are not kept as they are, in the caller's words.

    A length that cannot be read is an ordinary pause; what is too long is cut.
    """
    told = [(match[0].strip(), _length_ms(match)) for match in PAUSE.finditer(text)]
    told += [(match[0] + ">", time_ms(match["time"])) for match in BREAK.finditer(text)]
    asked = [(words, length) for words, length in told if words.lower() not in UNTOLD]
    found = [words for words, length in asked if length is None][:MOST_TOLD]
    lengths = [length for _, length in asked if length is not None]
    if any(length > LONGEST_PAUSE_MS for length in lengths):
        found.append(f"a pause beyond {LONGEST_PAUSE_MS // 1000} s")
    if sum(min(length, LONGEST_PAUSE_MS) for length in lengths) > ALL_PAUSES_MS:
        found.append(f"pauses beyond {ALL_PAUSES_MS // 1000} s together")
    return tuple(found)


def _bounded(stretches: list[Stretch]) -> list[Stretch]:
    """The stretches; when there was silence enough, no more of it."""
    left = ALL_PAUSES_MS
    found: list[Stretch] = []
    for stretch in stretches:
        pause_ms = min(stretch.pause_ms, left)
        left -= pause_ms
        found.append(replace(stretch, pause_ms=pause_ms))
    return found
