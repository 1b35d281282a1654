import pytest

from dragoman.domain.picture import Facts, Place, Thing
from dragoman.engines.recognisers.names import read_subjects, read_things
from dragoman.skills.pictures import english
from dragoman.skills.pictures.comparison import differences
from dragoman.skills.pictures.korean import Korean, read_names, with_particle

KOREAN = Korean(read_names())


def facts(
    subject: str | None = None,
    *things: Thing,
    text: tuple[str, ...] = (),
    colours: tuple[str, ...] = (),
) -> Facts:
    return Facts(640, 480, "colour picture", subject, "probably", things, text, 0, colours)


OTTER = facts("otter", colours=("blue",))
STREET = Facts(
    810,
    1080,
    "colour picture",
    "bus",
    "almost certainly",
    (Thing("bus", 1, "centre", "large", main=True), Thing("person", 3, "left")),
    ("cero", "emisiones"),
    0,
    ("grey", "blue"),
)
PAGE = Facts(400, 500, "mostly text", None, "probably", (), ("INVOICE", "TOTAL $5"), 1, ("white",))
MOON = Facts(512, 512, "black-and-white picture", None, "probably", (), (), 0, ("grey",))
PEOPLE = facts(None, Thing("person", 2, "centre", "large"), Thing("dog", 1, "bottom left"))


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (OTTER, "The picture probably shows an otter. Its main colour is blue."),
        (
            STREET,
            (
                "The picture almost certainly shows a bus. I can also make out three people (the "
                "largest at the left). I can read: “cero”, “emisiones”. Its main colours are grey "
                "and blue."
            ),
        ),
        (
            PAGE,
            (
                "The picture is mostly text. I can read: “INVOICE”, “TOTAL $5”. One line of text I "
                "cannot read."
            ),
        ),
        (MOON, "I do not recognise what the picture shows. It is black and white."),
        (
            PEOPLE,
            (
                "The picture seems to show two people (the largest in the centre) and a dog (at "
                "the bottom left)."
            ),
        ),
        (facts("mashed potatoes"), "The picture probably shows mashed potatoes."),
    ],
)
def test_facts_are_told_in_english(picture: Facts, sentence: str) -> None:
    assert english.describe(picture) == sentence


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (OTTER, "이 사진에는 수달이 있는 것으로 보입니다. 전체적으로 파란색이 많습니다."),
        (
            STREET,
            (
                "이 사진에는 버스가 있는 것이 거의 확실합니다. 그 밖에 사람 세 명이 보입니다. "
                "읽을 수 있는 글은 다음과 같습니다: “cero”, “emisiones”. "
                "전체적으로 회색과 파란색이 많습니다."
            ),
        ),
        (
            PAGE,
            (
                "이 사진은 대부분 글로 되어 있습니다. 읽을 수 있는 글은 다음과 같습니다: "
                "“INVOICE”, “TOTAL $5”. 읽지 못한 글이 1줄 있습니다."
            ),
        ),
        (MOON, "이 사진에 무엇이 있는지 알아보지 못했습니다. 흑백 사진입니다."),
        (PEOPLE, "이 사진에는 사람 두 명과 왼쪽 아래에 개 한 마리가 있는 것 같습니다."),
    ],
)
def test_facts_are_told_in_korean(picture: Facts, sentence: str) -> None:
    assert KOREAN.describe(picture) == sentence


def test_several_pictures_are_told_apart() -> None:
    assert english.describe_each([OTTER, MOON]).startswith("The first picture probably shows an")
    assert "I do not recognise what the second picture shows." in english.describe_each(
        [OTTER, MOON]
    )
    assert KOREAN.describe_each([OTTER, MOON]).startswith("첫 번째 사진에는 수달이")
    assert "두 번째 사진에 무엇이 있는지" in KOREAN.describe_each([OTTER, MOON])
    assert "Picture 12 " in english.describe_each([OTTER] * 12)
    assert "12 번째 사진" in KOREAN.describe_each([OTTER] * 12)


def test_differences_are_those_of_the_facts() -> None:
    assert differences([OTTER, OTTER]) == []
    assert differences([OTTER, STREET]) == ["content", "text", "colours", "size"]
    assert differences([OTTER, facts("otter", colours=("red",))]) == ["colours"]


def test_a_comparison_says_in_what_pictures_differ() -> None:
    assert english.compare([OTTER, STREET], identical=False) == (
        "They differ in what I can recognise in them, the text in them, their colours and their "
        "size."
    )
    assert KOREAN.compare([OTTER, STREET], identical=False) == (
        "두 사진은 알아볼 수 있는 내용과 적힌 글과 색과 크기가 서로 다릅니다."
    )


def test_no_difference_in_the_facts_is_not_called_the_same_picture() -> None:
    assert "no difference" in english.compare([OTTER, OTTER], identical=False)
    assert "not the same" in english.compare([OTTER, OTTER], identical=False)
    assert "차이를 찾지 못했지만" in KOREAN.compare([OTTER, OTTER], identical=False)


def test_the_same_pixels_are_called_the_same() -> None:
    assert "pixel for pixel" in english.compare([OTTER, OTTER], identical=True)
    assert "똑같아" in KOREAN.compare([OTTER, OTTER], identical=True)


@pytest.mark.parametrize(
    ("word", "subject"),
    [("수달", "수달이"), ("개", "개가"), ("커피 한 잔", "커피 한 잔이"), ("버스", "버스가")],
)
def test_the_particle_follows_the_last_sound(word: str, subject: str) -> None:
    assert with_particle(word, "이", "가") == subject


def test_everything_that_can_be_recognised_has_a_korean_name() -> None:
    names = read_names()
    for english_name in [*(s.name for s in read_subjects()), *(t.name for t in read_things())]:
        assert "가" <= names[english_name][-1] <= "힣", english_name


@pytest.mark.parametrize(
    "place",
    [
        *("centre", "left", "right", "top", "bottom"),
        *("top left", "top right", "bottom left", "bottom right"),
    ],
)
def test_every_place_has_a_name(place: Place) -> None:
    thing = Thing("cat", 1, place)
    assert "고양이 한 마리" in KOREAN.describe(facts(None, thing))
    assert place in english.describe(facts(None, thing))


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (Thing("person", 1, "left"), "a person"),
        (Thing("apple", 1, "left"), "an apple"),
        (Thing("bus", 2, "left"), "two buses"),
        (Thing("knife", 10, "left"), "ten knives"),
        (Thing("bench", 11, "left"), "11 benches"),
        (Thing("scissors", 1, "left"), "scissors"),
    ],
)
def test_things_are_counted(thing: Thing, words: str) -> None:
    assert english.counted(thing) == words
