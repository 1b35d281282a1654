"""The user's own words in what coding agents send."""

import pytest

from dragoman.domain.conversation import Message, PixelsPart, TextPart, ToolCall
from dragoman.engines.llama_cpp.prompt.own_words import bare, own_words
from yardstick import rods_at_most

DATE = "<system-reminder>\nThe current date is: Sunday.\n</system-reminder>"
SKILLS = "<system-reminder>\n<available_skills>\nbatch\n</available_skills>\n</system-reminder>"
PLACE = "<environment_context>\n  <cwd>/home/kim</cwd>\n</environment_context>"


TASK = """<task>
Fix calc.py.
</task>

# task_progress
List them.
<environment_details>
# Visible files
calc.py
</environment_details>"""
QUERY = """<additional_data>
<attached_files>x</attached_files>
</additional_data>
<user_query>
Fix calc.py.
</user_query>"""
REQUEST = """<editorContext>calc.py</editorContext>
<reminderInstructions>Be brief.</reminderInstructions>
<userRequest>
Fix calc.py.
</userRequest>"""


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"{SKILLS}{DATE}Fix calc.py.", "Fix calc.py."),
        (f"Fix calc.py.\n\n{DATE}", "Fix calc.py."),
        (TASK, "Fix calc.py."),
        (QUERY, "Fix calc.py."),
        (REQUEST, "Fix calc.py."),
        ('<user_input mode="act">Fix calc.py.</user_input>', "Fix calc.py."),
        (f"First this.\n{DATE}\nThen that.", "First this.\nThen that."),
        ('"Fix calc.py."', "Fix calc.py."),
        ('"Fix \\"add\\" in calc.py."\n', 'Fix "add" in calc.py.'),
        (f'"Fix calc.py."\n{DATE}', "Fix calc.py."),
        (DATE, ""),
        (PLACE, ""),
    ],
)
def test_what_agents_put_around_a_request_is_left_out(text: str, own: str):
    assert own_words(text) == own


@pytest.mark.parametrize(
    "text",
    [
        "Fix calc.py.",
        "What is wrong with <div><p>this</div>?",
        "Explain <context> in JSX.",
        "<context>calc.py</context> <instructions>Fix it.</instructions>",
        "List<String> is <T extends Comparable<T>>",
        "<config><name>x</name></config> as JSON, please",
        '"Ja" and "Nein" in English?',
        'He said "yes"',
        '""',
        "  kept as it is \n",
        "",
    ],
)
def test_what_users_write_themselves_stays(text: str):
    assert own_words(text) == text


def test_messages_of_the_agents_own_are_no_request_and_hide_no_result():
    call = Message("assistant", (), tool_calls=(ToolCall("c", "read", "{}"),))
    result = Message("tool", (TextPart("x"),), tool_call_id="c")
    asked = Message("user", (TextPart("Fix calc.py."),))
    place, date = (Message("user", (TextPart(text),)) for text in (PLACE, DATE))
    assert bare([place, asked, call, result, date]) == [asked, call, result]


def test_a_conversation_without_a_word_of_the_users_stays_as_it_is():
    messages = [Message("system", (TextPart("Be brief."),)), Message("user", (TextPart(DATE),))]
    assert bare(messages) == messages


def test_pictures_stay_with_the_words():
    picture = PixelsPart(1, 1, b"\0\0\0")
    message = Message("user", (TextPart(DATE), picture, TextPart("What is this?")))
    assert bare([message]) == [Message("user", (TextPart("What is this?"), picture))]


@pytest.mark.parametrize(
    "text", ["<context>" * 200_000, "<a" * 500_000, "<context " * 200_000, '"' + "\\\\" * 500_000]
)
def test_hostile_texts_take_no_time(text: str):
    with rods_at_most(50):
        assert own_words(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Why is this invalid? <tasks><task>Buy milk</task></tasks>",
        "What does the weather look like? <feedback>good</feedback>",
        "<task>Weather in Paris?</task> in Fahrenheit please",
    ],
)
def test_elements_that_people_write_themselves_stay(text: str) -> None:
    assert own_words(text) == text


def test_a_message_after_an_answer_is_never_left_out() -> None:
    last = Message("user", (TextPart("<reminder>call mum at 5</reminder>"),))
    talk = [
        Message("user", (TextPart("hello"),)),
        Message("assistant", (TextPart("hi"),)),
        last,
    ]
    assert bare(talk)[-1] == last


def test_reminders_behind_much_markup_are_seen() -> None:
    markup = "<p>" * 70
    assert own_words(f"{markup} Why? <system-reminder>x</system-reminder>") == f"{markup} Why?"
