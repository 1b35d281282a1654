"""Lists in optional arguments: those that the request speaks of, and those that were made up."""

import json

import pytest

from dragoman.domain.conversation import Message, PixelsPart, TextPart, ToolCall
from dragoman.engines.llama_cpp.tools.grounding.checks import Vetting
from dragoman.engines.llama_cpp.tools.grounding.unmentioned import Mentions
from yardstick import rods_at_most

LIST = {"type": "array", "items": {"type": "string"}}
SCHEMAS = {
    "cook": {
        "type": "object",
        "properties": {
            "dish": {"type": "string"},
            "with": LIST,
            "steps": LIST,
            "times": {"type": "array", "items": {"type": "number"}},
            "diets": {"type": "array", "items": {"enum": ["vegan", "keto"]}},
            "guests": {"type": "array", "items": {"type": "object"}},
            "kitchen": {"type": "string"},
        },
        "required": ["dish", "steps"],
    }
}


def missing(ask: str, **arguments: object) -> list[str]:
    mentions = Mentions([Message("user", (TextPart(ask),))], SCHEMAS)
    return mentions.missing("cook", json.dumps(arguments, ensure_ascii=False))


@pytest.mark.parametrize(
    ("ask", "name", "value"),
    [
        ("Find a vegan soup.", "with", ["carrots", "celery", "onions"]),
        (
            "Find a soup for the queen.",
            "guests",
            [{"name": "Queen"}, {"name": "King"}, {"n": "Duke"}],
        ),
        ("A soup at 8 %, in 10000 seconds", "times", [0, 1, 2, 3]),
        ("수프를 찾아줘.", "with", ["당근", "양파"]),
    ],
)
def test_an_optional_list_that_nobody_spoke_of_is_missing(
    ask: str, name: str, value: object
) -> None:
    assert missing(ask, dish="soup", **{name: value}) == [name]


@pytest.mark.parametrize(
    ("ask", "name", "value"),
    [
        ("Find a soup with a carrot and an onion.", "with", ["carrots", "onions"]),
        ("Find a soup with carrots.", "with", ["carrots", "onions"]),
        ("Find a soup with beets.", "with", ["beetroot"]),
        ("Something orange.", "with", ["pumpkin"]),
        ("Invite Ana and Ben.", "guests", [{"name": "Ana"}, {"name": "Ben"}]),
        ("Look in after 5 and 12.5 minutes.", "times", [5, 12.5]),
        ("With 7 % and 20 % of salt.", "times", [0.07, 0.2]),
        ("당근이랑 양파로 수프를 끓여줘.", "with", ["당근", "양파"]),
        ("당근이랑 양파로 수프를 끓여줘.", "with", ["carrot", "onion"]),
        ("Find a soup.", "diets", ["vegan", "keto"]),
        ("Find a soup.", "steps", ["wash", "cut", "cook"]),
        ("Find a soup.", "kitchen", "of a friend"),
        ("Find a soup.", "with", []),
        ("Find a soup.", "with", [True, None]),
        ("Find a soup.", "unknown", ["a", "b"]),
    ],
)
def test_what_was_spoken_of_or_must_be_given_is_kept(ask: str, name: str, value: object) -> None:
    assert missing(ask, dish="soup", **{name: value}) == []


@pytest.mark.parametrize(
    ("ask", "value"),
    [
        ("What is there in Apple and Tesla?", ["AAPL", "TSLA"]),
        ("Finde eine Suppe mit Möhren, Lauch und Reis.", ["carrots", "leek", "rice"]),
        ("Mit Moehren oder Zwiebeln", ["Karotten", "Zwiebel"]),
        ("Compare Zurich with Koln.", ["Zürich", "Köln"]),
        ("Soups of Seoul", ["서울", "부산"]),
        ("서울특별시랑 부산 음식", ["서울", "부산광역시"]),
        ("比较北京和上海的汤", ["北京市", "上海市"]),
        ("Суп с морковью и луком", ["морковь", "лук"]),
        ("حساء من القاهرة وبغداد", ["قاهرة", "بغداد"]),
        ("Give me the due date and when it was made", ["dueDate", "madeAt"]),
        ("lamps of the living room", ["livingRoom", "livingroom"]),
        ("my favourite cities", ["city", "cities of mine"]),
        ("Use any numbers you like", ["leek", "rice"]),
        ("Surprise me!", ["leek", "rice"]),
        ("아무거나 골라줘", ["당근", "양파"]),
        ("Cook.", ["Boil some water in a pot.", "Then put all leeks into it."]),
    ],
)
def test_what_was_said_in_other_words_is_kept(ask: str, value: object) -> None:
    assert missing(ask, dish="soup", **{"with": value}) == []


@pytest.mark.parametrize("ask", ["1에서 5까지", "from 1 to 5", "the first three, from 1 until 5"])
def test_what_lies_in_a_range_was_spoken_of(ask: str) -> None:
    assert missing(ask, times=[1, 2, 3, 4, 5]) == []


