"""What an answer may look like: text, JSON or calls, with the grammars that see to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dragoman.domain.chat import (
    AnyTool,
    ChatRequest,
    CustomTool,
    FinishReason,
    FreeText,
    JsonDocument,
    JsonObject,
)
from dragoman.engines.llama_cpp import custom, grammar, schema, script
from dragoman.engines.llama_cpp.custom import Input
from dragoman.engines.llama_cpp.fitting import Prompt


@dataclass(frozen=True, slots=True)
class Form:
    """What an answer looks like."""

    kind: Literal["text", "json", "calls"]
    grammar: str | None = None
    reason: FinishReason = "stop"
    """Why it ends when it ends by itself."""
    schema: Mapping[str, Any] | None = None
    """What JSON is valid under."""
    several: bool = False
    """Whether more than one call may be made."""
    inputs: Mapping[str, Input] = field(default_factory=dict[str, Input])
    """What custom tools are called with, by name."""
    instead: "Callable[[], tuple[Form, Prompt]] | None" = None
    """What is written, and after which prompt, where a call would be one that was answered."""


class Forms:
    """The forms that a request's answer may take; its schemas are checked here.

    Raises:
        RequestInvalid: a schema asks for what cannot be enforced.
    """

    def __init__(
        self, request: ChatRequest, offered: Sequence[AnyTool], special: Mapping[str, int]
    ) -> None:
        self._special = special
        self._document: str | None = None
        self._schema: Mapping[str, Any] = {"type": "object"}
        self._pattern = script.pattern(request.messages)
        self._choice = request.tool_choice
        self._tools: list[tuple[schema.Where, str, dict[str, Any]]] = []
        match request.format:
            case JsonDocument(wanted):
                checked = schema.prepared(wanted, schema.RESPONSE_FORMAT)
                self._document = grammar.document(checked)
                self._schema = wanted
            case JsonObject():
                self._document = grammar.any_object()
            case FreeText():
                pass
        self._inputs: dict[str, tuple[int, Input]] = {}
        for number, tool in enumerate(request.tools):
            if tool not in offered:
                continue
            if isinstance(tool, CustomTool):
                self._inputs[tool.name] = number, custom.prepared(tool, number, special)
            else:
                where = schema.tool_parameters(number, tool.name)
                arguments = {"type": "object", **schema.prepared(tool.parameters, where)}
                self._tools.append((where, tool.name, arguments))

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
        if self._document and not builds(self._document):
            raise schema.unenforceable(schema.RESPONSE_FORMAT)
        if self._tools and not builds(self._call()):
            for where, name, arguments in self._tools:
                if not builds(grammar.call([(name, arguments)], self._special)):
                    raise schema.unenforceable(where)
            raise schema.unenforceable(self._tools[0][0])
        for name, (number, wanted) in self._inputs.items():
            if wanted.grammar and not builds(wanted.grammar):
                raise custom.unbuildable(number, name, "it cannot be built with these tokens")

    def only(self) -> Form:
        """The form where nothing is to be decided."""
        return self.calls() if self._callable else self.text()

    def calls(self) -> Form:
        """Calls, one or more."""
        inputs = {name: wanted for name, (_, wanted) in self._inputs.items()}
        return Form(
            "calls", self._call(), "tool_calls", several=self._choice.parallel, inputs=inputs
        )

    def text(self, *, shown: bool = True) -> Form:
        """Text, or a JSON text; `shown`: after a prompt that shows the tools, if there are any."""
        if self._document:
            return Form("json", self._document, schema=self._schema)
        no_call = self._callable and shown
        if no_call or self._pattern:
            return Form("text", grammar.text(self._pattern, no_call=no_call))
        return Form("text")

    def _call(self) -> str:
        functions = [(name, wanted) for _, name, wanted in self._tools]
        return grammar.call(functions, self._special, list(self._inputs))
