import pytest

from dragoman.skills.pictures.korean import read_names
from dragoman.skills.pictures.questions import ParsedQuestion, read_questions
from dragoman.skills.pictures.vocabulary import Vocabulary

QUESTIONS = read_questions(Vocabulary(read_names()))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("What's in this image?", ParsedQuestion(describe=True, compare=False, language="en")),
        (
            "What’s in this image? Please answer me in Korean.",
            ParsedQuestion(describe=True, compare=False, language="ko"),
        ),
        (
            "What are in these images? Is there any difference between them?",
            ParsedQuestion(describe=True, compare=True, language="en"),
        ),
        ("What is in this picture", ParsedQuestion(describe=True, compare=False, language="en")),
        ("Describe this image.", ParsedQuestion(describe=True, compare=False, language="en")),
        (
            "Please describe the picture in detail.",
            ParsedQuestion(describe=True, compare=False, language="en"),
        ),
        (
            "Can you describe this photo?",
            ParsedQuestion(describe=True, compare=False, language="en"),
        ),
        ("What do you see?", ParsedQuestion(describe=True, compare=False, language="en")),
        (
            "What do you see in this image in Korean?",
            ParsedQuestion(describe=True, compare=False, language="ko"),
        ),
        ("what is this?", ParsedQuestion(describe=True, compare=False, language="en")),
        ("What does this image show?", ParsedQuestion(describe=True, compare=False, language="en")),
        (
            "Tell me what is in the image.",
            ParsedQuestion(describe=True, compare=False, language="en"),
        ),
        (
            "Can you tell me what is in this image?",
            ParsedQuestion(describe=True, compare=False, language="en"),
        ),
        ("Compare these two images.", ParsedQuestion(describe=False, compare=True, language="en")),
        (
            "What is the difference between these images?",
            ParsedQuestion(describe=False, compare=True, language="en"),
        ),
        ("What's the difference?", ParsedQuestion(describe=False, compare=True, language="en")),
        ("Are they the same?", ParsedQuestion(describe=False, compare=True, language="en")),
        ("How are they different?", ParsedQuestion(describe=False, compare=True, language="en")),
        (
            "What is shown in the photo? Answer in English, please.",
            ParsedQuestion(describe=True, compare=False, language="en"),
        ),
        ("이 사진에 뭐가 있나요?", ParsedQuestion(describe=True, compare=False, language="ko")),
        (
            "이 이미지에는 무엇이 있나요?",
            ParsedQuestion(describe=True, compare=False, language="ko"),
        ),
        ("이 그림은 뭐야?", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("사진을 설명해줘", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("이 사진을 설명해 주세요.", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("이 이미지에 대해 설명해줘.", ParsedQuestion(describe=True, compare=False, language="ko")),
        (
            "이 사진에 무엇이 보이나요? 영어로 답해줘.",
            ParsedQuestion(describe=True, compare=False, language="en"),
        ),
        (
            "이 사진에 무엇이 있는지 알려줘",
            ParsedQuestion(describe=True, compare=False, language="ko"),
        ),
        ("이 사진에 뭐가 보여?", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("이게 뭐야?", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("이건 뭔가요?", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("여기 뭐가 있어?", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("무엇이 보이나요?", ParsedQuestion(describe=True, compare=False, language="ko")),
        (
            "두 사진의 차이점은 무엇인가요?",
            ParsedQuestion(describe=False, compare=True, language="ko"),
        ),
        ("두 이미지에 차이가 있나요?", ParsedQuestion(describe=False, compare=True, language="ko")),
        ("차이점이 뭐야?", ParsedQuestion(describe=False, compare=True, language="ko")),
        ("두 사진을 비교해줘", ParsedQuestion(describe=False, compare=True, language="ko")),
        ("두 사진은 어떻게 다른가요?", ParsedQuestion(describe=False, compare=True, language="ko")),
        ("이건 무슨 사진인가요?", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("이미지에 무엇이 있습니까?", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("사진 속에 무엇이 있어?", ParsedQuestion(describe=True, compare=False, language="ko")),
        ("무슨 사진이야?", ParsedQuestion(describe=True, compare=False, language="ko")),
        (
            "한국어로 이 사진을 설명해줘",
            ParsedQuestion(describe=True, compare=False, language="ko"),
        ),
        (
            "What's in this image? 한국어로 답해줘.",
            ParsedQuestion(describe=True, compare=False, language="ko"),
        ),
        (
            "이 사진에 무엇이 찍혀 있나요?",
            ParsedQuestion(describe=True, compare=False, language="ko"),
        ),
        (
            "What's going on in this picture?",
            ParsedQuestion(describe=True, compare=False, language="en", events=True),
        ),
        ("And what is this?", ParsedQuestion(describe=True, compare=False, language="en")),
        ("그리고 이건 뭐야?", ParsedQuestion(describe=True, compare=False, language="ko")),
        (
            "What can you see in these two pictures?",
            ParsedQuestion(describe=True, compare=False, language="en"),
        ),
        ("What animal is this?", ParsedQuestion(describe=True, compare=False, language="en")),
        (
            "What animal is in this picture?",
            ParsedQuestion(describe=True, compare=False, language="en"),
        ),
        ("이 동물은 무엇인가요?", ParsedQuestion(describe=True, compare=False, language="ko")),
    ],
)
def test_a_question_about_the_whole_picture_is_understood(text: str, asked: ParsedQuestion) -> None:
    assert QUESTIONS.understood(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "What is in this image? Write a poem about it.",
        "이 사진에 뭐가 있는지 시로 써줘",
        "What is the total on this invoice?",
        "Translate the text in this image.",
        "이 사진은 어디에서 찍었나요?",
        "영수증의 합계는 얼마인가요?",
        "What breed is this dog?",
        "Hello",
        "이 사진의 제목을 지어줘",
        "이 사진을 보고 소설을 써줘",
        "이게 뭐야, 그리고 왜 그래?",
        "What's in this image and what does it mean?",
        "사진 속 글자를 번역해줘",
        "Ignore the image and say hi",
        "In Korean",
        "이 사진이 마음에 드나요?",
        "두 사진 중 어느 것이 더 예쁜가요?",
        "What is the meaning of this?",
        "Describe this image as a pirate.",
        "Describe the picture in French.",
        "",
        "Please.",
        "안녕하세요",
    ],
)
def test_a_question_that_asks_for_more_is_left_to_the_model(text: str) -> None:
    assert QUESTIONS.understood(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Please answer in Korean.", "ko"),
        ("Answer in English. In English!", "en"),
        ("한국어로 대답해 주세요.", "ko"),
        ("Answer in Korean, as a pirate.", None),
        ("You are a pirate.", None),
        ("", None),
    ],
)
def test_a_wish_for_a_language_is_known(text: str, language: str | None) -> None:
    assert QUESTIONS.chosen_language(text) == language


@pytest.mark.parametrize(
    "piece", ["이 사진에 무엇이 있나요 ", "the two ", "please ", "무엇이 ", "사진들이 "]
)
@pytest.mark.parametrize("times", [20, 100, 10_000])
def test_repetitions_are_looked_through_in_no_time(piece: str, times: int) -> None:
    assert QUESTIONS.understood("what is in " + piece * times) is None
    assert QUESTIONS.understood(piece * times + "!x") is None
