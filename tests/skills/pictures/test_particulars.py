import pytest

from dragoman.domain.picture import Facts, Thing
from dragoman.skills.pictures.korean import read_names
from dragoman.skills.pictures.questions import read_questions
from dragoman.skills.pictures.replies import Replies
from dragoman.skills.pictures.vocabulary import Vocabulary
from yardstick import rods_at_most

VOCABULARY = Vocabulary(read_names())
QUESTIONS = read_questions(VOCABULARY)
REPLIES = Replies()

STREET = Facts(
    810,
    1080,
    "colour picture",
    "bus",
    "almost certainly",
    (Thing("bus", 1, "centre", "large", main=True), Thing("person", 3, "left")),
    ("cero", "emisiones"),
    1,
    ("blue", "grey"),
)
CAT = Facts(64, 64, "colour picture", "cat", "probably")
NOTHING = Facts(64, 64, "black-and-white picture", None, "probably")


def answer(question: str, *facts: Facts) -> str:
    reply = REPLIES.reply([], question, facts, identical=False)
    assert reply is not None, question
    return reply.text


@pytest.mark.parametrize(
    ("question", "topic", "name"),
    [
        ("How many people are in this picture?", "count", "person"),
        ("how many persons can you see?", "count", "person"),
        ("Can you tell me how many buses there are in the image?", "count", "bus"),
        ("How many knives are there?", "count", "knife"),
        ("Count the dogs.", "count", "dog"),
        ("What is the number of cars in this photo?", "count", "car"),
        ("Is there a cat in this image?", "presence", "cat"),
        ("Are there any people in the photo?", "presence", "person"),
        ("Can you see a bus?", "presence", "bus"),
        ("Do you see any sheep in this picture?", "presence", "sheep"),
        ("Does this image contain a deer?", "presence", "deer, antelope or goat"),
        ("Please tell me if there is a dog in the picture.", "presence", "dog"),
        ("Is there anyone in the picture?", "presence", "person"),
        ("What color is the car?", "colour_of", "car"),
        ("What colour are the flowers?", None, ""),
        ("What is the main color of this image?", "colours", None),
        ("What colours are in this picture?", "colours", None),
        ("What color is it?", "colours", None),
        ("Which colours do you see?", "colours", None),
        ("What does it say?", "text", None),
        ("What does the sign say?", "text", None),
        ("What is written in this image?", "text", None),
        ("What's written on the page?", "text", None),
        ("Read the text in this image.", "text", None),
        ("Please transcribe all the text from the picture.", "text", None),
        ("Is there any text in this image?", "text", None),
        ("What text can you read?", "text", None),
        ("이 사진에 고양이가 있나요?", "presence", "cat"),
        ("사진에 사람이 보여?", "presence", "person"),
        ("강아지 있어?", "presence", "dog"),
        ("이 사진에 사람이 몇 명 있나요?", "count", "person"),
        ("사람은 몇 명이야?", "count", "person"),
        ("이 이미지에는 자동차가 몇 대 있습니까?", "count", "car"),
        ("고양이 몇 마리인지 알려줘", "count", "cat"),
        ("이 사진은 무슨 색이야?", "colours", None),
        ("이 사진의 주된 색은 무엇인가요?", "colours", None),
        ("자동차는 무슨 색이야?", "colour_of", "car"),
        ("뭐라고 쓰여 있어?", "text", None),
        ("이 사진에 뭐라고 적혀 있나요?", "text", None),
        ("이 사진의 글을 읽어 주세요", "text", None),
        ("글자가 있나요?", "text", None),
    ],
)
def test_particulars_are_understood(question: str, topic: str | None, name: str | None) -> None:
    asked = QUESTIONS.understood(question)
    if topic is None:
        assert asked is None
        return
    assert asked is not None
    (particular,) = asked.particulars
    assert particular.topic == topic
    assert (name in particular.names) if name else not particular.names


@pytest.mark.parametrize(
    "question",
    [
        "How many unicorns are in this picture?",
        "Is there a way to make this picture better?",
        "Is there a cat or a dog in this picture?",
        "How many people are smiling?",
        "How many of the people wear hats?",
        "Is there a mouse?",
        "What does the man say?",
        "Read the text and translate it into French.",
        "What is the total on this invoice?",
        "How much does it cost?",
        "이 사진에 유니콘이 있나요?",
        "사람이 몇 명 웃고 있나요?",
        "고양이가 귀엽나요?",
        "글을 읽고 요약해 주세요",
    ],
)
def test_what_facts_do_not_answer_is_left_to_the_model(question: str) -> None:
    assert QUESTIONS.understood(question) is None


