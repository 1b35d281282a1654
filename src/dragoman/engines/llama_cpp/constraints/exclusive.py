"""Options of which no two can hold for one value: for them `oneOf` says the same as `anyOf`.

The grammar engine finds that out by itself only where the options stand there, not where they are
referred to.
"""

from itertools import combinations

from dragoman.engines.llama_cpp.constraints.references import Json, every, target

MOST_OPTIONS = 64


def part_options(document: dict[str, Json]) -> None:
    """Write `anyOf` in place of every `oneOf` of `document` whose options are apart."""
    for part in every(document):
        options = part.get("oneOf")
        if "anyOf" in part or not isinstance(options, list) or len(options) > MOST_OPTIONS:
            continue
        found = [_meant(document, option) for option in options]
        if all(_are_apart(one, other) for one, other in combinations(found, 2)):
            part["anyOf"] = part.pop("oneOf")


def _meant(document: dict[str, Json], option: Json) -> dict[str, Json]:
    """The option, or what it refers to and nothing else."""
    for _ in range(MOST_OPTIONS):
        if not isinstance(option, dict) or not isinstance(reference := option.get("$ref"), str):
            break
        option = target(document, reference)
    return option if isinstance(option, dict) else {}


def _are_apart(one: dict[str, Json], other: dict[str, Json]) -> bool:
    kinds, others = _kinds(one), _kinds(other)
    if kinds and others and not kinds & others:
        return True
    if kinds != {"object"} or others != {"object"}:
        return False
    marks, more = _marks(one), _marks(other)
    return any(not marks[name] & more[name] for name in marks.keys() & more.keys())


def _kinds(schema: dict[str, Json]) -> set[str]:
    kind = schema.get("type")
    kinds = {str(each) for each in kind} if isinstance(kind, list) else {str(kind or "")} - {""}
    return kinds | {"number"} if "integer" in kinds else kinds


def _marks(schema: dict[str, Json]) -> dict[str, set[str]]:
    """The members that must be there and whose values are texts out of a list."""
    known, required = schema.get("properties"), schema.get("required")
    members = known if isinstance(known, dict) else {}
    marks: dict[str, set[str]] = {}
    for name in map(str, required if isinstance(required, list) else ()):
        member = members.get(name)
        values = _texts(member) if isinstance(member, dict) else None
        if values:
            marks[name] = values
    return marks


def _texts(member: dict[str, Json]) -> set[str] | None:
    options = [member["const"]] if "const" in member else member.get("enum")
    if not isinstance(options, list):
        return None
    texts = [option for option in options if isinstance(option, str)]
    return {*texts} if len(texts) == len(options) else None
