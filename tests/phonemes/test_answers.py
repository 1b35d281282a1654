"""Ten answers as chat models write them: what would be said of each."""

import re
from pathlib import Path

import pytest

from dragoman.phonemes.markup.reading import stretches
from dragoman.phonemes.sentences import sentences

ANSWERS = (Path(__file__).parents[1] / "data/answers.md").read_text("utf-8").split("%%%\n")
SAID = [
    "Making Tea|Making tea is easy.|You need:|Fresh water|Two tea bags|A cup, see the guide",
    (
        "Steps|1. Boil the water.|2. Wait for a minute.|3. Pour it over the leaves, and stir."
        "|Never use boiling water for green tea."
    ),
    (
        "To install it, run pip install requests and then:|import requests"
        '|answer = requests.get("https://example.com")|That\'s all you need!'
    ),
    "City, People|Seoul, 9 million|Busan, 3 million|Source: the census.",
    (
        "Key Differences|Speed: Rust is faster.|Safety: Rust checks memory at compile time."
        "|In most cases."
    ),
    "Q: What is the capital of France?|A: The capital is Paris, as the report says.",
    "Sure!|Here's the list:|Apples & pears|Bread",
    "Buy milk|Call the bank|Ask about the card|Ask about the loan Not today",
    "A cat on a sofa|The cat sleeps most of the day.|Read more: https://example.com/cats",
    (
        "Summary|The tests pass.|The build fails."
        "|Let me know if you'd like to dig deeper into any of this!"
    ),
]


@pytest.mark.parametrize(("answer", "said"), list(zip(ANSWERS, SAID, strict=True)))
def test_an_answer_in_markdown_is_said_as_its_text(answer: str, said: str):
    text = "".join(stretch.plain.text for stretch in stretches(answer))
    parts = [text[each.start : each.end] for each in sentences(text)]
    spoken = [part for part in parts if re.search(r"\w", part)]
    assert "|".join(" ".join(part.split()) for part in spoken) == said
