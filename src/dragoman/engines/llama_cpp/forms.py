"""What an answer may look like: text, JSON or calls, with the grammars that see to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dragoman.domain.chat import (
    ChatRequest,
    FinishReason,
    FreeText,
    JsonDocument,
    JsonObject,
    Tool,
)
from dragoman.engines.llama_cpp import grammar, schema, script


@dataclass(frozen=True, slots=True)
class Form:
    """What an answer looks like."""

    kind: Literal["text", "json", "calls"]
    grammar: str | None
    reason: FinishReason
    """Why it ends when it ends by itself."""


class Forms:
    """The forms that a request's answer may take, with their schemas checked."""

    def __init__(
        self, request: ChatRequest, offered: Sequence[Tool], special: Mapping[str, int]
    ) -> None:
        self.where = schema.RESPONSE_FORMAT
        self._document: str | None = None
        self._calls: str | None = None
        self._forced = request.tool_choice.mode == "required"
        named = self._forced and len(request.tool_choice.names or ()) == 1
        self._call_reason: FinishReason = "stop" if named else "tool_calls"
        self._pattern = script.pattern(request.messages)
        match request.format:
            case JsonDocument(wanted):
                self._document = grammar.document(schema.prepared(wanted, self.where))
            case JsonObject():
                self._document = grammar.any_object()
            case FreeText():
                pass
        if offered:
            numbers = {tool.name: number for number, tool in enumerate(request.tools)}
            self.where = schema.tool_parameters(numbers[offered[0].name], offered[0].name)
            checked = [
                (
                    tool.name,
                    {
                        "type": "object",
                        **schema.prepared(
                            tool.parameters, schema.tool_parameters(numbers[tool.name], tool.name)
                        ),
                    },
                )
                for tool in offered
            ]
            most = grammar.MOST_CALLS if request.tool_choice.parallel and not named else 1
            self._calls = grammar.calls(checked, special, most=most)

    def grammars(self) -> list[str]:
        """Those that hold a schema of the caller's."""
        return [text for text in (self._document, self._calls) if text]

    def only(self) -> Form:
        """The form where nothing is to be decided."""
        return self.calls() if self._calls and self._forced else self.text()

    def calls(self) -> Form:
        """Calls, one or more."""
        return Form("calls", self._calls, self._call_reason)

    def text(self) -> Form:
        """Text, or a JSON text."""
        if self._document:
            return Form("json", self._document, "stop")
        limited = self._calls or self._pattern
        rule = grammar.text(self._pattern, no_call=bool(self._calls)) if limited else None
        return Form("text", rule, "stop")
