"""The vocabulary of pictures: the words that people use for what recognisers have a name for."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from dragoman.skills.pictures.english import plural

_ENGLISH: Mapping[str, str] = {
    **dict.fromkeys(["human", "human being", "somebody", "someone", "anybody", "anyone"], "person"),
    **dict.fromkeys(["persons", "humans"], "person"),
    "bike": "bicycle",
    "motorbike": "motorcycle",
    "plane": "airplane",
    "phone": "cell phone",
    "automobile": "car",
    "fridge": "refrigerator",
}
_KOREAN: Mapping[str, str] = {
    "강아지": "개",
    "사람들": "사람",
    "인물": "사람",
    "차": "자동차",
    "휴대폰": "휴대 전화",
    "핸드폰": "휴대 전화",
    "노트북": "노트북 컴퓨터",
}
_OTHERWISE: Mapping[str, str] = {
    "cell phone": "mobile phone",
    "tv": "television",
    "couch": "sofa",
    "microwave": "microwave oven",
    "remote": "remote control",
    "hair drier": "hair dryer",
}
"""The detector's names for what the classifier calls otherwise."""
_UNCLEAR = ("mouse", "mice", "마우스", "차 한 잔")


class Vocabulary:
    """The words in English and Korean, and the names in facts that they stand for."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names`: a map from every name in facts to its Korean name."""
        words: dict[str, set[str]] = {}
        for english, korean in names.items():
            for word in (*_alternatives(english), *_korean_alternatives(korean)):
                for known in (word, plural(word)) if word.isascii() else (word,):
                    words.setdefault(known, set()).add(english)
        for one, other in _OTHERWISE.items():
            both = words.get(one, set()) | words.get(other, set())
            for word in (one, other, plural(one), plural(other)):
                words[word] = both
        for word, usual in (*_ENGLISH.items(), *_KOREAN.items()):
            words.setdefault(word, words.get(usual, set()))
            if word.isascii():
                words.setdefault(plural(word), words.get(usual, set()))
        self._words = {
            word: frozenset(standing)
            for word, standing in words.items()
            if standing and word not in _UNCLEAR
        }

    def names(self, word: str) -> frozenset[str]:
        """The names that `word` stands for; empty: the recognisers do not know it."""
        return self._words.get(word.strip(), frozenset())

    def words(self, names: AbstractSet[str]) -> list[str]:
        """The words that stand for one of `names`."""
        return [word for word, known in self._words.items() if known & names]


def _alternatives(name: str) -> list[str]:
    """`deer, antelope or goat` is three words, and one."""
    return [name, *name.replace(" or ", ", ").split(", ")]


def _korean_alternatives(name: str) -> list[str]:
    """`사슴이나 영양, 염소`, likewise."""
    parts = name.split(", ")
    first = parts[0]
    for particle in ("이나 ", "나 "):
        head, separator, rest = first.partition(particle)
        if separator:
            return [name, head, rest, *parts[1:]]
    return [name, *parts[1:]]
