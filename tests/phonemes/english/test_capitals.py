"""Capitals within a sentence: emphasis is said, initials are spelled."""

import pytest

from dragoman.phonemes.english.capitals import is_word


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Do NOT run you MUST stop NOW", "NOT NOW"),
        ("He came IN and went OUT", "IN OUT"),
        ("Say NO and turn it OFF please", "NO OFF"),
        ("Please do IT now", "IT"),
        ("STOP IT or else", "STOP IT"),
        ("the IT department", ""),
        ("our IT team", ""),
        ("IT support is closed", ""),
        ("US citizens voted", ""),
        ("the US economy", ""),
        ("from US ports", ""),
        ("join US today", "US"),
        ("let US go", "US"),
        ("tell US officials", ""),
        ("I AM here", "AM"),
        ("on AM radio", ""),
        ("the WHO said", ""),
        ("WHO recommends rest", ""),
        ("but WHO did this", "WHO"),
        ("LED lights", ""),
        ("he LED us", "LED"),
        ("my SAT score", ""),
        ("she SAT down", "SAT"),
        ("the ACT test", ""),
        ("ACT now", "ACT"),
        ("your ID please", ""),
        ("ID: 42", ""),
        ("AM radio is old", ""),
        ("in LA today", ""),
        ("a PC and a TV", ""),
        ("all of the UK and the EU", ""),
        ("ALL sales are FINAL", "ALL"),
    ],
)
def test_emphasis_is_a_word_and_initials_are_not(sentence: str, words: str):
    written = sentence.split()
    lower = [word.lower() for word in written]
    found = [
        word
        for at, word in enumerate(written)
        if len(word) > 1 and word.isupper() and is_word(written, lower, at)
    ]
    assert " ".join(found) == words