@pytest.mark.parametrize(
    ("question", "facts", "told"),
    [
        (
            "How many people are there?",
            STREET,
            "I can make out three people; small or hidden ones may be missing.",
        ),
        ("How many dogs are there?", STREET, "I can make out no dogs, but I may miss some."),
        (
            "How many cats are there?",
            CAT,
            "The picture probably shows a cat. I cannot tell how many.",
        ),
        ("Is there a bus?", STREET, "Yes, I can make out a bus (in the centre)."),
        ("Is there a cat?", CAT, "The picture probably shows a cat."),
        (
            "Is there a dog?",
            CAT,
            (
                "I do not recognise a dog in the picture, which does not rule one out. The picture "
                "probably shows a cat."
            ),
        ),
        (
            "Is there a dog?",
            NOTHING,
            "I do not recognise a dog in the picture, which does not rule one out.",
        ),
        ("What colours are in it?", STREET, "The picture's main colours are blue and grey."),
        ("What colours are in it?", NOTHING, "The picture is black and white."),
        (
            "What colour is the bus?",
            STREET,
            (
                "I cannot tell the colours of single things. "
                "The picture's main colours are blue and grey."
            ),
        ),
        (
            "What does it say?",
            STREET,
            "I can read:\ncero\nemisiones\nOne line of text I cannot read.",
        ),
        ("What does it say?", CAT, "I find no text that I can read."),
        (
            "사람이 몇 명 있나요?",
            STREET,
            "사람 세 명이 보입니다. 작거나 가려진 것은 빠졌을 수 있습니다.",
        ),
        ("고양이가 있나요?", CAT, "이 사진에는 고양이가 있는 것으로 보입니다."),
        ("버스가 있나요?", STREET, "네, 가운데에 버스 한 대가 보입니다."),
        (
            "개가 있나요?",
            NOTHING,
            "사진에서 개를 알아보지 못했습니다. 그렇다고 없다고 할 수는 없습니다.",
        ),
        ("무슨 색이야?", STREET, "전체적으로 파란색과 회색이 많습니다."),
        ("뭐라고 쓰여 있어?", CAT, "읽을 수 있는 글을 찾지 못했습니다."),
    ],
)
def test_a_particular_is_answered_from_the_facts(question: str, facts: Facts, told: str) -> None:
    assert answer(question, facts) == told


def test_a_particular_of_several_pictures_is_told_of_each() -> None:
    first, second = answer("Is there a cat?", CAT, STREET).splitlines()
    assert first == "The first picture: The picture probably shows a cat."
    assert second.startswith("The second picture: I do not recognise a cat in the picture")
    assert answer("고양이가 있나요?", CAT, CAT).startswith("첫 번째 사진: ")


def test_a_description_and_particulars_may_be_asked_together() -> None:
    told = answer("What is in this image? How many people are there?", STREET).splitlines()
    assert told[0].startswith("The picture almost certainly shows a bus.")
    assert told[1].startswith("I can make out three people")
    assert answer("How many people are there? Answer in Korean.", STREET).startswith("사람 세 명")


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("deer", {"deer, antelope or goat"}),
        ("phones", {"cell phone", "mobile phone"}),
        ("sofas", {"couch", "sofa"}),
        ("소", {"cow", "cow or ox"}),
        ("왜가리", {"stork, heron or crane"}),
        ("unicorn", set[str]()),
        ("mouse", set[str]()),
    ],
)
def test_words_stand_for_the_names_in_facts(word: str, names: set[str]) -> None:
    assert VOCABULARY.names(word) == names


@pytest.mark.parametrize(
    "question",
    [
        "how many " + "a " * 490,
        "is there " + "the " * 245,
        "what text " + "in it " * 160,
        "이 사진에 " + "사진에 " * 240,
        "사람 " * 320,
        "고" * 990,
    ],
)
def test_long_nonsense_is_read_in_no_time(question: str) -> None:
    with rods_at_most(50):
        assert QUESTIONS.understood(question) is None
