"""How often the language of a short sentence is found, and what is not spoken refused.

    python bench/utterances.py [choosing | reporting] [FILE]

FILE: sentences by language instead of `utterances.toml`, where `choosing` was looked at while the
rules were made, and `reporting` only to count. Nothing is spoken; the dictionaries are those of the
Kokoro that `dragoman pull` installed.
"""

import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes import reader
from dragoman.phonemes.language import NAMES, Languages
from dragoman.phonemes.scan import SPOKEN


def spoken(languages: Languages, text: str) -> str:
    """The language that `text` is spoken in, or that it is refused as."""
    try:
        languages.check(text, None)
    except RequestInvalid as error:
        return next((code for code, name in NAMES.items() if name in error.message), "japanese?")
    return languages.of(text)


def count(name: str, texts: Iterable[str], found: Callable[[str], str], right: set[str]) -> None:
    texts = list(texts)
    wrong = {text: got for text in texts if (got := found(text)) not in right}
    print(f"{name}: {len(texts) - len(wrong)} of {len(texts)}", *wrong.items(), sep="\n    ")


def main() -> None:
    half = sys.argv[1] if len(sys.argv) > 1 else "reporting"
    file = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).with_suffix(".toml")
    table: Mapping[str, Any] = tomllib.loads(file.read_text("utf-8"))
    languages = reader.load(user_data_path("dragoman") / "models" / "kokoro-82m").languages
    own = table.get(half, table)

    def found(text: str) -> str:
        return spoken(languages, text)

    for code in SPOKEN:
        if code in own:
            right = {code, "japanese?"} if code == "ja" else {code}
            count(code, own[code], found, right)
    if "names" in table:
        count("English names", table["names"][half], found, {"en"})
    for code, texts in table.get("strangers", {}).items():
        right = set(NAMES) if code == "abroad" else {code}
        count(f"names in foreign letters: {code}", texts, found, right)
    for code, texts in own.get("foreign", {}).items():
        count(f"refused: {code}", texts, found, set(NAMES))
        count(f"refused by its name: {code}", texts, found, {code})


if __name__ == "__main__":
    main()
