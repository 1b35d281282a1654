"""The forms of an answer: text, JSON or calls, with the grammars that enforce them."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from dragoman.domain.chat import (
    ChatRequest,
    FinishReason,
    FreeText,
    JsonDocument,
    JsonObject,
    SchemaLoosened,
)
from dragoman.domain.conversation import AnyTool, CustomTool, Grammar
from dragoman.engines.llama_cpp.constraints import (
    custom_grammars,
    grammar,
    guided,
    required,
    schema,
    writing_systems,
)
from dragoman.engines.llama_cpp.constraints.custom_grammars import Input
from dragoman.engines.llama_cpp.constraints.location import (
    RESPONSE_FORMAT,
    Location,
    tool_parameters,
    unenforceable,
)
from dragoman.engines.llama_cpp.constraints.schema import Kept
from dragoman.engines.llama_cpp.decoding.prompt_budget import Prompt

Values: TypeAlias = Mapping[str, Sequence[str | float]]
"""The values that arguments may have, by name."""

SLOWEST_BUILDS_S = 2.0
"""The most seconds for one schema; after that nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A call that was written and is not made."""

    name: str
    invented: Sequence[str] = ()
    """The arguments whose values nobody mentioned; none: the same call was answered before."""
    doubtful: bool = False
    """Whether it is made all the same, where no function finds out anything better."""
    among: Values = field(default_factory=dict[str, Sequence[str | float]])
    """The values that arguments must have; see `selection`."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an answer."""

    kind: Literal["text", "json", "calls"]
    grammar: str | None = None
    reason: FinishReason = "stop"
    """Why it ends when it ends by itself."""
    schema: Mapping[str, Any] | None = None
    """The schema of an answer in JSON."""
    rules: str | None = None
    """The grammar of the whole text, where the caller gives one."""
    several: bool = False
    """Whether more than one call may be made."""
    inputs: Mapping[str, Input] = field(default_factory=dict[str, Input])
    """The forms of the inputs of custom tools, by name."""
    instead: "Callable[[Sequence[Rejected]], tuple[Form, Prompt]] | None" = None
    """The form and the prompt of what is written in place of rejected calls."""
    unbacked: Callable[[str], Sequence[str]] | None = None
    """The numbers of a text that nothing in the conversation backs; None: any number is written."""
    redrawn: "Callable[[Sequence[str], str], tuple[Form, Prompt] | None] | None" = None
    """The form and the prompt of what is written in place of an answer with such numbers, of which
    so much went out.

    None: it ends there."""
    further: "Callable[[Sequence[tuple[str, str]], float], Form | None] | None" = None
    """The form of another call beside those made; None: there is none.

    It is given the share of the model's own probability that goes on. Without it, that decides."""
    arguments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """The schemas of functions' arguments, by name."""


@dataclass(slots=True)
class _Shape:
    """The schema that JSON must follow: of an answer, or of a function's arguments."""

    where: Location
    name: str
    kept: Kept
    strict: bool

    def fit(self, grammar: Callable[[Kept], str], builds: Callable[[str], bool]) -> None:
        """Keep as much of the schema as a grammar can be made of.

        Raises:
            RequestInvalid: it is strict, and not all of it can be kept.
        """
        began = time.monotonic()
        if builds(grammar(self.kept)):
            return
        if self.strict:
            raise unenforceable(self.where)
        for kept in schema.looser(self.kept, self.where):
            late = time.monotonic() - began > SLOWEST_BUILDS_S
            if (kept.nothing or not late) and builds(grammar(kept)):
                self.kept = kept
                return
        raise unenforceable(self.where)


