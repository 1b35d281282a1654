"""The look at every part of a schema: what is known to be enforced is kept, the rest is a fault.

llama.cpp's grammar engine fails open: where it does not understand a schema, it lets the model
write anything. So everything here is a list of what is known to be enforced. With `strict` a fault
refuses the schema, with its path; without, it costs the keyword where it is, which is noted.

Source: https://github.com/guidance-ai/llguidance/blob/main/docs/json_schema.md
"""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.constraints.dialects import found, translated
from dragoman.engines.llama_cpp.constraints.keywords import CHECKS
from dragoman.engines.llama_cpp.constraints.location import Location, refusal
from dragoman.engines.llama_cpp.constraints.pattern import fault
from dragoman.engines.llama_cpp.constraints.references import (
    NAMED_SCHEMAS,
    SCHEMA,
    SCHEMAS,
    Json,
    Path,
    steps,
)

DEEPEST = 32
MOST_NAMES = 10_000
"""Properties, enum values and references together."""
LARGEST_OBJECT = 1000
"""Properties of one object; of several, the squares of theirs add up to no more than its square.

The grammar engine's work grows with the square: some 1 s for so many that may be left out."""
LARGEST_INTEGER = 10**15
"""Where a bound is not given; small models never end a number of their own accord."""

_ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"$schema", "$id", "$comment", "$defs", "definitions"}
)
_UNENFORCED = frozenset(
    {"not", "if", "then", "else", "contains", "minContains", "maxContains", "uniqueItems"}
    | {"propertyNames", "dependencies", "dependentRequired", "dependentSchemas"}
    | {"unevaluatedItems", "unevaluatedProperties", "contentEncoding", "contentSchema"}
    | {"$dynamicRef", "$recursiveRef"}
)
"""Keywords that assert something, or are taken to; by JSON Schema's own rule all others that are
not known here are annotations."""
_LOWER, _UPPER = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}
_KNOWN = frozenset({"$ref", *CHECKS, *SCHEMA, *SCHEMAS, *NAMED_SCHEMAS})
_RESTS: Mapping[str, tuple[str, ...]] = {
    "properties": ("additionalProperties",),
    "patternProperties": ("additionalProperties",),
    "prefixItems": ("items",),
    "items": ("additionalItems",),
}
"""Keywords for all that another keyword leaves over; without that one they mean nothing."""


