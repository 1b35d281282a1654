"""Which JSON schemas are taken: those that decoding can enforce to the letter, within limits.

llama.cpp's grammar engine fails open: where it does not understand a schema, it lets the model
write anything. So everything here is a list of what is known to be enforced; the rest is refused,
with its path.

Source: https://github.com/guidance-ai/llguidance/blob/main/docs/json_schema.md
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, isfinite, lcm

from dragoman.domain.chat import JsonSchema
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.pattern import fault
from dragoman.engines.llama_cpp.references import Json, Path, heads, inner, steps, target
from dragoman.engines.llama_cpp.smallest import smallest

LONGEST_CHARS = 65_536
DEEPEST = 32
MOST_NAMES = 1000
"""Properties and enum values together."""
MOST_REPEATS = 10_000
"""The largest minItems, maxItems, minLength, maxLength."""
MOST_REMAINDERS = 10_000
"""The largest multipleOf, in units of its last digit, all that hold for one value taken together:
the grammar engine makes a state for each remainder, some 0.1 ms of work and more memory."""
SMALLEST_PART = 10**9
"""One of so many is the last digit that a multipleOf may have."""
LARGEST_INTEGER = 10**15
"""Where a bound is not given; small models never end a number of their own accord."""

_ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"$schema", "$id", "$comment"}
)
_SCHEMA = frozenset({"items", "additionalProperties", "additionalItems"})
_SCHEMAS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_NAMED_SCHEMAS = frozenset({"properties", "patternProperties", "$defs", "definitions"})
_COUNTS = frozenset(
    {"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"}
)
_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_LOWER, _UPPER = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}
_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_FORMATS = frozenset(
    ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]
)


@dataclass(frozen=True, slots=True)
class Where:
    """Which schema of the request is looked at, for the error message."""

    name: str
    """`response_format`, or `function 'get_weather'`."""
    param: str
    code: str


RESPONSE_FORMAT = Where("response_format", "response_format", "invalid_json_schema")


def tool_parameters(number: int, name: str) -> Where:
    """The schema of a function's arguments."""
    return Where(
        f"function '{name}'", f"tools[{number}].function.parameters", "invalid_function_parameters"
    )


def prepared(schema: JsonSchema, where: Where) -> dict[str, Json]:
    """`schema`, checked, as the grammar engine takes it.

    Raises:
        RequestInvalid: it is too large, malformed, or holds what cannot be enforced.
    """
    try:
        size = len(json.dumps(schema))
    except (RecursionError, TypeError, ValueError) as error:
        raise refusal(where, (), "it is not JSON, or nested too deeply") from error
    if size > LONGEST_CHARS:
        raise refusal(where, (), f"it has {size} characters, the limit is {LONGEST_CHARS}")
    check = _Check(where, schema)
    checked = check.schema(schema, ())
    check.loops()
    check.remainders()
    if smallest(schema) is None:
        raise refusal(where, (), "every value of it would have to hold another, without end")
    if not isinstance(checked, dict):
        raise refusal(where, (), "it must be an object")
    return checked


def refusal(where: Where, path: Path, fault: str) -> RequestInvalid:
    """The error for one fault, worded as OpenAI does."""
    context = "(" + ", ".join(f"'{step}'" for step in path) + ("," if len(path) == 1 else "") + ")"
    return RequestInvalid(
        f"Invalid schema for {where.name}: In context={context}, {fault}.",
        param=where.param,
        code=where.code,
    )


def unenforceable(where: Where) -> RequestInvalid:
    """The error for a schema that looks right but that no grammar can be made of."""
    problem = (
        "it cannot be enforced: no value is valid, options of 'oneOf' overlap, or it is too large"
    )
    return refusal(where, (), problem)


