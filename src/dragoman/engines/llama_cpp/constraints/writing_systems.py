"""Which writing an answer may use, when the conversation leaves no doubt.

Small multilingual models that answer in Korean slip into Chinese, Japanese or Cyrillic in
mid-sentence. Where the user writes Hangul and nobody asks for another language, the scripts that
the conversation does not use are closed to the answer; where the user writes Hangul alone, its
first letter is Hangul too.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from dragoman.domain.conversation import Message

_OPEN = ("Common", "Inherited", "Hangul", "Latin", "Greek")
_OTHERS = {
    "Han": ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH"),
    "Hiragana": ("HIRAGANA",),
    "Katakana": ("KATAKANA",),
    "Cyrillic": ("CYRILLIC",),
    "Arabic": ("ARABIC",),
    "Hebrew": ("HEBREW",),
    "Thai": ("THAI",),
    "Devanagari": ("DEVANAGARI",),
}
_ASKS = re.compile(
    r"translat|language|english|chinese|japanese|french|german|spanish|italian|russian|portuguese"
    r"|arabic|latin|번역|통역|외국어|영어|영문|한자|한문|중국|일본|일어|프랑스|불어|독일|독어|스페인"
    r"|이탈리아|러시아|포르투갈|아랍|라틴|베트남|태국|힌디|알파벳",
    re.IGNORECASE,
)

_TRANSLATES = re.compile(r"\btranslat(e|ion|or)\b|번역|통역", re.IGNORECASE)


def pattern(messages: Sequence[Message]) -> str | None:
    """The regular expression that the answer follows; None: any text."""
    asked = next((message for message in reversed(messages) if message.role == "user"), None)
    if asked is None:
        return None
    # Each character is looked up once, however long the text is.
    scripts: Counter[str] = Counter()
    for character, times in Counter(asked.text).items():
        if character.isalpha():
            scripts[_script(character)] += times
    if scripts["Hangul"] * 2 <= scripts.total():
        return None
    instructions = [message.text for message in messages if message.role == "system"]
    if any(_ASKS.search(text) for text in (asked.text, *instructions)):
        return None
    characters = set[str]().union(*(message.text for message in messages))
    used = set(map(_script, characters))
    open_scripts = [*_OPEN, *(name for name in _OTHERS if name in used)]
    anything = "[" + "".join(f"\\p{{{name}}}" for name in open_scripts) + "]*"
    if set(scripts) == {"Hangul"}:
        return rf"[\p{{Common}}\p{{Inherited}}]*(\p{{Hangul}}{anything})?"
    return anything


def is_korean(text: str) -> bool:
    """Whether most letters of a text are Hangul."""
    letters = Counter(character for character in text if character.isalpha())
    hangul = sum(times for letter, times in letters.items() if _script(letter) == "Hangul")
    return 2 * hangul > letters.total()


def translating(messages: Sequence[Message]) -> bool:
    """Whether the instructions ask for a translation: an answer that is right or wrong."""
    return any(_TRANSLATES.search(message.text) for message in messages if message.role == "system")


def _script(character: str) -> str:
    name = unicodedata.name(character, "")
    if name.startswith("HANGUL"):
        return "Hangul"
    for script, beginnings in _OTHERS.items():
        if name.startswith(beginnings):
            return script
    return "Latin" if name.startswith("LATIN") else "other"
