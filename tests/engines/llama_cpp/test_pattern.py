"""Which regular expressions are taken in schemas."""

import pytest

from dragoman.engines.llama_cpp.constraints.pattern import fault
from grammars import text_under
from yardstick import rods_at_most

TAKEN = [
    r"\S",
    r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    r"^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$",
    r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$",
    r"^[\w.+-]{1,64}@[\w-]{1,255}\.[\w.-]{2,63}$",
    r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$",
    r"^[A-Z]{2}\d{2}[A-Z0-9]{4}\d{7}([A-Z0-9]?){0,16}$",
    r"^(([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|([0-9a-f]{1,4}:){1,7}:|([0-9a-f]{1,4}:){1,6}:x)$",
    r"^.{1,255}$",
    r"^\/api\/[\w\-\.]*$",
    r"^[^]\]]{3}$",
    r"^[\p{L}\p{N}_. ()-]+$",
    r"^(?<year>\d{4})-(?P<month>\d\d)$",
    "^" + "[a-z]{2000}" * 50 + "$",
    r"^\\b\\p{x}{2}$",
]


@pytest.mark.parametrize("pattern", TAKEN)
def test_counts_in_a_row_are_no_counts_inside_each_other(pattern: str) -> None:
    assert fault(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("^(?!a)b", "look-around"),
        ("(?<=a)b", "look-around"),
        (r"(a)\1", "back-references"),
        (r"(?P=a)", "back-references"),
        ("(?i)a", "flags"),
        (r"\bfoo\b", "boundaries"),
        ("a++", "possessive"),
        ("(", "not a regular expression"),
        ("a{99999999999999}", "not a regular expression"),
        (5, "must be a string"),
        ("a" * 4097, "4096 characters"),
        ("^[a-z]{1,5000}$", "more than 2000 times"),
        ("^((a{1,13}){1,13}){1,13}$", "more than 2000 times"),
        ("^((a{1,500}){1,500}){1,500}$", "more than 2000 times"),
        ("[a-z ]{0,2000}" * 9, "no fixed count"),
        ("[a-z ]{0,200}" * 90, "no fixed count"),
        ("([a-z ]{1,40}){1,50}", "no fixed count"),
        (r"^(\w|([a-z ]{0,2}|([a-z ]{0,20}|[^x]|.)|([^x]{1,10}|\w|[^x]{0,40}))*){0,10}$", "no fix"),
    ],
)
def test_what_is_not_followed_or_not_to_its_end_is_refused(pattern: object, problem: str) -> None:
    with rods_at_most(50):
        assert problem in (fault(pattern) or "taken")


@pytest.mark.parametrize("pattern", [r"^[\p{Lu}]{3}-\p{N}{2}$", r"^(?<year>\d{4})$"])
def test_classes_by_property_and_names_are_followed(pattern: str) -> None:
    text = next(
        filter(None, (text_under({"type": "string", "pattern": pattern}, n) for n in (1, 2)))
    )
    assert text
