"""When an answer is held to the user's writing."""

import pytest

from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.constraints.writing_systems import pattern, translating


def user(text: str) -> Message:
    return Message("user", (TextPart(text),))


def system(text: str) -> Message:
    return Message("system", (TextPart(text),))


def test_an_answer_to_hangul_alone_begins_in_hangul() -> None:
    rule = pattern([system("You are a helpful assistant."), user("너가 가장 잘 하는 걸 말해줘.")])
    assert rule is not None
    assert "Han}" not in rule.replace("Hangul", "")
    assert rule.endswith(r"]*)?")


def test_other_letters_in_the_question_may_begin_the_answer() -> None:
    rule = pattern([user("HTML이 무엇의 줄임말인지 알려줘.")])
    assert rule is not None
    assert rule.startswith("[")
    assert rule.endswith("]*")


def test_scripts_that_the_conversation_uses_stay_open() -> None:
    rule = pattern([user("漢은 무슨 뜻인가요? 알려 주세요.")])
    assert rule is not None
    assert r"\p{Han}" in rule
    assert "Cyrillic" not in rule


@pytest.mark.parametrize(
    "messages",
    [
        [user("Hello, how are you?")],
        [user("Say 안녕 to my friend, please, and nothing else.")],
        [system("Please translate it into English."), user("안녕하세요. 반갑습니다.")],
        [user("안녕을 영어로 말해줘.")],
        [user("이 문장을 일본어로 번역해줘.")],
        [system("Answer in French."), user("안녕하세요.")],
        [system("너는 누구야?")],
        [user("123?")],
    ],
)
def test_there_is_no_rule_where_another_language_may_be_meant(messages: list[Message]) -> None:
    assert pattern(messages) is None


def test_instructions_to_translate_are_recognised() -> None:
    assert translating([system("Please translate it into English.")])
    assert not translating([system("Be brief."), user("What does translate mean?")])
