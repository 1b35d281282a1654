"""Word lists in a form that people can read."""


def listed(words: str) -> tuple[str, ...]:
    """The words of a text: "one two" is ("one", "two")."""
    return tuple(words.split())


def paired(pairs: str) -> dict[str, str]:
    """The pairs of a text: "A=ɑ B=b" is {"A": "ɑ", "B": "b"}."""
    found: dict[str, str] = {}
    for pair in pairs.split():
        key, _, value = pair.partition("=")
        found[key] = value
    return found
