import pytest

from dragoman.engines.whisper_ct2.hallucinations import are_alike, repeats_prompt

PROMPT = "I am calling about invoice number 4711. The agent's name is Maria. ZyntriQore V8, 서울역"


@pytest.mark.parametrize(
    "text",
    [
        " I am calling about invoice number 4711.",
        " The agent's name is Maria. The agent's name is Maria.",
        " ZyntriQore V8. ZyntriQore V8. ZyntriQore V8",
        " the agents name is Mario",
        " 서울역, 서울역",
        " Maria",
    ],
)
def test_what_stands_in_the_prompt_is_an_echo(text: str):
    assert repeats_prompt(text, PROMPT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ...",
        " The agent's name is Maria. She has been here since May.",
        " I am calling from Paris about something else, in fact.",
        " 부산역입니다",
    ],
)
def test_what_does_not_is_none(text: str):
    assert not repeats_prompt(text, PROMPT)


def test_nothing_is_an_echo_of_nothing():
    assert not repeats_prompt(" Hello.", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" ZyntriQore V8.", " Zentry core v8"),
        (" Siobhan Nguyen", " Chauvin Nuen"),
        (" Maria", " Mariah."),
        (" 서울역", " 서울력"),
    ],
)
def test_the_same_words_spelled_otherwise_are_alike(one: str, other: str):
    assert are_alike(one, other)


@pytest.mark.parametrize(
    "other", ["", " AAAAAAH!", " BAMAMAMAMAMA", " It's not an extra data", " you"]
)
def test_what_is_heard_over_screams_is_not_like_the_prompt(other: str):
    assert not are_alike(" I am calling about invoice number 4711.", other)
