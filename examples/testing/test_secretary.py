"""The program's tests: `dragoman` is a fixture that pytest knows once Dragoman is installed."""

from pathlib import Path

import openai
import pytest
import secretary

from dragoman.testing.dragoman import Dragoman

SPEECH = Path(__file__).parents[1] / "data/speech.mp3"


def no_meeting(day: str, with_whom: str) -> None:
    pytest.fail(f"booked {day} with {with_whom}")


def test_what_was_heard_is_summed_up(dragoman: Dragoman) -> None:
    dragoman.hear("We meet on Monday at ten.")
    dragoman.say("A meeting on Monday.")
    assert secretary.summary(dragoman.client, SPEECH) == "A meeting on Monday."
    heard, asked = dragoman.requests
    assert heard.fields["model"] == "whisper-1"
    assert heard.files["file"] == ("speech.mp3", SPEECH.read_bytes())
    assert asked.json["messages"][1]["content"] == "We meet on Monday at ten."


def test_a_meeting_is_booked(dragoman: Dragoman) -> None:
    booked: list[tuple[str, str]] = []

    def book(day: str, with_whom: str) -> None:
        booked.append((day, with_whom))

    dragoman.call("book", day="Monday", with_whom="Kim")
    assert secretary.arrange(dragoman.client, "Meet Kim on Monday", book)
    assert booked == [("Monday", "Kim")]
    assert dragoman.requests[0].json["tools"][0]["function"]["name"] == "book"


def test_where_there_is_no_meeting_nothing_is_booked(dragoman: Dragoman) -> None:
    dragoman.say("Good morning to you, too.")
    assert not secretary.arrange(dragoman.client, "Good morning", no_meeting)


def test_a_crowded_server_is_an_error_of_its_own(dragoman: Dragoman) -> None:
    dragoman.fail(429, "Too many requests.")
    with pytest.raises(openai.RateLimitError, match="Too many requests"):
        secretary.arrange(dragoman.client, "Meet Kim", no_meeting)


def test_a_client_of_the_environment_is_led_here(dragoman_env: Dragoman) -> None:
    dragoman_env.say("Hello there!")
    assert secretary.greeting() == "Hello there!"
    assert dragoman_env.requests[0].headers["authorization"] == "Bearer a test"


def test_answers_come_in_order_and_streams_are_scripted_too(dragoman: Dragoman) -> None:
    dragoman.say("one two three")
    dragoman.say("four")
    stream = dragoman.client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "count"}], stream=True
    )
    assert [chunk.choices[0].delta.content for chunk in stream][1:4] == ["one", " two", " three"]
    assert dragoman.script is not None
    assert dragoman.script.left == 1


def test_each_test_begins_anew(dragoman: Dragoman) -> None:
    assert dragoman.requests == []
    answer = dragoman.client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "hello"}]
    )
    assert "fake" in (answer.choices[0].message.content or "")


@pytest.mark.dragoman_weights
def test_the_models_do_what_the_script_pretends(dragoman: Dragoman) -> None:
    summary = secretary.summary(dragoman.client, SPEECH)
    assert summary
    assert "안녕하세요" in dragoman.requests[1].json["messages"][1]["content"]
