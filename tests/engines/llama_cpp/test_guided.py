"""Grammars that an answer follows: what is taken, in three dialects, and what each allows."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.domain.conversation import Grammar
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.llama_cpp.constraints import gbnf
from dragoman.engines.llama_cpp.constraints.guided import ensure_followed, prepared

JSON = r"""
# llama.cpp's own json.gbnf, shortened
root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws
object ::=
  "{" ws (
            string ":" ws value
    ("," ws string ":" ws value)*
  )? "}" ws
array  ::= "[" ws ( value ("," ws value)* )? "]" ws
string ::=
  "\"" (
    [^"\\\x7F\x00-\x1F] |
    "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
  )* "\"" ws
number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
ws ::= | " " | "\n" [ \t]{0,20}
"""
CHESS = r"""
root ::= "1. " move " " move "\n" ([1-9] [0-9]? ". " move " " move "\n")+
move ::= (pawn | nonpawn | castle) [+#]?
nonpawn ::= [NBKQR] [a-h]? [1-8]? "x"? [a-h] [1-8]
pawn ::= ([a-h] "x")? [a-h] [1-8] ("=" [NBKQR])?
castle ::= "O-O" "-O"?
"""
ANSWER = 'root ::= "yes" | "no" | my-maybe\nmy-maybe ::= "may" "be"'


def follows(grammar: Grammar, text: str) -> bool:
    rules = prepared(grammar).rules
    assert rules
    try:
        ensure_followed(text, rules)
    except EngineFailed:
        return False
    return True


@pytest.mark.parametrize(
    ("definition", "text", "allowed"),
    [
        (ANSWER, "yes", True),
        (ANSWER, "maybe", True),
        (ANSWER, "perhaps", False),
        (ANSWER, "ye", False),
        (JSON, '{"a": [1, -2.5e3, "x\\n\\u00e9"], "b": {}}', True),
        (JSON, '{"a": 1,}', False),
        (JSON, "[1]", False),
        (CHESS, "1. e4 e5\n2. Nf3 Nc6\n", True),
        (CHESS, "1. e4 e5\n2. Zf3 Nc6\n", False),
        ("root ::= [가-힣]+ [^a-z\\]-]{2}", "안녕!?", True),
        ("root ::= [가-힣]+ [^a-z\\]-]{2}", "안녕!]", False),
        ('root ::= . "\\u00e9" [\\x41-\\x43] [a-] ', "xéB-", True),
        ('root ::= root-2 root-2\nroot-2 ::= "(" root-2? ")"', "(())()", True),
    ],
)
def test_llama_cpps_grammars_are_followed(definition: str, text: str, allowed: bool) -> None:
    assert follows(Grammar("gbnf", definition), text) == allowed


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        ('answer ::= "yes"', "it has no rule 'root'"),
        ("root ::= answer", "the rule 'root' holds 'answer', which is none of its rules"),
        ("root ::= a0\n" + "\n".join(f"a{i} ::= a{i + 1}" for i in range(600)), "512 rules"),
        ("yes or no", "it begins with 'yes', not with a rule"),
        ('root ::= "yes', "it cannot be read from"),
        ("root ::= []", "holds nothing"),
        ('root ::= "a" |)', "it cannot be built"),
        (r'root ::= "\U00110000"', "is no character"),
        ("root ::= [a-z]{1,100000}", "repeats more than"),
        ('root ::= "' + "x" * 20_000 + '"', "the limit is 16384"),
    ],
)
def test_what_cannot_be_kept_to_is_refused_by_name(definition: str, fault: str) -> None:
    with pytest.raises(RequestInvalid, match="Invalid grammar for the answer") as caught:
        prepared(Grammar("gbnf", definition))
    assert fault in caught.value.message
    assert (caught.value.param, caught.value.code) == ("grammar", "invalid_grammar")


@given(st.text(alphabet='root:=ab"[]-(){}|*+?.\\^,12 \n', max_size=60))
def test_no_text_breaks_the_translation(text: str) -> None:
    with contextlib.suppress(gbnf.GbnfInvalid):
        assert gbnf.lark("root ::= " + text).startswith("start: ")


def test_lark_and_regular_expressions_are_followed() -> None:
    assert follows(Grammar("lark", 'start: "Paris" | "서울"'), "서울")
    assert follows(Grammar("lark", '%llguidance {}\nstart: "a"+'), "aaa")
    assert follows(Grammar("regex", r"\d{3}-\d{4}"), "555-1234")
    assert not follows(Grammar("regex", r"\d{3}-\d{4}"), "555-12345")