@dataclass(slots=True)
class _Check:
    where: Where
    root: Json
    names: int = 0
    depth: int = 0
    references: dict[str, Path] = field(default_factory=dict[str, Path])
    """Where each of them stands first."""
    places: set[Path] = field(default_factory=set[Path])
    """Where there are schemas."""
    multiples: list[tuple[Json, Path]] = field(default_factory=list[tuple[Json, Path]])
    """Where several `multipleOf` may hold together."""

    def schema(self, schema: Json, path: Path) -> dict[str, Json] | bool:
        self.places.add(path)
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, Mapping):
            raise self.refused(path, "a schema must be an object or a boolean")
        if self.depth >= DEEPEST:
            raise self.refused(path[:8], f"it is nested deeper than {DEEPEST} levels")
        self.depth += 1
        checked: dict[str, Json] = {}
        for keyword, value in schema.items():
            if keyword in _ANNOTATIONS or keyword.startswith("x-"):
                continue
            checked[keyword] = self.keyword(keyword, value, (*path, keyword))
        self.depth -= 1
        if "multipleOf" in schema or "allOf" in schema:
            self.multiples.append((schema, path))
        return _bounded(checked)

    def keyword(self, keyword: str, value: Json, path: Path) -> Json:
        if keyword in _NAMED_SCHEMAS:
            return self.named(keyword, value, path)
        if keyword in _SCHEMAS or (keyword == "items" and isinstance(value, list)):
            return self.several(value, path)
        if keyword in _SCHEMA:
            return self.schema(value, path)
        if keyword in _COUNTS:
            return self.count(value, path)
        if keyword in _NUMBERS:
            return self.number(value, path)
        return self.plain(keyword, value, path)

    def plain(self, keyword: str, value: Json, path: Path) -> Json:
        match keyword:
            case "const":
                self.counted(1, path)
            case "enum":
                self.enum(value, path)
            case "type":
                self.type(value, path)
            case "required":
                self.required(value, path)
            case "$ref":
                self.ref(value, path)
            case "pattern":
                self.pattern(value, path)
            case "format":
                if not isinstance(value, str) or value not in _FORMATS:
                    known = ", ".join(sorted(_FORMATS))
                    raise self.refused(path, f"the format {value!r} is not one of {known}")
            case _:
                raise self.refused(path[:-1], f"'{keyword}' is not permitted")
        return value

    def named(self, keyword: str, value: Json, path: Path) -> dict[str, Json]:
        if not isinstance(value, Mapping):
            raise self.refused(path, "it must be an object")
        self.counted(len(value), path)
        if keyword == "patternProperties":
            for pattern in value:
                self.pattern(pattern, path)
        return {name: self.schema(inner, (*path, name)) for name, inner in value.items()}

    def several(self, value: Json, path: Path) -> list[Json]:
        if not isinstance(value, list) or not value:
            raise self.refused(path, "it must be an array of schemas, and not empty")
        self.counted(len(value), path)
        return [self.schema(inner, (*path, str(number))) for number, inner in enumerate(value)]

    def count(self, value: Json, path: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.refused(path, "it must be an integer, not negative")
        if value > MOST_REPEATS:
            raise self.refused(path, f"it must not be above {MOST_REPEATS}")
        return value

    def number(self, value: Json, path: Path) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refused(path, "it must be a number")
        if not isfinite(value) or (path[-1] == "multipleOf" and value <= 0):
            raise self.refused(path, "it must be above 0" if isfinite(value) else "it is too large")
        return value

    def remainders(self) -> None:
        """Refuse a `multipleOf`, or several that hold together, with too many remainders."""
        for schema, path in self.multiples:
            if _remainders(self.root, schema) > MOST_REMAINDERS:
                problem = f"its multipleOf has more than {MOST_REMAINDERS} remainders"
                raise self.refused(path, problem)

    def enum(self, value: Json, path: Path) -> None:
        if not isinstance(value, list) or not value:
            raise self.refused(path, "it must be an array, and not empty")
        self.counted(len(value), path)

    def type(self, value: Json, path: Path) -> None:
        kinds = value if isinstance(value, list) else [value]
        if not kinds or not all(isinstance(kind, str) and kind in _TYPES for kind in kinds):
            raise self.refused(path, f"{value!r} is not valid under any of the known types")

    def required(self, value: Json, path: Path) -> None:
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise self.refused(path, "it must be an array of strings")

    def loops(self) -> None:
        """Refuse references to what is no schema, or back to themselves without a value between."""
        for reference, path in self.references.items():
            if steps(reference) not in self.places:
                raise self.refused(path, f"reference '{reference}' does not lead to a schema")
        ahead = {each: set(heads(target(self.root, each))) for each in self.references}
        # What leads only to what has an end is left out, as long as there is any.
        ended = True
        while ended:
            ended = {each for each, following in ahead.items() if not following & ahead.keys()}
            ahead = {each: following for each, following in ahead.items() if each not in ended}
        if ahead:
            # From anywhere among these the way leads into a circle.
            trail = [min(ahead)]
            while trail[-1] not in trail[:-1]:
                trail.append(min(ahead[trail[-1]] & ahead.keys()))
            raise self.refused((), f"reference '{trail[-1]}' leads to itself")

    def ref(self, value: Json, path: Path) -> None:
        if not isinstance(value, str) or not re.fullmatch(r"#(/[^#]*)?", value):
            raise self.refused(path, "only references inside this schema ('#/…') are followed")
        if target(self.root, value) is None:
            raise self.refused(path, f"reference '{value}' leads nowhere")
        self.references.setdefault(value, path)

    def pattern(self, value: Json, path: Path) -> None:
        if problem := fault(value):
            raise self.refused(path, problem)

    def counted(self, names: int, path: Path) -> None:
        self.names += names
        if self.names > MOST_NAMES:
            raise self.refused(path[:8], f"more than {MOST_NAMES} properties and values")

    def refused(self, path: Path, problem: str) -> RequestInvalid:
        return refusal(self.where, path, problem)


def _bounded(schema: dict[str, Json]) -> dict[str, Json]:
    if schema.get("type") != "integer" or schema.keys() & {"enum", "const"}:
        return schema
    low, high = _LOWER & schema.keys(), _UPPER & schema.keys()
    given = [schema[name] for name in low | high]
    if any(isinstance(bound, int | float) and abs(bound) >= LARGEST_INTEGER for bound in given):
        return schema
    return {
        **schema,
        **({} if low else {"minimum": -LARGEST_INTEGER}),
        **({} if high else {"maximum": LARGEST_INTEGER}),
    }


def _remainders(root: Json, schema: Json) -> int:
    """Of the least number that all `multipleOf` of one value divide, in units of its last digit."""
    together, seen, ahead = Fraction(0), set[int](), [schema]
    while ahead:
        part = ahead.pop()
        if id(part) in seen or not isinstance(part, Mapping):
            continue
        seen.add(id(part))
        multiple = part.get("multipleOf")
        if isinstance(multiple, int | float):
            one = Fraction(str(multiple))
            both = (
                lcm(together.numerator, one.numerator),
                gcd(together.denominator, one.denominator),
            )
            together = Fraction(*both) if together else one
        ahead += inner(part)
        ahead += [target(root, each) for each in heads(part)]
    digits = 1
    while together.numerator * digits % together.denominator:
        digits *= 10
    if digits > SMALLEST_PART:
        return MOST_REMAINDERS + 1
    return together.numerator * digits // together.denominator