def test_an_english_prompt_does_not_make_a_korean_an_english_request() -> None:
    said = [
        Message("system", (TextPart("You are a helpful cook and you call functions." * 9),)),
        Message("user", (TextPart("당근이랑 양파로 수프를 끓여줘."),)),
    ]
    assert Mentions(said, SCHEMAS).missing("cook", '{"with": ["carrot", "onion"]}') == []


def test_what_an_earlier_call_held_was_spoken_of() -> None:
    called = [
        Message("user", (TextPart("Cook what is there."),)),
        Message("assistant", tool_calls=(ToolCall("1", "look", '{"for": ["leek", "rice"]}'),)),
    ]
    assert Mentions(called, SCHEMAS).missing("cook", '{"with": ["leek", "rice"]}') == []


def test_what_a_picture_may_show_was_spoken_of() -> None:
    seen = [Message("user", (TextPart("Cook this."), PixelsPart(1, 1, b"\0\0\0")))]
    mentions = Mentions(seen, SCHEMAS)
    assert mentions.missing("cook", '{"with": ["leek", "rice"]}') == []
    assert mentions.mention(777)


@pytest.mark.parametrize(
    ("function", "missed"),
    [("create_recipe", False), ("writeRecipe", False), ("find_recipe", True), ("recipe", True)],
)
def test_what_a_function_is_called_to_make_is_written(function: str, missed: bool) -> None:
    recipe = {"properties": {"ingredients": LIST, "guests": LIST}}
    mentions = Mentions([Message("user", (TextPart("Pancakes"),))], {function: recipe})
    given = json.dumps({"ingredients": ["flour", "eggs"], "guests": ["Ana", "Ben"]})
    assert ("ingredients" in mentions.missing(function, given)) is missed
    assert "guests" in mentions.missing(function, given)


def test_values_that_a_schema_names_are_no_guesses() -> None:
    status = {"enum": ["pending", "done"]}
    todo = {"type": "object", "properties": {"what": {"type": "string"}, "status": status}}
    schema = {"properties": {"todos": {"type": "array", "items": {"$ref": "#/$defs/T"}}}}
    mentions = Mentions(
        [Message("user", (TextPart("Fix the parser."),))], {"f": {**schema, "$defs": {"T": todo}}}
    )
    given = [{"what": "fix parser", "status": "pending"}, {"what": "parsers", "status": "done"}]
    assert mentions.missing("f", json.dumps({"todos": given})) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [{"required": ["with"]}], "properties": {"with": LIST}},
        {"anyOf": [{"required": ["with"]}, {"required": ["x"]}], "properties": {"with": LIST}},
        {"minProperties": 1, "properties": {"with": LIST}},
        {"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"with": LIST}}}},
        {"type": "object"},
    ],
)
def test_of_a_schema_made_of_others_nothing_is_left_out(schema: dict[str, object]) -> None:
    mentions = Mentions([Message("user", (TextPart("Hello"),))], {"cook": schema})
    assert mentions.missing("cook", '{"with": ["leek", "rice"]}') == []


def test_what_a_result_holds_was_spoken_of() -> None:
    told = [
        Message("user", (TextPart("Cook what is there."),)),
        Message("tool", (TextPart('["leek", "rice"]'),), tool_call_id="1"),
    ]
    assert Mentions(told, SCHEMAS).missing("cook", '{"with": ["leek", "rice"]}') == []


@pytest.mark.parametrize(
    "beginning",
    [
        '{"dish": "soup", "with": ["carrots", "celery", "oni',
        '{"dish": "soup", "with": ["carrots", "celery",',
        '{"dish": "soup", "with": ["carrots \\"red\\"", "celery"',
        '{"dish": "soup", "guests": [{"name": "King"}, {"name": "Duke"}, {"na',
        '{"dish": "soup", "times": [4, 2.5, 3',
    ],
)
def test_a_list_is_seen_before_it_ends(beginning: str) -> None:
    mentions = Mentions([Message("user", (TextPart("Find a dish."),))], SCHEMAS)
    assert len(mentions.missing("cook", beginning)) == 1


@pytest.mark.parametrize("arguments", ["", "{", "[1, 2", '{"with": ', '{"dish": "x"', "nothing"])
def test_a_beginning_without_a_list_is_let_be(arguments: str) -> None:
    assert Mentions([], SCHEMAS).missing("cook", arguments) == []
    assert Mentions([], SCHEMAS).missing("other", arguments) == []


def test_much_is_looked_at_in_time() -> None:
    text = " ".join(f"word{number}" for number in range(60_000))
    mentions = Mentions([Message("user", (TextPart(text),))], SCHEMAS)
    deep = '{"with": ' + "[" * 20_000
    with rods_at_most(200):
        mentions.missing("cook", json.dumps({"with": [f"thing{n}" for n in range(50)]}))
        mentions.missing("cook", deep)


def test_a_call_with_such_a_list_under_way_is_rejected_by_the_name_of_the_argument() -> None:
    mentions = Mentions([Message("user", (TextPart("Find a soup."),))], SCHEMAS)
    rejected = Vetting((), None, mentions).unmentioned("cook", '{"with": ["leek", "salt"')
    assert rejected is not None
    assert rejected.invented == ["with"]
