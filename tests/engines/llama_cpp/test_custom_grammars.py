"""Grammars of custom tools: what is taken, what is refused, and reading inputs without a model."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dragoman.domain.chat import ChatEvent, TokenLogprob, ToolCallDelta
from dragoman.domain.conversation import CustomTool, Grammar
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.llama_cpp.constraints.custom_grammars import Input, prepared
from dragoman.engines.llama_cpp.tools.custom_inputs import InputFold
from grammars import text_of
from yardstick import rods_at_most

CALCULATOR = r"""
start: expr                         // "expr" is no <|im_end|>
expr: term (SP ("+" | "-") SP term)* -> sum
term: factor (SP "*" SP factor)*
factor: INT | "(" expr ")" | NAME ["!"]
NAME: /[a-z]{1,8}\/?/i
SP: " "
%import common.INT
"""
DATE = r"^(?P<month>January|May)\s+(?P<day>\d{1,2})(?:st|nd)?/(?P<year>\d{4})$"
SPECIAL = {"</tool_call>": 7}


def lark(definition: str) -> Input:
    return prepared(CustomTool("x", "", Grammar("lark", definition)), 3, SPECIAL)


def regex(definition: str) -> Input:
    return prepared(CustomTool("x", "", Grammar("regex", definition)), 3, SPECIAL)


def typed(wanted: Input, pieces: list[str], *, whole: bool = True) -> tuple[str, bool]:
    """What of the pieces is the input, and whether its end has come."""
    fold = InputFold(0, 0, wanted.rules, 0)
    events: list[ChatEvent] = []
    for piece in pieces:
        events += fold.feed(piece, TokenLogprob(piece, -0.1, piece.encode()))
    if not fold.stopped:
        events += fold.finish(whole=whole)
    deltas = [event for event in events if isinstance(event, ToolCallDelta)]
    text = "".join(delta.arguments for delta in deltas)
    assert "".join(entry.token for delta in deltas for entry in delta.logprobs) == text
    return text, fold.stopped


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (lark(CALCULATOR), "2 * (3 + ab/!) - 1"),
        (lark('start: "start" start?'), "startstart"),
        (lark('start: "a" "b"\n%ignore " "'), "a  b"),
        (lark('start: a "x"\na[lazy]: /.*;/'), "k;x"),
        (regex(DATE), "May 5th/1999".replace("th", "st")),
        (regex("a/b[/]\\/"), "a/b//"),
        (regex("(?i:no)\n?"), "NO\n"),
    ],
)
def test_an_input_follows_its_grammar(wanted: Input, text: str) -> None:
    assert typed(wanted, list(text)) == (text, False)
    assert typed(wanted, [text, "</tool_", "call>"]) == (text, True)


IGNORING = [
    '%ignore /.*/\nstart: "a"',
    '%ignore X\nX: /(.|\\n)+/\nstart: "a" "b"',
    '%import common.WS\n%ignore WS\nstart: "a" "b"*',
    '%ignore /x?/\nstart: "a"',
    '%ignore /<.*/\nstart: "a"',
    '%ignore "</tool_call>"\nstart: "a" "b"',
    'start: "a"\n%ignore "a"',
    'start: ""\n%ignore / /',
    'start: a "x"\na[lazy]: /.*;/\n%ignore / /',
]


@pytest.mark.parametrize("definition", IGNORING)
def test_what_a_grammar_ignores_may_stand_at_the_end_of_an_input_too(definition: str) -> None:
    # The decoding grammar allows it there, before the end of the call: it was a 500 in the end.
    wanted = lark(definition)
    assert wanted.rules
    for seed in range(40):
        text = text_of(wanted.rules, seed)
        if text is None:
            continue
        written, ended = typed(wanted, list(text))
        assert text == written or (ended and text.startswith(f"{written}</tool_call>"))


@pytest.mark.parametrize("text", ["May 5/199", "May x/1999", "May 5/1999 "])
def test_an_input_that_does_not_is_noticed(text: str) -> None:
    with pytest.raises(EngineFailed):
        typed(regex(DATE), [text])


def test_an_input_that_is_cut_by_its_limit_is_not_whole() -> None:
    assert typed(regex(DATE), ["May 5/1"], whole=False) == ("May 5/1", False)


def test_the_mark_of_a_calls_end_may_be_part_of_an_input() -> None:
    wanted = regex("<tool_call>a</tool_call>b+")
    text = "<tool_call>a</tool_call>bb"
    assert typed(wanted, [text]) == (text, False)
    assert typed(wanted, [*text, "</tool_call>"]) == (text, True)


def test_any_text_ends_at_the_mark() -> None:
    assert typed(Input(), ["print('</tool_')", "</tool_call>\nmore"]) == ("print('</tool_')", True)
    assert typed(Input(), ["", "</tool_call>"]) == ("", True)


HOSTILE = {
    "50,000 alternatives": "start: " + " | ".join(f'"w{i}"' for i in range(50_000)),
    "deep nesting": "start: " + "(" * 5_000 + '"x"' + ")" * 5_000,
    "left recursion without end": 'start: a\na: a a a a | a "x" |',
    "a loop": "start: a\na: b\nb: a",
    "a long chain": "start: r0\n" + "".join(f"r{i}: r{i + 1}\n" for i in range(900)),
    "a tree of rules": "start: r0\n"
    + "".join(f"r{i}: r{i + 1} r{i + 1}\n" for i in range(400))
    + 'r400: "x"',
    "doubled terminals": "start: T0\n"
    + "".join(f"T{i}: T{i + 1} T{i + 1}\n" for i in range(200))
    + 'T200: "x"',
    "terminals in a circle": "start: A\nA: B\nB: A",
    "repeated repetition": 'start: A{1,1000}\nA: B{1,1000}\nB: "x"{1,1000}',
    "a bomb": "start: /((a{1,100}){1,100}){1,100}/",
    "control tokens": "start: <|im_end|>",
    "tokens by number": "start: <[5]>",
    "a schema inside": 'start: %json {"type": "object"}',
    "options": '%llguidance {"no_forcing": true}\nstart: "a"',
    "another grammar": "start: @other",
    "a limit of its own": "start: a\na[max_tokens=5]: /.*/",
    "a name that is not there": "start: foo",
    "no start": 'a: "b"',
    "look-around": "start: /(?=a)b/",
    "nothing that is defined": "start 'a'",
    "escapes outside of texts": '\\"' * 8_000,
    "slashes that are escaped": "/" + "\\/" * 8_000,
    "an import of files": "%import secrets.KEY\nstart: KEY",
}
HOSTILE_PATTERNS = [
    "(?=a)b",
    "(?<!a)b",
    r"(a)\1",
    "(a",
    "a{99999999999999}",
    "(((a{99}){99}){99})*",
]


@pytest.mark.parametrize("definition", HOSTILE.values(), ids=HOSTILE)
def test_hostile_grammars_are_refused_with_their_path_and_soon(definition: str) -> None:
    with rods_at_most(100), pytest.raises(RequestInvalid) as caught:
        lark(definition)
    assert caught.value.param == "tools[3].custom.format.grammar.definition"
    assert caught.value.message.startswith("Invalid grammar for custom tool 'x': ")
    assert len(caught.value.message) < 500


@pytest.mark.parametrize("pattern", HOSTILE_PATTERNS)
def test_patterns_that_cannot_be_kept_to_are_refused(pattern: str) -> None:
    with pytest.raises(RequestInvalid, match="Invalid grammar for custom tool 'x'"):
        regex(pattern)


@example("{}")
@given(st.text(alphabet='ab AB:|"/\\()[]{}*+?~.,0123<>%@#\nstart', max_size=60))
def test_any_grammar_is_taken_or_refused(text: str) -> None:
    for read in (lark, regex):
        with contextlib.suppress(RequestInvalid):
            assert read(f"start: {text}").rules
