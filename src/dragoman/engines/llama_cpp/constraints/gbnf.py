"""llama.cpp's grammars in the words of llguidance's Lark, which are what is checked and kept to.

Source: https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from dragoman.engines.llama_cpp.constraints.lark import MOST_NAMES, MOST_REPEATS

Token: TypeAlias = tuple[str, str]

ROOT = "root"
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)|(?P<rule>[A-Za-z0-9_-]+\s*::=)|(?P<name>[A-Za-z0-9_-]+)"""
    r"""|(?P<count>\{\s*\d+\s*(?:,\s*\d*\s*)?\})|(?P<text>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<set>\[\^?(?:\\.|[^\]\\\n])*\])|(?P<sign>[|()*+?.])""",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_SPECIAL = frozenset(r"\]/[&~-^")
_ANY = r"/(.|\n)/"


class GbnfInvalid(Exception):
    """The text is no grammar of that kind; the message says where."""


def lark(definition: str) -> str:
    """The grammar in Lark.

    Raises:
        GbnfInvalid: it cannot be read, or has no rule `root`.
    """
    rules: dict[str, list[Token]] = {}
    body: list[Token] | None = None
    for kind, text in _tokens(definition):
        if kind == "rule":
            name = text.removesuffix("::=").strip()
            body = rules[name] = []
        elif body is None:
            raise GbnfInvalid(f"it begins with {text[:40]!r}, not with a rule")
        else:
            body.append((kind, text))
    if len(rules) > MOST_NAMES:
        raise GbnfInvalid(f"it has more than {MOST_NAMES} rules")
    if ROOT not in rules:
        raise GbnfInvalid("it has no rule 'root'")
    names = _names(rules)
    written = (
        f"{names[name]}: {' '.join(_word(*token, names) for token in body)}"
        for name, body in rules.items()
    )
    return "\n".join((*written, ""))


def _tokens(definition: str) -> Iterator[Token]:
    at = 0
    while at < len(definition):
        match = _TOKEN.match(definition, at)
        if match is None or match.lastgroup is None:
            raise GbnfInvalid(f"it cannot be read from {definition[at : at + 40]!r} on")
        at = match.end()
        if match.lastgroup != "space":
            yield match.lastgroup, match[0]


def _names(rules: Mapping[str, Sequence[Token]]) -> dict[str, str]:
    """Lark's names: those of what is matched at once, which holds no rule but such, in capitals.

    What counts its repetitions is not matched at once: multiplied out it would be too large.
    """
    used = {name: {text for kind, text in body if kind == "name"} for name, body in rules.items()}
    for name, inner in used.items():
        if missing := min(inner - rules.keys(), default=None):
            raise GbnfInvalid(f"the rule {name!r} holds {missing!r}, which is none of its rules")
    plain = {name for name, body in rules.items() if all(kind != "count" for kind, _ in body)}
    whole: set[str] = set()
    while ready := {name for name in plain if name not in whole and used[name] <= whole}:
        whole |= ready
    names = {
        name: f"T{number}" if name in whole else f"r{number}" for number, name in enumerate(rules)
    }
    return {**names, ROOT: "start"}


def _word(kind: str, text: str, names: Mapping[str, str]) -> str:
    match kind:
        case "name":
            return names[text]
        case "text":
            return json.dumps(_plain(text[1:-1]), ensure_ascii=False)
        case "set":
            return f"/{_set(text)}/"
        case "count":
            if any(int(bound[:9]) > MOST_REPEATS for bound in re.findall(r"\d+", text)):
                raise GbnfInvalid(f"it repeats more than {MOST_REPEATS} times")
            return re.sub(r"\s", "", text)
        case _:
            return _ANY if text == "." else text


def _plain(text: str) -> str:
    """The characters that a text with escapes stands for."""
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _LETTERS.get(match[4], match[4])
    number = int(code, 16)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000:
        raise GbnfInvalid(f"{match[0]} is no character")
    return chr(number)


def _set(text: str) -> str:
    """A set of characters, as a regular expression has it."""
    inside = text[1:-1]
    head = "^" if inside.startswith("^") else ""
    parts: list[str] = []
    at = len(head)
    while at < len(inside):
        match = _ESCAPE.match(inside, at)
        character = _character(match) if match else inside[at]
        # A range's dash is the only bare one that means something.
        ranged = not match and character == "-" and parts and at + 1 < len(inside)
        parts.append(character if ranged else _in_set(character))
        at = match.end() if match else at + 1
    if not parts:
        raise GbnfInvalid(f"{text} holds nothing")
    return f"[{head}{''.join(parts)}]"


def _in_set(character: str) -> str:
    if character in _SPECIAL:
        return "\\" + character
    return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(character, character)