class Forms:
    """The forms that a request's answer may take; its schemas are checked here.

    Raises:
        RequestInvalid: a strict schema asks for what cannot be enforced.
    """

    def __init__(
        self, request: ChatRequest, offered: Sequence[AnyTool], special: Mapping[str, int]
    ) -> None:
        self._special = special
        self._document: _Shape | None = None
        self._any_object = False
        self._guided: Input | None = None
        self._pattern = writing_systems.pattern(request.messages)
        self._choice = request.tool_choice
        self._tools: list[_Shape] = []
        match request.format:
            case JsonDocument(wanted, strict):
                kept = schema.prepared(wanted, RESPONSE_FORMAT, strict=strict)
                self._document = _Shape(RESPONSE_FORMAT, "", kept, strict)
            case JsonObject():
                self._any_object = True
            case Grammar():
                self._guided = guided.prepared(request.format)
            case FreeText():
                pass
        self._inputs: dict[str, tuple[int, Input]] = {}
        for number, tool in enumerate(request.tools):
            if tool not in offered:
                continue
            if isinstance(tool, CustomTool):
                self._inputs[tool.name] = number, custom_grammars.prepared(tool, number, special)
            else:
                where = tool_parameters(number, tool.name)
                kept = schema.prepared(tool.parameters, where, strict=tool.strict)
                self._tools.append(_Shape(where, tool.name, kept, tool.strict))

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The part of the answer's own schema that is kept to; None: it has none."""
        return self._document and self._document.kept.schema

    @property
    def loosened(self) -> Iterator[SchemaLoosened]:
        """An event for each loosened schema, with the parts that are not kept to."""
        for shape in (*([self._document] if self._document else []), *self._tools):
            if shape.kept.loosened or shape.kept.nothing:
                words = () if shape.kept.nothing else shape.kept.loosened
                yield SchemaLoosened(shape.where.param, words)

    @property
    def decided(self) -> bool:
        """Whether the request itself says which form it is."""
        return not self._callable or self._choice.mode == "required"

    @property
    def _callable(self) -> bool:
        return bool(self._tools or self._inputs)

    def ensure(self, builds: Callable[[str], bool]) -> None:
        """See that every grammar with a schema of the caller's can be built.

        Raises:
            RequestInvalid: one cannot.
        """
        if self._document:
            self._document.fit(lambda kept: grammar.document(kept.schema), builds)
        if self._guided and self._guided.grammar and not builds(self._guided.grammar):
            raise guided.refused("it cannot be built with these tokens")
        if self._tools and not builds(self._call()):
            for shape in self._tools:
                name = shape.name
                shape.fit(lambda kept, name=name: self._call_of((name, kept.schema)), builds)
            if not builds(self._call()):
                raise unenforceable(self._tools[0].where)
        for name, (number, wanted) in self._inputs.items():
            if wanted.grammar and not builds(wanted.grammar):
                raise custom_grammars.unbuildable(
                    number, name, "it cannot be built with these tokens"
                )

    def only(self) -> Form:
        """The form where nothing is to be decided."""
        return self.calls() if self._callable else self.text()

    def optional(self, name: str, properties: Collection[str]) -> bool:
        """Whether a call of the function `name` may be made without `properties`."""
        schemas: list[Mapping[str, Any]] = [
            shape.kept.schema for shape in self._tools if shape.name == name
        ]
        return all({*properties} <= {*required.spare(schema)} for schema in schemas)

    def calls(
        self,
        names: Collection[str] | None = None,
        without: Collection[str] = (),
        among: Values | None = None,
    ) -> Form:
        """Calls, one or more, of the functions `names`; None: of any.

        Properties `without` are left out of their arguments; `among` has values of others, of
        which they have one.
        """
        inputs = {name: wanted for name, (_, wanted) in self._inputs.items()}
        return Form(
            "calls",
            self._call(names, without, among or {}),
            "tool_calls",
            several=self._choice.parallel,
            inputs=inputs,
            arguments={shape.name: shape.kept.schema for shape in self._tools},
        )

    def text(self, *, shown: bool = True) -> Form:
        """Text, or a JSON text; `shown`: after a prompt that shows the tools, if there are any."""
        if self._document:
            kept = self._document.kept.schema
            return Form("json", grammar.document(kept), schema=kept)
        if self._any_object:
            return Form("json", grammar.any_object(), schema={"type": "object"})
        if self._guided:
            return Form("text", self._guided.grammar, rules=self._guided.rules)
        no_call = self._callable and shown
        if no_call or self._pattern:
            return Form("text", grammar.text(self._pattern, no_call=no_call))
        return Form("text")

    def _call(
        self,
        names: Collection[str] | None = None,
        without: Collection[str] = (),
        among: Values | None = None,
    ) -> str:
        functions = [
            (shape.name, _narrowed(shape.kept.schema, without, among or {}))
            for shape in self._tools
            if names is None or shape.name in names
        ]
        inputs = [name for name in self._inputs if names is None or name in names]
        return self._call_of(*functions, custom=inputs)

    def _call_of(
        self, *functions: tuple[str, Mapping[str, Any]], custom: Sequence[str] = ()
    ) -> str:
        objects = [(name, {"type": "object", **arguments}) for name, arguments in functions]
        return grammar.call(objects, self._special, custom)


def _narrowed(
    schema: Mapping[str, Any], without: Collection[str], among: Values
) -> Mapping[str, Any]:
    if not (without or among):
        return schema
    properties: Mapping[str, Any] = schema.get("properties", {})
    left = {
        name: {"enum": [*among[name]]} if name in among else each
        for name, each in properties.items()
        if name not in without
    }
    return {**schema, "properties": left}
