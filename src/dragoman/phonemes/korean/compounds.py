"""What the sounds of Hangul depend on beyond the letters: seams of compounds, and grammar."""

import re
from collections.abc import Iterator

from dragoman.phonemes.korean.syllables import final_of
from dragoman.phonemes.tables import listed

COMPOUNDS = listed(
    "꽃|잎 나뭇|잎 깻|잎 댓|잎 한|여름 솜|이불 홑|이불 색|연필 물|약 알|약 두통|약"
    " 감기|약 담|요 콩|엿"
    " 막|일 앞|일 뒷|일 집안|일 밭|일 늑막|염 식용|유 휘발|유 맨|입 한|입 첫|인상 맛|없"
    " 멋|없 헛|웃음"
    " 겉|옷 속|옷 밭|아래 꽃|위 학|여울 십|육 백|육 천|육 할|일 볼|일 올|여름 영업|용"
    " 사업|용 업무|용"
    " 눈|요기 내복|약 직행|열차 급행|열차 남존|여비 신|여성 옛|이야기 꿈|이야기 서른|여섯 서른|일곱"
    " 서른|여덟 마흔|여섯 마흔|일곱 마흔|여덟"
)
"""The compounds, in which a word ends inside a word, so that its last sound is as at an end (15,
29)."""
SEAMS = re.compile(
    "|".join(f"(?<={head}){tail}" for head, _, tail in (word.partition("|") for word in COMPOUNDS))
)
STATION = re.compile(r"(?<=[가-힣]{2})(?<![번통영면병용권반음])역")
"""The station of a place of two syllables or more: 강남역 [강남녁]."""
BOUND_NOUN = re.compile(
    r"(?<=[가-힣])\ (?P<noun>것|거(?=$|[^가-힣]|[야예라지니고나다든면])|[게건걸](?![가-힣])|겁니|듯"
    r"|수(?=$|[^가-힣]|[가는도를]|밖에)|줄(?=$|[^가-힣]|[은을도])|데(?=$|[^가-힣]|[가는도에])"
    r"|바(?=$|[^가-힣]|[를가는])|적(?=$|[^가-힣]|[이에은]))"
)
"""The bound nouns, which need a verb before them: tense after its ㄹ, 할 것 [할 껏] (27)."""


def seams(text: str) -> frozenset[int]:
    """The indices of syllables that begin the second part of a compound."""
    return frozenset(match.start() for match in (*SEAMS.finditer(text), *STATION.finditer(text)))


def tensed(text: str) -> frozenset[int]:
    """The indices of syllables that are tense for what the word before them is."""
    return frozenset(_after_modifiers(text))


def _after_modifiers(text: str) -> Iterator[int]:
    for match in BOUND_NOUN.finditer(text):
        if final_of(text[match.start() - 1]) == "ㄹ":
            yield match.start("noun")
