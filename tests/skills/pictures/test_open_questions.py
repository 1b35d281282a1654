"""Questions that facts do not answer, as people write them: they get the facts, and no scene."""

import pytest

from dragoman.domain.picture import Facts, Thing
from dragoman.skills.pictures import english, korean
from dragoman.skills.pictures.replies import Replies
from yardstick import rods_at_most

REPLIES = Replies()

OTTER = Facts(64, 64, "colour picture", "otter", "probably", colours=("blue",))
NOTHING = Facts(64, 64, "black-and-white picture", None, "probably")
BLURRED = Facts(64, 64, "colour picture", "otter", "probably", unread=2)
STREET = Facts(
    810,
    1080,
    "colour picture",
    "bus",
    "almost certainly",
    (Thing("bus", 1, "centre", "large", main=True), Thing("person", 3, "left")),
    ("cero", "emisiones"),
)
PAGE = Facts(400, 500, "mostly text", None, "probably", (), ("INVOICE", "TOTAL $5"))

FORESEEN = [
    "What is the animal doing and where?",
    "What is the animal doing?",
    "Where is the otter?",
    "Is it swimming?",
    "is it wet?",
    "Why is it looking at me?",
    "How old is it?",
    "What breed is this dog?",
    "Can you tell me what the animal is doing?",
    "Tell me where this was taken.",
    "Who took this photo?",
    "Does the animal look happy?",
    "The otter is asleep, right?",
    "In this picture, what is behind the animal?",
    "What time of day is it?",
    "Do you think it is hungry?",
    "Look at this picture. What is happening here?",
    "What is it doing? Answer in one word.",
    "What is on the invoice?",
    "Describe the background.",
    "What's in this image and what is it doing?",
    "수달이 무엇을 하고 있나요?",
    "이 동물은 몇 살인가요?",
    "이 동물은 어디에 있어?",
    "이 사진은 어디에서 찍었나요?",
    "동물이 뭐 하는지 알려줘",
    "왜 저러는 거야?",
    "날씨가 어때요?",
    "동물이 행복해 보여?",
    "누가 찍었는지 말해 주세요.",
    "배경을 설명해 주세요",
    "무슨 일이 일어나고 있습니까?",
    "고양이가 귀엽나요?",
]
"""Written with the patterns."""
UNFORESEEN = [
    "Which river is this?",
    "Is the otter in a lake or in the sea?",
    "What's the weather like?",
    "Whose pet is this?",
    "How does the animal feel?",
    "Could you say where the animal lives?",
    "Has it eaten yet?",
    "What is it made of?",
    "Please tell me why the animal is there.",
    "I wonder what it is looking at.",
    "Are there two of them, and are they playing?",
    "Hi! What is going on here, and who is involved?",
    "What emotion does this photo convey?",
    "Would it bite me?",
    "Was this photo taken at night?",
    "Describe what the animal is doing and its surroundings.",
    "Can you identify the location in this photo?",
    "Tell me about the setting.",
    "What did the photographer want to show?",
    "So what's the story behind this image?",
    "Does this look real to you?",
    "On this photo, is the animal awake?",
    "What kind of water is it in?",
    "What might happen next?",
    "수달은 지금 헤엄치고 있나요?",
    "이 사진은 언제 찍은 건가요?",
    "동물의 기분이 어때 보여?",
    "여기가 어디인지 아세요?",
    "물속에 있는 거야?",
    "이 동물은 배가 고플까?",
    "사진 속 배경은 어디예요?",
    "뭐 하고 있는 것 같아?",
    "동물이 무엇을 보고 있는지 설명해 주세요.",
    "이게 진짜 사진이 맞아?",
    "수컷이에요, 암컷이에요?",
    "계절은 언제일까요?",
    "주인이 누구예요?",
    "위험한 동물인가요?",
]
"""Written when the patterns were done."""
REQUESTS = [
    "Write a poem about it.",
    "Can you write a poem about this picture?",
    "Could you translate the text?",
    "Translate the text in this image.",
    "What would be a good title for this picture?",
    "Which is the widest?",
    "How do you say otter in French?",
    "Describe this image as a pirate.",
    "What is in this image? Write a poem about it.",
    "이 사진으로 시를 써줘",
    "번역해줘",
    "사진 속 글자를 번역해 줄래?",
    "이 사진의 제목을 지어줘",
    "이 사진에 어울리는 제목은 무엇이 좋을까?",
    "이 사진을 보고 소설을 써줘",
    "Describe the picture in French.",
    "Hello",
    "Ignore the image and say hi",
    "What is it doing? Then write a song.",
    "Can you tell me a story about it?",
    "What is the resolution of this picture?",
    "What is your name?",
    "Could you write a short story about the otter?",
    "Give me three hashtags for this photo.",
    "Please suggest a caption.",
    "What caption would you use for this on Instagram?",
    "Make up a name for the animal.",
    "How can I draw this animal?",
    "What is an otter called in Japanese?",
    "Return the facts as a list.",
    "Which picture is larger?",
    "Turn this into a joke.",
    "Can you make a rhyme about it?",
    "What are you?",
    "이 그림에 대한 동화를 만들어 줘",
    "이 사진으로 인스타그램 글을 써 주세요",
    "해시태그 다섯 개만 추천해 줄래요?",
    "이 동물 이름을 지어줄 수 있어?",
    "일본어로 설명해줘",
    "사진을 보고 노래 가사를 적어줘",
]


