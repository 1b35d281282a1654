"""Facts as English sentences."""

from collections.abc import Mapping, Sequence

from dragoman.domain.picture import Facts, Thing
from dragoman.skills.pictures.comparison import Aspect, differences

_UNCOUNTED = frozenset(
    [
        *("coral", "bread", "pasta", "soup", "guacamole", "dough", "broccoli", "corn", "hay"),
        *("squash", "eggnog", "mashed potatoes", "red wine", "ice cream", "toilet paper"),
        *("hot pot", "sunglasses", "jeans", "shoes", "boots", "binoculars", "scales", "beehives"),
        *("scissors", "skis"),
    ]
)
"""Without "a": masses, and words that are plural already."""
_PLURALS: Mapping[str, str] = {
    "person": "people",
    "mouse": "mice",
    "knife": "knives",
    "sheep": "sheep",
    "scissors": "pairs of scissors",
    "skis": "pairs of skis",
    "broccoli": "pieces of broccoli",
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_ASPECTS: Mapping[Aspect, str] = {
    "content": "what I can recognise in them",
    "text": "the text in them",
    "colours": "their colours",
    "size": "their size",
}
_QUOTED = 12
"""Lines of text that a description repeats."""

UNKNOWN = "I cannot tell what is happening, in what place, or anything else."
"""The sentence about pictures where no facts tell what a question asks."""
NO_OTHER = "There is no other picture to compare it with."


def describe(facts: Facts) -> str:
    """Describe the only picture, by its facts."""
    return _sentences("The picture", facts)


def describe_each(all_facts: Sequence[Facts]) -> str:
    """Describe each of several pictures, by its facts."""
    return " ".join(_sentences(ordinal(number), facts) for number, facts in enumerate(all_facts))


def compare(all_facts: Sequence[Facts], *, identical: bool) -> str:
    """Say in what the pictures differ; `identical`: not in a single pixel."""
    if identical:
        return "There is no difference: the pictures are the same, pixel for pixel."
    aspects = [_ASPECTS[aspect] for aspect in differences(all_facts)]
    if not aspects:
        return "I can make out no difference between them, though they are not the same file."
    return f"They differ in {_joined(aspects)}."


def only(known: str) -> str:
    """The sentence that gives the facts and says that nothing else can be told."""
    begin = known if known.startswith("I ") else known[0].lower() + known[1:]
    return f"I can only tell this much: {begin} {UNKNOWN}"


def counted(thing: Thing) -> str:
    """A thing and how many: "a person", "three people"."""
    if thing.count == 1:
        return with_article(thing.name)
    number = _NUMBERS[thing.count] if thing.count < len(_NUMBERS) else str(thing.count)
    return f"{number} {plural(thing.name)}"


def _sentences(picture: str, facts: Facts) -> str:
    others = [thing for thing in facts.things if not thing.main]
    sentences = [_first(picture, facts, others)]
    if facts.kind == "black-and-white picture":
        sentences.append("It is black and white.")
    if facts.subject and others:
        sentences.append(f"I can also make out {_listed(others)}.")
    if facts.text:
        sentences.append(_text(facts.text))
    if facts.unread:
        sentences.append(f"{lines(facts.unread)} of text I cannot read.")
    if facts.colours and facts.kind == "colour picture":
        sentences.append(f"Its main {colours(facts.colours)}.")
    return " ".join(sentences)


def _first(picture: str, facts: Facts, others: Sequence[Thing]) -> str:
    if facts.kind == "mostly text":
        return f"{picture} is mostly text."
    if facts.subject:
        return f"{picture} {facts.certainty} shows {with_article(facts.subject)}."
    if others:
        return f"{picture} seems to show {_listed(others)}."
    return f"I do not recognise what {picture[0].lower()}{picture[1:]} shows."


def _listed(things: Sequence[Thing]) -> str:
    return _joined([f"{counted(thing)} {place(thing)}" for thing in things])


def place(thing: Thing) -> str:
    """The place of a thing, in brackets; of several things that of the largest."""
    where = "in the centre" if thing.where == "centre" else f"at the {thing.where}"
    return f"({where})" if thing.count == 1 else f"(the largest {where})"


def _text(read: Sequence[str]) -> str:
    shown = [f"“{line}”" for line in read[:_QUOTED]]
    rest = len(read) - len(shown)
    return f"I can read: {', '.join(shown)}{f', and {lines(rest).lower()} more' if rest else ''}."


def lines(count: int) -> str:
    """The number of lines of text: `One line`, `Twelve lines`."""
    number = _NUMBERS[count].capitalize() if count < len(_NUMBERS) else str(count)
    return f"{number} {'line' if count == 1 else 'lines'}"


def colours(names: Sequence[str]) -> str:
    """The colours of a picture: `colour is red`, `colours are red and blue`."""
    if len(names) == 1:
        return f"colour is {names[0]}"
    return f"colours are {_joined(names)}"


def ordinal(number: int) -> str:
    """The name of a picture among others, which are counted from 0."""
    if number < len(_ORDINALS):
        return f"The {_ORDINALS[number]} picture"
    return f"Picture {number + 1}"


def _joined(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def with_article(name: str) -> str:
    """A noun with its article: `a cat`, `an otter`, `coral`."""
    if name in _UNCOUNTED:
        return name
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def plural(name: str) -> str:
    """The plural of a noun: `people`, `buses`."""
    if name in _PLURALS:
        return _PLURALS[name]
    return f"{name}es" if name.endswith(("s", "ch", "sh", "x")) else f"{name}s"
