"""What the user forbids is not called."""

import pytest

from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.engines.llama_cpp.tools.decision.candidates import allowed

TOOLS = [
    Tool("search_trains", "Search for trains", {}),
    Tool("book_train", "Book a train", {}),
    Tool("get_booking", "Get a booking", {}),
    Tool("deleteFile", "Deletes a file", {}),
    Tool("sendMail", "Sends a mail", {}),
    Tool("calendar", "Cancel a meeting", {}),
    Tool("web_search", "Look something up", {}),
]


def forbidden(*texts: str) -> set[str]:
    messages = [Message("user", (TextPart(text),)) for text in texts]
    return {tool.name for tool in TOOLS} - {tool.name for tool in allowed(messages, TOOLS)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The cheapest train? Don't book anything yet.", {"book_train"}),
        ("What does it cost? do not BOOK it", {"book_train"}),
        ("I don’t want you to book it.", {"book_train"}),
        ("Hand it to me without deleting or sending it.", {"deleteFile"}),
        ("Open the file but never delete it.", {"deleteFile"}),
        ("Write the mail, but please don't send it.", {"sendMail"}),
        ("No need to cancel it.", {"calendar"}),
        ("Cancel the hotel, but don't book a train.", {"book_train"}),
    ],
)
def test_a_function_is_forbidden_by_its_verb_or_its_name(text: str, names: set[str]) -> None:
    assert forbidden(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Book the train.",
        "Don't forget to book the train.",
        "Why don't you book the train?",
        "Don't wait, send the mail.",
        "Don't send it to Bob, send it to Ana.",
        "I don't know which train goes there.",
        "It is not booked yet, do so.",
        "I could not delete the file.",
        "Why not book the train?",
        "Don't just search, please.",
        "Change it, but don't delete the tests.",
        "I don't want to cancel for hours.",
        "Take one without checked baggage.",
        "Don't book a hotel; the train is enough.",
        "Take a booking that is not mine.",
        "not",
        "don't",
    ],
)
def test_what_is_not_forbidden_may_be_called(text: str) -> None:
    assert forbidden(text) == set()


def test_what_was_forbidden_before_may_be_asked_for_now() -> None:
    assert forbidden("Don't book anything yet.", "All right, take it.") == set()


def test_without_a_user_nothing_is_forbidden() -> None:
    assert allowed([], TOOLS) == TOOLS


def test_a_long_request_is_looked_at_in_time() -> None:
    assert forbidden("don't " * 200_000) == set()


CHANGING = frozenset(("book_train", "deleteFile", "sendMail", "calendar"))
NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Do all checks of the newest pull request pass?", CHANGING),
        ("In orchard/press, what's the newest release?", CHANGING),
        ("Has Ana written back? And what did she say?", CHANGING),
        ("Is there one without checked baggage?", CHANGING),
        # The verb is there, something may be wished for, or not all of it is a question.
        ("Why was the train booked twice?", CHANGING - {"book_train"}),
        ("How do I delete a file?", CHANGING - {"deleteFile"}),
        ("Could you see to my train?", NOTHING),
        ("Can I have a seat in the train at nine?", NOTHING),
        ("What about a seat at the window?", NOTHING),
        ("Is it going to rain? If so, see to a taxi.", NOTHING),
        ("Is it possible to travel on Friday?", NOTHING),
        ("The train at nine?", NOTHING),
        ("Do the booking at seven?", NOTHING),
        ("Do me a favour and get a train?", NOTHING),
        ("Will someone get a train for two?", NOTHING),
        ("기차는 몇 시에 떠나?", CHANGING),
    ],
)
def test_who_only_asks_changes_nothing(text: str, names: frozenset[str]) -> None:
    assert forbidden(text) == names


def test_who_only_asks_may_have_anything_run_looked_up_or_computed() -> None:
    message = Message("user", (TextPart("How many lines are there?"),))
    tools = [
        Tool("exec_command", "Runs a command in a PTY, returning output.", {}),
        Tool("bash", "Execute a given bash command in a shell session", {}),
        Tool("python", "Run Python code", {}),
        Tool("execute_sql", "Execute a SQL query", {}),
        Tool("make_request", "Make an HTTP request", {}),
        Tool("task", "Launch a new agent", {}),
        Tool("run_tests", "Run the tests", {}),
        Tool("convert_currency", "Convert an amount", {}),
        Tool("add", "Adds two numbers", {}),
        Tool("start_search", "Start a search", {}),
        Tool("open_file", "Open a file", {}),
    ]
    assert allowed([message], tools) == tools
