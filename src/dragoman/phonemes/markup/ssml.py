"""SSML between `<speak>` and `</speak>`: what can be done is done, the rest is left out.

Read tag by tag, without an XML parser: nothing is fetched, no entity but HTML's own is known, and
what is not well-formed costs no text.
"""

import re
from dataclasses import dataclass, field

from dragoman.domain.speech import Pronunciation
from dragoman.phonemes.markup import lengths
from dragoman.phonemes.markup.elements import ELEMENT, NAMED, Tag, tag, unescaped
from dragoman.phonemes.markup.html import write_text
from dragoman.phonemes.markup.sounds import sayable
from dragoman.phonemes.markup.stretch import Manner, Script
from dragoman.phonemes.scan import SPOKEN
from dragoman.phonemes.traced import Traced

SPEAK = re.compile(
    r"\s*(?:<\?xml\b[^>]*>\s*|<!DOCTYPE\b[^\[>]*(?:\[[^\]]*\]\s*)?>\s*|<!--.*?-->\s*)*<speak[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
DEEPEST = 64
"""The most elements inside of each other; what is deeper changes nothing."""
SPELLED = frozenset({"characters", "spell-out", "verbatim", "digits"})
BLEEPED = frozenset({"bleep", "expletive"})
UNSAID = frozenset({"metadata", "desc"})


def is_ssml(text: str) -> bool:
    """Whether the whole text is SSML."""
    return SPEAK.match(text) is not None


@dataclass(slots=True)
class _Open:
    """An element that is open."""

    tag: Tag
    manner: Manner
    """The one around it."""
    start: int
    """Where its text begins."""


@dataclass(slots=True)
class _Reading:
    script: Script
    source: Traced
    open: list[_Open] = field(default_factory=list[_Open])

    def text(self, start: int, end: int) -> None:
        """Add the text between two tags."""
        part = self.source.part(start, end)
        if not part.text or self._is_unsaid():
            return
        said_as = [each.tag.attributes.get("interpret-as", "") for each in self.open]
        said_as = [kind.strip().lower() for kind in said_as if kind]
        kind = said_as[-1] if said_as else ""
        if kind in SPELLED:
            self._spell(part)
        elif kind not in BLEEPED:
            write_text(self.script, part.replaced(NAMED, "", _is_undefined))
            number = part.text.strip()
            if kind == "ordinal" and number.isascii() and number.isdecimal():
                self.script.put(
                    _ordinal_end(number), *part.place(len(part.text) - 1, len(part.text))
                )

    def _is_unsaid(self) -> bool:
        """Whether something is open whose text is not said."""
        return any(
            each.tag.name in UNSAID or (each.tag.name == "sub" and "alias" in each.tag.attributes)
            for each in self.open
        )

    def _spell(self, part: Traced) -> None:
        """Sign by sign."""
        for at, sign in enumerate(part.text):
            if not sign.isspace():
                self.script.put(sign.upper() + ", ", *part.place(at, at + 1))

    def begin(self, tag: Tag, end: int) -> None:
        """Open an element, or do what an empty one says."""
        if tag.name == "break":
            self.script.pause(lengths.break_ms(tag.attributes))
            return
        self._border(tag.name)
        if tag.is_empty or len(self.open) >= DEEPEST:
            return
        self.open.append(_Open(tag, self.script.manner, end))
        self.script.turn(_manner(tag, self.script.manner))

    def end(self, tag: Tag, at: int) -> None:
        """Close an element, and what was left open in it."""
        self._border(tag.name)
        if all(each.tag.name != tag.name for each in self.open):
            return
        while self.open:
            closed = self.open.pop()
            if closed.tag.name == "sub" and "alias" in closed.tag.attributes:
                self._said_instead(closed, at)
            elif closed.tag.name == "phoneme":
                self._pronounce(closed, at)
            self.script.turn(closed.manner)
            if closed.tag.name == tag.name:
                break

    def finish(self) -> None:
        """Close what was never closed."""
        if self.open:
            outermost = Tag(self.open[0].tag.name, is_end=True, is_empty=False, attributes={})
            self.end(outermost, len(self.source.text))

    def _border(self, name: str) -> None:
        if name == "p":
            self.script.paragraph()
        elif name == "s":
            self.script.line()

    def _said_instead(self, closed: _Open, at: int) -> None:
        if self._is_unsaid():
            return
        first, last = (closed.start, at) if at > closed.start else (max(at - 1, 0), at)
        self.script.put(closed.tag.attributes["alias"], *self.source.place(first, last))

    def _pronounce(self, closed: _Open, at: int) -> None:
        known = sayable(closed.tag.attributes.get("ph", ""))
        is_ipa = closed.tag.attributes.get("alphabet", "ipa").lower() in {"ipa", "misaki", "kokoro"}
        if known and is_ipa and at > closed.start:
            self.script.pronunciations.append(
                Pronunciation(*self.source.place(closed.start, at), known)
            )


def _is_undefined(match: re.Match[str]) -> bool:
    """Whether an entity is none of HTML's own: no text can define one here."""
    return unescaped(match[0]) == match[0]


def _manner(tag: Tag, around: Manner) -> Manner:
    match tag.name:
        case "prosody":
            values = tag.attributes
            return around.over(
                lengths.rate(values.get("rate", "")), lengths.gain_db(values.get("volume", ""))
            )
        case "lang" | "voice":
            code = tag.attributes.get("xml:lang", "") or tag.attributes.get("language", "")
            return around.over(language=SPOKEN.get(code.partition("-")[0].lower()))
        case _:
            return around


def _ordinal_end(number: str) -> str:
    if number[-2:-1] == "1":
        return "th"
    return {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")


def write(script: Script, source: Traced) -> None:
    """Add what is said of a text in SSML."""
    reading = _Reading(script, source)
    last = 0
    for match in ELEMENT.finditer(source.text):
        reading.text(last, match.start())
        last = match.end()
        if match["data"]:
            script.join(source.part(match.start("data"), match.end("data")))
        found = tag(match)
        if found is None:
            continue
        if found.is_end:
            reading.end(found, match.start())
        else:
            reading.begin(found, match.end())
    reading.text(last, len(source.text))
    reading.finish()
