"""HTML in a text: its tags are not said, and some of them are pauses."""

import re

from dragoman.phonemes.markup.elements import (
    BLOCKS,
    CELLS,
    ELEMENT,
    ENTITY,
    LINES,
    UNSAID,
    Tag,
    is_html,
    tag,
    unescaped,
)
from dragoman.phonemes.markup.lengths import break_ms
from dragoman.phonemes.markup.stretch import Script
from dragoman.phonemes.traced import Traced


def write(script: Script, source: Traced) -> None:
    """Add what is said of a piece of HTML; a tag that is none is text."""
    text = source.text
    last = skipped = 0
    for match in ELEMENT.finditer(text):
        if match.start() < skipped:
            last = skipped
            continue
        found = tag(match)
        if found is not None and not is_html(text, match, found):
            continue
        write_text(script, source.part(last, match.start()))
        last = match.end()
        if found is None:
            continue
        place = source.place(match.start(), match.end())
        act(script, found, *place)
        if found.name in UNSAID and not found.is_end:
            end = re.compile(rf"</{found.name}\s*>", re.IGNORECASE).search(text, match.end())
            last = skipped = end.end() if end else len(text)
    write_text(script, source.part(max(last, skipped), len(text)))


def act(script: Script, tag: Tag, start: int, end: int) -> None:
    """Do what a tag of HTML means for the ear."""
    if tag.name in BLOCKS:
        script.paragraph()
    elif tag.name in LINES:
        script.line()
    elif tag.name in CELLS and not tag.is_end:
        script.cell(start, end)
    elif tag.name == "img" and (alt := tag.attributes.get("alt", "").strip()):
        script.put(alt, start, end)
    elif tag.name == "break" and not tag.is_end:
        script.pause(break_ms(tag.attributes))


def write_text(script: Script, source: Traced) -> None:
    """Add text in which only entities are replaced."""
    last = 0
    for match in ENTITY.finditer(source.text):
        script.join(source.part(last, match.start()))
        script.put(unescaped(match[0]), *source.place(match.start(), match.end()))
        last = match.end()
    script.join(source.part(last, len(source.text)))
