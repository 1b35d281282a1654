"""Facts as Korean sentences."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from dragoman.domain.picture import Certainty, Facts, Thing
from dragoman.skills.pictures.comparison import Aspect, differences

_COUNTERS: Mapping[str, tuple[str, ...]] = {
    "명": ("person",),
    "마리": (
        *("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"),
    ),
    "대": (
        *("bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "tv"),
        *("laptop", "refrigerator"),
    ),
    "척": ("boat",),
    "권": ("book",),
    "송이": ("broccoli",),
    "자루": ("knife", "umbrella", "baseball bat"),
}
_NUMBERS = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_ORDINALS = ("첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
_PLACES: Mapping[str, str] = {
    "centre": "가운데",
    "left": "왼쪽",
    "right": "오른쪽",
    "top": "위쪽",
    "bottom": "아래쪽",
    "top left": "왼쪽 위",
    "top right": "오른쪽 위",
    "bottom left": "왼쪽 아래",
    "bottom right": "오른쪽 아래",
}
_COLOURS: Mapping[str, str] = {
    "red": "빨간색",
    "orange": "주황색",
    "yellow": "노란색",
    "green": "초록색",
    "turquoise": "청록색",
    "blue": "파란색",
    "purple": "보라색",
    "pink": "분홍색",
    "brown": "갈색",
    "grey": "회색",
    "white": "흰색",
    "black": "검은색",
}
_SURE: Mapping[Certainty, str] = {
    "almost certainly": "있는 것이 거의 확실합니다",
    "probably": "있는 것으로 보입니다",
}
_ASPECTS: Mapping[Aspect, str] = {
    "content": "알아볼 수 있는 내용",
    "text": "적힌 글",
    "colours": "색",
    "size": "크기",
}
_QUOTED = 12

UNKNOWN = "무슨 일이 일어나고 있는지, 어떤 곳인지, 그 밖의 것은 알 수 없습니다."
"""The sentence about pictures where no facts tell what a question asks."""
NO_OTHER = "비교할 다른 사진이 없습니다."


def read_names() -> Mapping[str, str]:
    """Read the Korean name of everything that the recognisers can name, by the English name."""
    text = (files("dragoman.skills.pictures") / "korean.txt").read_text(encoding="utf-8")
    pairs = (line.partition(" = ") for line in text.splitlines() if not line.startswith("#"))
    return {english: korean for english, _, korean in pairs if korean}


def with_particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """`word` with the form of the particle that its last syllable takes: 수달이, 개가.

    `word` ends in Hangul; of every other ending the sound is not known.
    """
    code = ord(word[-1]) - 0xAC00
    closed = 0 <= code < 11172 and code % 28 != 0
    return word + (after_consonant if closed else after_vowel)


def only(known: str) -> str:
    """The sentence that gives the facts and says that nothing else can be told."""
    return f"이 정도만 말할 수 있습니다. {known} {UNKNOWN}"


class Korean:
    """A writer of Korean sentences about pictures."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def describe(self, facts: Facts) -> str:
        """Describe the only picture, by its facts."""
        return self._sentences("이 사진", facts)

    def describe_each(self, all_facts: Sequence[Facts]) -> str:
        """Describe each of several pictures, by its facts."""
        return " ".join(
            self._sentences(f"{ordinal(number)} 번째 사진", facts)
            for number, facts in enumerate(all_facts)
        )

    def compare(self, all_facts: Sequence[Facts], *, identical: bool) -> str:
        """Say in what the pictures differ; `identical`: not in a single pixel."""
        subject = "두 사진" if len(all_facts) == 2 else "사진들"
        if identical:
            return f"{with_particle(subject, '은', '는')} 픽셀 하나까지 똑같아 차이가 없습니다."
        aspects = [_ASPECTS[aspect] for aspect in differences(all_facts)]
        if not aspects:
            return f"{subject} 사이에서 차이를 찾지 못했지만, 같은 파일은 아닙니다."
        differing = with_particle(_joined(aspects), "이", "가")
        return f"{with_particle(subject, '은', '는')} {differing} 서로 다릅니다."

    def _sentences(self, picture: str, facts: Facts) -> str:
        others = [thing for thing in facts.things if not thing.main]
        sentences = [self._first(picture, facts, others)]
        if facts.kind == "black-and-white picture":
            sentences.append("흑백 사진입니다.")
        if facts.subject and others:
            sentences.append(f"그 밖에 {with_particle(self._listed(others), '이', '가')} 보입니다.")
        if facts.text:
            sentences.append(_text(facts.text))
        if facts.unread:
            sentences.append(f"읽지 못한 글이 {facts.unread}줄 있습니다.")
        if facts.colours and facts.kind == "colour picture":
            sentences.append(self.colours(facts))
        return " ".join(sentences)

    def _first(self, picture: str, facts: Facts, others: Sequence[Thing]) -> str:
        if facts.kind == "mostly text":
            return f"{with_particle(picture, '은', '는')} 대부분 글로 되어 있습니다."
        if facts.subject:
            return self.subject(picture, facts)
        if others:
            shown = with_particle(self._listed(others), "이", "가")
            return f"{picture}에는 {shown} 있는 것 같습니다."
        return f"{picture}에 무엇이 있는지 알아보지 못했습니다."

    def subject(self, picture: str, facts: Facts) -> str:
        """The main subject of the picture, which must be known."""
        subject = with_particle(self._name(facts.subject or ""), "이", "가")
        return f"{picture}에는 {subject} {_SURE[facts.certainty]}."

    def colours(self, facts: Facts) -> str:
        """The colours of the whole picture, of which there must be some."""
        colours = _joined([_COLOURS.get(colour, colour) for colour in facts.colours])
        return f"전체적으로 {with_particle(colours, '이', '가')} 많습니다."

    def _listed(self, things: Sequence[Thing]) -> str:
        return _joined([self.counted(thing) for thing in things])

    def counted(self, thing: Thing) -> str:
        """A thing with its number and its place: 가운데에 사람 한 명."""
        name = f"{self._name(thing.name)} {_number(thing)}"
        # Of several things only the largest has a place, which would be said of all.
        return f"{_PLACES[thing.where]}에 {name}" if thing.count == 1 else name

    def _name(self, english: str) -> str:
        return self._names.get(english, english)


def _number(thing: Thing) -> str:
    counter = next((word for word, names in _COUNTERS.items() if thing.name in names), "개")
    if thing.count < len(_NUMBERS):
        return f"{_NUMBERS[thing.count]} {counter}"
    return f"{thing.count}{counter}"


def _text(lines: Sequence[str]) -> str:
    shown = ", ".join(f"“{line}”" for line in lines[:_QUOTED])
    rest = len(lines) - _QUOTED
    more = f" 그리고 {rest}줄 더" if rest > 0 else ""
    return f"읽을 수 있는 글은 다음과 같습니다: {shown}{more}."


def ordinal(number: int) -> str:
    """The ordinal of a number, counted from 0: `첫` of `첫 번째`."""
    return _ORDINALS[number] if number < len(_ORDINALS) else str(number + 1)


def _joined(words: Sequence[str]) -> str:
    """수달과 사자, with the particle of each word."""
    *first, last = words
    return " ".join([*(with_particle(word, "과", "와") for word in first), last])
