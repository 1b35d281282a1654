"""How English text is read: numbers, signs and short forms in words."""

import pytest

from dragoman.phonemes.english.words import ENGLISH
from dragoman.phonemes.scan import scan


def read(text: str) -> str:
    return " ".join(piece.spoken for piece in scan(text, 0, len(text), ENGLISH, "en"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # numbers
        ("0", "zero"),
        ("21", "twenty one"),
        ("100", "one hundred"),
        ("105", "one hundred five"),
        ("1,234,567", "one million two hundred thirty four thousand five hundred sixty seven"),
        ("3.14", "three point one four"),
        ("0.05", "zero point zero five"),
        ("-5", "minus five"),
        ("007", "zero zero seven"),
        ("1000000000000", "one trillion"),
        (
            "1234567890123456",
            "one two three four, five six seven eight, nine zero one two, three four five six",
        ),
        ("1st 2nd 3rd 12th 21st", "first second third twelfth twenty first"),
        ("1/2", "one half"),
        ("2 3/4", "two and three quarters"),
        ("½", "one half"),
        ("5 m² and x² and ⑤ and Ⅻ", "five square meters and x squared and five and twelve"),
        ("５", "five"),
        ("50%", "fifty percent"),
        ("2.5-3%", "two point five to three percent"),
        ("10-20", "ten to twenty"),
        ("3:1", "three to one"),
        ("#5", "number five"),
        ("version 3.11.2", "version three point eleven point two"),
        # money
        ("$5", "five dollars"),
        ("$1", "one dollar"),
        ("$3.50", "three dollars and fifty cents"),
        ("$0.99", "ninety nine cents"),
        ("£1.01", "one pound and one penny"),
        ("€20", "twenty euros"),
        ("¥1000", "one thousand yen"),
        ("₩5,000", "five thousand won"),
        ("$1.2 million", "one point two million dollars"),
        ("$5k", "five thousand dollars"),
        ("$3bn", "three billion dollars"),
        ("-$4", "minus four dollars"),
        ("100 USD", "one hundred U S dollars"),
        # measures
        ("5kg", "five kilograms"),
        ("1 km", "one kilometer"),
        ("60 mph", "sixty miles per hour"),
        ("-5°C", "minus five degrees Celsius"),
        ("16GB", "sixteen gigabytes"),
        ("6 ft", "six feet"),
        ("2.4GHz", "two point four gigahertz"),
        ("a 5-km run", "a five kilometer run"),
        # dates and times
        ("March 5, 2024", "March fifth, twenty twenty four"),
        ("Mar. 5th", "March fifth"),
        ("5 May 2021", "the fifth of May, twenty twenty one"),
        ("the 21st of May", "the twenty first of May"),
        ("2024-03-05", "March fifth, twenty twenty four"),
        ("12/25/2023", "December twenty fifth, twenty twenty three"),
        ("25/12/2023", "December twenty fifth, twenty twenty three"),
        ("in 1999", "in nineteen ninety nine"),
        ("in 2005", "in two thousand five"),
        ("in 1905", "in nineteen oh five"),
        ("in 1900", "in nineteen hundred"),
        ("1990s", "nineteen nineties"),
        ("'80s", "eighties"),
        ("1939-1945", "nineteen thirty nine to nineteen forty five"),
        ("3:30", "three thirty"),
        ("3:05 pm", "three oh five P M"),
        ("10:00", "ten o'clock"),
        ("14:00", "fourteen hundred"),
        ("7am", "seven A M"),
        ("at 3 p.m. today", "at three P M today"),
        ("Jan. 3", "January third"),
        ("Tues. morning", "Tuesday morning"),
        # addresses
        ("https://www.example.com/a-b", "example dot com slash A dash b"),
        ("example.org", "example dot org"),
        ("Mail bob@example.co.uk.", "Mail bob at example dot co dot UK ."),
        ("127.0.0.1", "one hundred twenty seven point zero point zero point one"),
        ("555-1234", "five five five, one two three four"),
        ("(415) 555-0199", "four one five, five five five, zero one nine nine"),
        ("+1 415-555-0199", "plus one, four one five, five five five, zero one nine nine"),
        ("9:30-11:00 a.m.", "nine thirty to eleven A M"),
        ("C# and F#", "C sharp and F sharp"),
        # short forms
        ("Dr. Smith", "doctor Smith"),
        ("Mr. and Mrs. Lee", "mister and missus Lee"),
        ("St. Paul", "saint Paul"),
        ("Main St. is long", "Main street is long"),
        ("e.g. this, i.e. that", "for example this , that is that"),
        ("cats vs. dogs", "cats versus dogs"),
        ("the U.S. economy", "the U S economy"),
        ("J. K. Rowling", "J K Rowling"),
        ("Ph.D. thesis", "P H D thesis"),
        ("World War II", "World War two"),
        ("Henry VIII", "Henry the eighth"),
        ("vitamin C and I", "vitamin C and I"),
        ("w/o", "without"),
        ("p. 5", "page five"),
        # signs
        ("rock & roll", "rock and roll"),
        ("2 + 2 = 4", "two plus two equals four"),
        ("and/or", "and slash or"),
        ("C++", "C plus plus"),
        ("GPT-4 and B2B", "GPT four and B two B"),
        ("well-known", "well known"),
        ("don’t", "don't"),
        ("wait -- what", "wait — what"),
        ("Hmm...", "Hmm …"),
        ("What?!", "What ?"),
        ("**bold** _it_", "bold it"),
        ("[word](/wɜd/)", "( word ) ( slash wɜd slash )"),
        ("<b>x</b>", "less than b greater than x less than slash b greater than"),
        ("Hi 😀!", "Hi !"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    assert read(text) == said


def test_every_piece_knows_its_place():
    text = "Pay $3.50 by March 5."
    pieces = scan(text, 0, len(text), ENGLISH, "en")
    assert [text[piece.start : piece.end] for piece in pieces] == [
        "Pay",
        "$3.50",
        "by",
        "March 5",
        ".",
    ]