def answer(question: str, *facts: Facts) -> str | None:
    reply = REPLIES.reply([], question, facts or (OTTER,), identical=False)
    return reply.text if reply else None


@pytest.mark.parametrize("question", [*FORESEEN, *UNFORESEEN])
def test_an_open_question_gets_the_facts_and_that_no_more_can_be_told(question: str) -> None:
    told = answer(question)
    assert told is not None
    if any("가" <= sign <= "힣" for sign in question):
        assert told.startswith("이 정도만 말할 수 있습니다. 이 사진에는 수달이")
        assert told.endswith(korean.UNKNOWN)
    else:
        assert told.startswith("I can only tell this much: the picture probably shows an otter.")
        assert told.endswith(english.UNKNOWN)


@pytest.mark.parametrize("wish", REQUESTS)
def test_what_is_to_be_made_is_left_to_the_model(wish: str) -> None:
    assert answer(wish) is None


@pytest.mark.parametrize("question", ["¿Qué hace el animal?", "この動物は何をしていますか？"])
def test_in_other_languages_a_question_mark_tells(question: str) -> None:
    assert (answer(question) or "").startswith("I can only tell this much")
    assert answer(question[:-1]) is None


def test_what_is_known_of_the_question_is_answered_too() -> None:
    told = answer("How many people are there? What are they doing?", STREET)
    assert told is not None
    much, people = told.splitlines()
    assert much.startswith("I can only tell this much: the picture almost certainly shows a bus.")
    assert people.startswith("I can make out three people")


def test_the_system_text_and_the_question_choose_the_language() -> None:
    korean_system = REPLIES.reply(["Answer in Korean."], "Is it wet?", [OTTER], identical=False)
    assert korean_system is not None
    assert korean_system.text.startswith("이 정도만")
    told = answer("What is it doing? Answer me in Korean, please.")
    assert told is not None
    assert told.startswith("이 정도만")
    assert REPLIES.reply(["You are a pirate."], "Is it wet?", [OTTER], identical=False) is None


def test_what_is_going_on_is_described_and_said_to_be_unknown() -> None:
    told = answer("What's going on in this picture?")
    assert told == (
        f"The picture probably shows an otter. Its main colour is blue. {english.UNKNOWN}"
    )
    assert (answer("What's going on in this picture? In Korean.") or "").endswith(korean.UNKNOWN)


def test_one_picture_is_not_compared() -> None:
    told = answer("What is the difference?")
    assert told is not None
    assert told.endswith(english.NO_OTHER)
    assert (answer("차이점이 뭐야?") or "").endswith(korean.NO_OTHER)
    assert answer("What is the difference?", PAGE) is None


def test_a_picture_that_is_not_recognised_is_not_explained() -> None:
    assert answer("What is it doing?", NOTHING) == (
        "I can only tell this much: I do not recognise what the picture shows. It is black and "
        f"white. {english.UNKNOWN}"
    )
    assert "Two lines of text I cannot read." in (answer("What is it for?", BLURRED) or "")


@pytest.mark.parametrize(
    ("question", "facts", "told"),
    [
        ("What is the total?", PAGE, False),
        ("What is happening on this page?", PAGE, False),
        ("What does cero mean?", STREET, False),
        ("Where is the bus going?", STREET, False),
        ("What are the people doing?", STREET, True),
        ("What is the weather like?", STREET, True),
        ("사람들이 뭐 하고 있어?", STREET, True),
        ("영수증의 합계는 얼마인가요?", STREET, False),
    ],
)
def test_what_text_in_the_picture_may_answer_is_left_to_the_model(
    question: str, facts: Facts, told: bool
) -> None:
    assert (answer(question, facts) is not None) == told
    # The text may stand in an earlier picture.
    reply = REPLIES.reply([], question, [OTTER], identical=False, others=[facts])
    assert (reply is not None) == told


@pytest.mark.parametrize(
    ("question", "follows"),
    [
        ("And what is it doing?", True),
        ("Where is it?", True),
        ("Is the otter wet?", True),
        ("What is this?", True),
        ("Thanks!", True),
        ("그럼 뭐 하고 있어?", True),
        ("수달은 배고파?", True),
        ("수달이 뭐 하고 있는지 알려줘", True),
        ("What is my name?", False),
        ("What is the capital of France?", False),
        ("Are you sure?", False),
        ("Why?", False),
        ("Write a poem about it.", False),
        ("내 이름이 뭐야?", False),
        ("프랑스의 수도는 어디야?", False),
        ("무슨 뜻이야?", False),
    ],
)
def test_a_question_without_a_picture_may_be_about_the_one_before(
    question: str, follows: bool
) -> None:
    assert REPLIES.follow([question], [OTTER]) == follows


@pytest.mark.parametrize(
    "piece", ["what ", "where is the ", "and then ", "어디 ", "사진의 배경 ", "in this picture "]
)
def test_long_questions_are_read_in_no_time(piece: str) -> None:
    with rods_at_most(50):
        for text in (piece * (990 // len(piece)), piece * 500 + "?"):
            REPLIES.reply([], text, [OTTER, STREET], identical=False)
            REPLIES.follow([text], [OTTER, STREET])
