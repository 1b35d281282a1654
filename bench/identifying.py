"""How often short texts are taken for English, or English for another language.

    python bench/identifying.py DJANGO [--languages es fr it ru ko de pt nl]

DJANGO: the unpacked wheel of Django (BSD), whose texts are translated into them all. Of each
language and length up to 150 texts, drawn with a fixed seed. The question is the one that a
translation is asked: English, rather than the language it came from?
"""

import argparse
import asyncio
import gettext
import random
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from dragoman.skills.translation.identifier import Identifier

LENGTHS = ("1-3", "4-8", "9+")
MOST = 150
LETTERS = 3


def clean(text: str) -> str:
    """Without placeholders, tags and entities."""
    bare = re.sub(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>|&\w+;", " ", text)
    return " ".join(bare.split())


def length(text: str) -> str:
    words = len(text.split())
    return LENGTHS[0] if words < 4 else LENGTHS[1] if words < 9 else LENGTHS[2]


def texts(django: Path, language: str) -> Mapping[str, tuple[list[str], list[str]]]:
    """By length: English texts and texts of `language`."""
    found: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for path in sorted(django.glob(f"django/**/locale/{language}/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            catalogue: Mapping[object, str] = vars(gettext.GNUTranslations(file))["_catalog"]
        for key, translation in catalogue.items():
            if not isinstance(key, str) or translation == key or not key or len(key) >= 200:
                continue
            for place, text in enumerate((clean(key), clean(translation))):
                if sum(sign.isalpha() for sign in text) >= LETTERS:
                    found[length(text)][place].add(text)
    return {each: (some(english), some(foreign)) for each, (english, foreign) in found.items()}


def some(texts: set[str]) -> list[str]:
    return random.Random(1).sample(sorted(texts), min(MOST, len(texts)))


async def measured(django: Path, languages: list[str]) -> None:
    identifier = Identifier()
    print(
        "| language | English refused, 1-3 words | 4-8 | 9+ | taken for English, 1-3 | 4-8 | 9+ |"
    )
    print("|---|---|---|---|---|---|---|")
    for language in languages:
        by_length = texts(django, language)
        refused: list[str] = []
        taken: list[str] = []
        for each in LENGTHS:
            english, foreign = by_length[each]
            passed = [await identifier.passes(text, "en", (language,)) for text in english]
            wrong = [await identifier.passes(text, "en", (language,)) for text in foreign]
            refused.append(f"{100 * (1 - sum(passed) / len(passed)):.1f} %")
            taken.append(f"{100 * sum(wrong) / len(wrong):.1f} %")
        print("|", " | ".join((language, *refused, *taken)), "|")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("django", type=Path)
    parser.add_argument(
        "--languages", nargs="+", default=["es", "fr", "it", "ru", "ko", "de", "pt", "nl"]
    )
    options = parser.parse_args()
    asyncio.run(measured(options.django, options.languages))


if __name__ == "__main__":
    main()
