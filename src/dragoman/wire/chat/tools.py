"""The fields `tools` and `tool_choice`, and their older forms `functions` and `function_call`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from dragoman.domain import chat as domain
from dragoman.domain.chat import ToolChoice
from dragoman.domain.conversation import AnyTool, CustomTool, JsonSchema, Tool
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.custom import NAME, custom_tool
from dragoman.wire.chat.schemas import object_fault, strict_fault
from dragoman.wire.fields import (
    Fields,
    Json,
    array,
    boolean,
    enum,
    members,
    string,
    wrong_type,
    wrong_value,
)

NO_ARGUMENTS: JsonSchema = {"type": "object", "properties": {}, "additionalProperties": False}
MAX_TOOLS = 128

Mode = Literal["auto", "required", "none"]
FinishReason = Literal["stop", "length", "tool_calls", "function_call"]


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools that may be called, and the form in which the answer shows a call."""

    tools: tuple[AnyTool, ...]
    choice: ToolChoice
    named: bool
    """Whether the request names one function: such an answer finishes with "stop"."""
    legacy: bool
    """Whether the request has `functions`: the call is a `function_call`."""

    def finish_reason(self, reason: domain.FinishReason) -> FinishReason:
        """The finish reason in OpenAI's words: an answer that had to call a function just stops."""
        if reason != "tool_calls":
            return reason
        if self.named:
            return "stop"
        return "function_call" if self.legacy else "tool_calls"


def read_tools(fields: Fields) -> Tools:
    """Read the four or five fields together; they depend on each other."""
    functions = fields.optional("functions", array(_function, 1, MAX_TOOLS), ())
    legacy_choice = fields.optional("function_call", _function_call)
    tools = fields.optional("tools", array(_tool, 1, MAX_TOOLS), ())
    choice = fields.optional("tool_choice", _tool_choice)
    parallel = fields.optional("parallel_tool_calls", boolean)
    check_unique(tools or functions, "tools" if tools else "functions")
    for name, given, owners, owner in (
        ("function_call", legacy_choice, functions, "functions"),
        ("tool_choice", choice, tools, "tools"),
        ("parallel_tool_calls", parallel, tools, "tools"),
    ):
        if given is not None and not owners:
            raise RequestInvalid(
                f"Invalid value for '{name}': '{name}' is only allowed when '{owner}' are "
                "specified.",
                param=name,
            )
    if functions and tools:
        raise RequestInvalid(
            "Invalid value for 'functions': it cannot be used together with 'tools'.",
            param="functions",
            code="invalid_parameter_combination",
        )
    if functions:
        return chosen(functions, legacy_choice, "function_call", legacy=True, parallel=False)
    return chosen(tools, choice, "tool_choice", legacy=False, parallel=parallel is not False)


Named: TypeAlias = tuple[Literal["function", "custom"], str]
"""The type and the name of a tool."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The value of `tool_choice`: whether a call is made, of which tools, whether of just one."""

    mode: Mode
    tools: tuple[Named, ...] | None = None
    named: bool = False


def chosen(
    tools: Sequence[AnyTool], choice: Choice | None, path: str, *, legacy: bool, parallel: bool
) -> Tools:
    """The tools and the choice among them; `path` is that of the choice.

    Raises:
        RequestInvalid: a tool was chosen that is not there.
    """
    choice = choice or Choice("auto")
    there = {
        ("custom" if isinstance(tool, CustomTool) else "function", tool.name) for tool in tools
    }
    for kind, name in choice.tools or ():
        if (kind, name) not in there:
            raise RequestInvalid(
                f"Invalid value for '{path}': Tool choice '{kind}.{name}' not found in "
                f"'{'functions' if legacy else 'tools'}' parameter.",
                param=path,
            )
    names = None if choice.tools is None else tuple(name for _, name in choice.tools)
    # A named function is called once: there is nothing else to call beside it.
    one = choice.named or not parallel
    return Tools(tuple(tools), ToolChoice(choice.mode, names, not one), choice.named, legacy)


def check_unique(tools: Sequence[AnyTool], path: str) -> None:
    """Refuse two tools of one name, which could not be told apart in a call."""
    if len({tool.name for tool in tools}) < len(tools):
        raise RequestInvalid(
            f"Invalid '{path}': function names must be unique.", param=path, code="invalid_value"
        )


def _tool(value: Json, path: str) -> AnyTool:
    fields = Fields(value, path)
    if fields.required("type", enum("function", "custom")) == "custom":
        fields.only("type", "custom")
        return custom_tool(fields.required("custom", Fields))
    fields.only("type", "function")
    return _function(fields.required("function", members), fields.at("function"))


def _function(value: Json, path: str) -> Tool:
    fields = Fields(value, path)
    fields.only("name", "description", "parameters", "strict", "type")
    # Open WebUI says once more inside what it is.
    fields.optional("type", enum("function"))
    return function_tool(fields)


def function_tool(fields: Fields) -> Tool:
    """Read a function from the object that holds its name and parameters."""
    name = fields.required("name", NAME)
    description = fields.optional("description", string(), "")
    parameters = fields.optional("parameters", members) or NO_ARGUMENTS
    strict = fields.optional("strict", boolean, default=False)
    if fault := strict_fault(parameters) if strict else object_fault(parameters):
        raise RequestInvalid(
            f"Invalid schema for function '{name}': {fault}",
            param=fields.at("parameters"),
            code="invalid_function_parameters",
        )
    return Tool(name, description, parameters, strict)


def _tool_choice(value: Json, path: str) -> Choice:
    if isinstance(value, str):
        return Choice(cast("Mode", enum("none", "auto", "required")(value, path)))
    fields = Fields(value, path, "one of a string or object")
    match fields.required("type", string()):
        case "function" | "custom":
            return Choice("required", (_named(fields),), named=True)
        case "allowed_tools":
            fields.only("type", "allowed_tools")
            return _allowed(fields.required("allowed_tools", Fields))
        case kind:
            raise wrong_value(kind, fields.at("type"), ("allowed_tools", "function", "custom"))


def _allowed(fields: Fields) -> Choice:
    fields.only("mode", "tools")
    mode = fields.required("mode", enum("auto", "required"))
    return Choice(cast("Mode", mode), fields.required("tools", array(_allowed_tool, 1)))


def _allowed_tool(value: Json, path: str) -> Named:
    return _named(Fields(value, path))


def _named(fields: Fields) -> Named:
    kind = fields.required("type", enum("function", "custom"))
    fields.only("type", kind)
    return cast("Named", (kind, _name(fields.required(kind, Fields))))


def _name(fields: Fields) -> str:
    fields.only("name")
    return fields.required("name", string())


def _function_call(value: Json, path: str) -> Choice:
    if isinstance(value, str):
        return Choice(cast("Mode", enum("none", "auto")(value, path)))
    if not isinstance(value, dict):
        raise wrong_type(value, path, "one of a string or object")
    return Choice("required", (("function", _name(Fields(value, path))),), named=True)