@dataclass(slots=True)
class Check:
    """One look at a whole schema."""

    where: Location
    root: Json
    strict: bool
    loosened: set[str] = field(default_factory=set[str])
    """The keywords that are not kept, somewhere."""
    references: dict[str, str] = field(default_factory=dict[str, str])
    """A map from each reference, as it stands there, to the name in the document's `$defs` of what
    it leads to."""
    multiples: list[tuple[dict[str, Json], Path]] = field(
        default_factory=list[tuple[dict[str, Json], Path]]
    )
    """Where several `multipleOf` may hold together."""
    unevaluated: list[dict[str, Json]] = field(default_factory=list[dict[str, Json]])
    """Schemas whose value may have no members but those that are named anywhere."""
    _names: int = 0
    _squares: int = 0
    _depth: int = 0
    _ahead: deque[str] = field(default_factory=deque[str])

    def document(self) -> dict[str, Json] | bool:
        """The schema with what is kept of it; all that it refers to is in its `$defs`."""
        checked = self._part(self.root, (), "type")
        definitions: dict[str, Json] = {}
        while self._ahead:
            reference = self._ahead.popleft()
            schema, name = found(self.root, reference), self.references[reference]
            definitions[name] = self._part(schema, steps(reference), "$ref")
        if definitions and isinstance(checked, dict):
            checked["$defs"] = definitions
        return checked

    def refused(self, path: Path, problem: str) -> RequestInvalid:
        """The error for one fault."""
        return refusal(self.where, path, problem)

    def loosen(self, keyword: str, problem: RequestInvalid) -> None:
        """Note that one keyword is not kept.

        Raises:
            RequestInvalid: all of them must be.
        """
        if self.strict:
            raise problem
        self.loosened.add(keyword)

    def _part(self, schema: Json, path: Path, keyword: str) -> dict[str, Json] | bool:
        """A schema, or in the place of one that is none, anything."""
        try:
            return self._schema(schema, path)
        except RequestInvalid as problem:
            self.loosen(keyword, problem)
            return True

    def _schema(self, schema: Json, path: Path) -> dict[str, Json] | bool:
        if isinstance(schema, Mapping) and not self.strict:
            schema = translated(schema, self.root)
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, Mapping):
            raise self.refused(path, "a schema must be an object or a boolean")
        if self._depth >= DEEPEST:
            raise self.refused(path[:8], f"it is nested deeper than {DEEPEST} levels")
        self._depth += 1
        try:
            checked = self._keywords(schema, path)
        finally:
            self._depth -= 1
        if "multipleOf" in checked or "allOf" in checked:
            self.multiples.append((checked, path))
        _bound(checked)
        return checked

    def _keywords(self, schema: Mapping[str, Json], path: Path) -> dict[str, Json]:
        checked: dict[str, Json] = {}
        for keyword, value in schema.items():
            if keyword in _ANNOTATIONS or keyword.startswith("x-"):
                continue
            if keyword == "unevaluatedProperties" and value is False and not self.strict:
                self.unevaluated.append(checked)
            elif self.strict or keyword in _KNOWN or keyword in _UNENFORCED:
                try:
                    checked[keyword] = self._keyword(keyword, value, (*path, keyword))
                except RequestInvalid as problem:
                    self.loosen(keyword, problem)
        for keyword in schema.keys() & _RESTS.keys() - checked.keys():
            self._leave_open(checked, keyword)
        return checked

    def _leave_open(self, checked: dict[str, Json], keyword: str) -> None:
        for rest in _RESTS[keyword]:
            checked.pop(rest, None)
        if "additionalProperties" in _RESTS[keyword]:
            checked["additionalProperties"] = True

    def _keyword(self, keyword: str, value: Json, path: Path) -> Json:
        if keyword in NAMED_SCHEMAS:
            return self._named(keyword, value, path)
        if keyword in SCHEMAS or (keyword == "items" and isinstance(value, list)):
            return self._several(keyword, value, path)
        if keyword in SCHEMA:
            return self._part(value, path, keyword)
        if keyword == "$ref":
            return self._ref(value, path)
        if keyword not in CHECKS:
            raise self.refused(path[:-1], f"'{keyword}' is not permitted")
        if problem := CHECKS[keyword](value):
            raise self.refused(path, problem)
        self._counted(len(value) if isinstance(value, list) else 1, path)
        return value

    def _named(self, keyword: str, value: Json, path: Path) -> dict[str, Json]:
        if not isinstance(value, Mapping):
            raise self.refused(path, "it must be an object")
        if keyword == "patternProperties":
            for pattern in value:
                if problem := fault(pattern):
                    raise self.refused(path, problem)
        squares = self._squares + len(value) ** 2
        if squares > LARGEST_OBJECT**2:
            raise self.refused(path[:8], f"more than {LARGEST_OBJECT} properties")
        self._counted(len(value), path)
        self._squares = squares
        return {name: self._part(inner, (*path, name), keyword) for name, inner in value.items()}

    def _several(self, keyword: str, value: Json, path: Path) -> list[Json]:
        if not isinstance(value, list) or not value:
            raise self.refused(path, "it must be an array of schemas, and not empty")
        self._counted(len(value), path)
        return [
            self._part(inner, (*path, str(number)), keyword) for number, inner in enumerate(value)
        ]

    def _ref(self, value: Json, path: Path) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"#(/[^#]*)?", value):
            raise self.refused(path, "only references inside this schema ('#/…') are followed")
        if value == "#":
            return value
        if found(self.root, value) is None:
            raise self.refused(path, f"reference '{value}' leads nowhere")
        if value not in self.references:
            self._counted(1, path)
            self.references[value] = str(len(self.references))
            self._ahead.append(value)
        return f"#/$defs/{self.references[value]}"

    def _counted(self, names: int, path: Path) -> None:
        if self._names + names > MOST_NAMES:
            raise self.refused(path[:8], f"more than {MOST_NAMES} properties and values")
        self._names += names


def _is_far(bound: Json) -> bool:
    return isinstance(bound, int | float) and abs(bound) >= LARGEST_INTEGER


def _is_negative(bound: Json) -> bool:
    return isinstance(bound, int | float) and bound < 0


def _nearest(bound: Json) -> int:
    return -LARGEST_INTEGER if _is_negative(bound) else LARGEST_INTEGER


def _bound(schema: dict[str, Json]) -> None:
    """Give an integer bounds where it has none, and a number none beyond the largest integer's."""
    kind = schema.get("type")
    if kind not in ("integer", "number") or schema.keys() & {"enum", "const"}:
        return
    low, high = _LOWER & schema.keys(), _UPPER & schema.keys()
    far = {name for name in low | high if _is_far(schema[name])}
    if kind == "number":
        # Stricter is still valid, and no number can be found between bounds much wider.
        outward = {name for name in far if _is_negative(schema[name]) == (name in low)}
        schema |= {name: _nearest(schema[name]) for name in outward}
    elif not far:
        schema |= {
            **({} if low else {"minimum": -LARGEST_INTEGER}),
            **({} if high else {"maximum": LARGEST_INTEGER}),
        }
