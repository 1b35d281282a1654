"""Hangul as it is said: examples of 표준 발음법 and everyday words."""

import pytest

from dragoman.phonemes.korean.phonology import as_text, pronounce

LIAISON = (
    "옷이 오시|밖에 바께|값을 갑쓸|앉아 안자|닭을 달글|읽어요 일거요|밟아 발바|깎아 까까"
    "|있어요 이써요|꽃을 꼬츨|강아지 강아지|넋이 넉씨|핥아 할타|없어 업써|젊어 절머"
)
HIEUH = (
    "좋고 조코|많다 만타|싫어 시러|좋아요 조아요|않는 안는|놓는 논는|닿소 다쏘|축하 추카"
    "|입학 이팍|맏형 마텽|앉히다 안치다|넓히다 널피다|꽂히다 꼬치다|닫혀 다처|많아 마나"
    "|괜찮아 괜차나|싫네 실레|뚫는 뚤른|않소 안쏘|밝혀 발켜|전화 전화|못해 모태"
    "|급하게 그파게|쌓이다 싸이다"
)
PALATAL = "굳이 구지|같이 가치|해돋이 해도지|붙여 부처|밭이 바치|벼훑이 벼훌치"
NASAL = (
    "국물 궁물|먹는 멍는|닫는 단는|있는 인는|앞마당 암마당|없는 엄는|값만 감만|흙만 흥만"
    "|밟는 밤는|읊는 음는|꽃망울 꼰망울|합니다 함니다|감사합니다 감사함니다"
    "|반갑습니다 반갑씀니다|침략 침냑|강릉 강능|대통령 대통녕|협력 혐녁|국립 궁닙"
    "|독립 동닙|십리 심니"
)
LATERAL = "신라 실라|난로 날로|천리 철리|칼날 칼랄|물난리 물랄리|핥네 할레|연락 열락"
TENSING = (
    "국밥 국빱|깎다 깍따|있다 읻따|꽃다발 꼳따발|옷고름 옫꼬름|덮개 덥깨|값지다 갑찌다"
    "|앉고 안꼬|닮고 담꼬|넓게 널께|핥다 할따|읽고 일꼬|맑게 말께|학교 학꾜|식당 식땅"
    "|먹자 먹짜|닭과 닥꽈"
)
FINALS = "닭 닥|값 갑|여덟 여덜|삶 삼|부엌 부억|꽃 꼳|앞 압|밖 박|넋 넉|앉 안|외곬 외골"
VOWELS = (
    "희망 히망|무늬 무니|주의 주이|의사 의사|시계 시게|예의 예이|가져 가저|다쳐 다처"
    "|지혜 지헤|차례 차례"
)
MORE = (
    "넓죽하다 넙쭈카다|밟다 밥따|십육 심뉵|꽃잎 꼰닙|한여름 한녀름|서울역 서울력"
    "|솜이불 솜니불|맛있다 마싣따|맛없다 마덥따|색연필 생년필|나뭇잎 나문닙|학여울 항녀울"
    "|물약 물략"
)


def pairs(*lists: str) -> list[tuple[str, ...]]:
    return [tuple(pair.split()) for text in lists for pair in text.split("|")]


@pytest.mark.parametrize(
    ("spelled", "said"),
    pairs(LIAISON, HIEUH, PALATAL, NASAL, LATERAL, TENSING, FINALS, VOWELS, MORE),
)
def test_words_are_said_as_the_standard_has_them(spelled: str, said: str):
    assert as_text(pronounce(spelled)) == said


@pytest.mark.parametrize(
    ("spelled", "said"),
    [
        ("할 것을", "할 꺼슬"),
        ("갈 데가", "갈 떼가"),
        ("먹을 수 있어요", "머글 쑤 이써요"),
        ("못 하다", "모 타다"),
        ("옷 한 벌", "오 탄 벌"),
        ("책 넣는다", "챙 넌는다"),
        ("밥 먹는다", "밤 멍는다"),
        ("옷 안에", "옫 아네"),
        ("물 좀 주세요", "물 좀 주세요"),
        ("오늘 비가", "오늘 비가"),
        ("안녕하세요. 국물", "안녕하세요. 궁물"),
    ],
)
def test_sounds_meet_across_one_space(spelled: str, said: str):
    assert as_text(pronounce(spelled)) == said


def test_nothing_meets_across_punctuation():
    assert as_text(pronounce("국, 물")) == "국, 물"
    assert as_text(pronounce("밥! 나")) == "밥! 나"
