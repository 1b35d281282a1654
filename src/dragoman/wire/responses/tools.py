"""The fields `tools` and `tool_choice`, in the flat form of responses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from dragoman.domain.chat import ToolChoice
from dragoman.domain.conversation import AnyTool, CustomTool
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.custom import NAME, grammar
from dragoman.wire.chat.tools import (
    MAX_TOOLS,
    Choice,
    Mode,
    Named,
    check_unique,
    chosen,
    function_tool,
)
from dragoman.wire.fields import Fields, Json, anything, array, boolean, enum, string, wrong_value
from dragoman.wire.responses.items import Brought

AMONG_OTHERS = ("web_search", "web_search_2025_08_26", "tool_search", "image_generation")
"""The hosted tools that coding agents send with every request, whether they need them or not."""
HOSTED = (
    *AMONG_OTHERS,
    "web_search_preview",
    "web_search_preview_2025_03_11",
    "file_search",
    "computer",
    "computer_use",
    "computer_use_preview",
    "mcp",
    "code_interpreter",
    "programmatic_tool_calling",
    "local_shell",
    "shell",
    "apply_patch",
)
"""The tools that OpenAI runs itself, or whose calls only its own models know how to write."""
OURS = ("function", "custom", "namespace")
MODES = ("none", "auto", "required")


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a tool: its place in the request, and its name inside its namespace."""

    path: str
    name: str
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """The tools that may be called, their origins in the request, and the fields without effect."""

    tools: tuple[AnyTool, ...]
    choice: ToolChoice
    origins: tuple[Origin, ...]
    by_name: Mapping[str, Origin]
    ignored: tuple[str, ...]


def qualified(namespace: str | None, name: str) -> str:
    """The name by which the model knows a tool."""
    return name if namespace is None else f"{namespace}__{name}"


def read_tools(fields: Fields, brought: Sequence[Brought] = ()) -> Offered:
    """The three fields together, and the tools that items brought; they depend on each other."""
    found = _Found()
    tools = array(found.read, 0, MAX_TOOLS)
    fields.optional("tools", tools)
    for item in brought:
        tools(item.tools, item.path)
    choice = fields.optional("tool_choice", _tool_choice)
    parallel = fields.optional("parallel_tool_calls", boolean, default=True)
    check_unique(found.tools, "tools")
    found.check_hosted()
    if choice is not None and choice.mode == "required" and not found.tools:
        raise RequestInvalid(
            "Tool choice 'required' must be specified with 'tools' parameter.", param="tool_choice"
        )
    read = chosen(found.tools, choice, "tool_choice", legacy=False, parallel=parallel)
    return Offered(
        read.tools,
        read.choice,
        tuple(found.origins),
        {tool.name: origin for tool, origin in zip(read.tools, found.origins, strict=True)},
        tuple(dict.fromkeys(found.ignored)),
    )


class _Found:
    """The tools of a request, as they are read."""

    def __init__(self) -> None:
        self.tools: list[AnyTool] = []
        self.origins: list[Origin] = []
        self.ignored: list[str] = []
        self._hosted: dict[str, str] = {}
        """Those that are passed over, and the path of the first of each."""

    def read(self, value: Json, path: str) -> None:
        """A `Check` of one tool."""
        tool = Fields(value, path)
        kind = tool.required("type", string())
        if kind in AMONG_OTHERS:
            self._hosted.setdefault(kind, path)
            self.ignored.append(f"tools[{kind}]")
        elif kind in HOSTED:
            raise hosted(kind, tool.at("type"))
        elif kind == "namespace":
            tool.only("type", "name", "description", "tools")
            name = tool.required("name", NAME)
            tool.optional("description", string())
            tool.required("tools", array(lambda v, p: self._add(Fields(v, p), p, name)))
        elif kind in OURS:
            self._add(tool, path, None)
        else:
            raise wrong_value(kind, tool.at("type"), (*OURS, *HOSTED))

    def _add(self, fields: Fields, path: str, namespace: str | None) -> None:
        kind = fields.required("type", enum("function", "custom"))
        tool = _function(fields) if kind == "function" else _custom(fields)
        if fields.optional("defer_loading", boolean, default=False):
            self.ignored.append("tools[].defer_loading")
        self.tools.append(replace(tool, name=qualified(namespace, tool.name)))
        self.origins.append(Origin(path, tool.name, namespace))

    def check_hosted(self) -> None:
        """Beside tools that can be called a hosted one is passed over; alone it is the request."""
        if self._hosted and not self.tools:
            kind, path = next(iter(self._hosted.items()))
            raise hosted(kind, f"{path}.type")


EVERY_TOOL = ("type", "name", "description", "allowed_callers", "async", "defer_loading")


def _function(fields: Fields) -> AnyTool:
    fields.only(*EVERY_TOOL, "parameters", "strict", "output_schema")
    fields.optional("output_schema", anything)
    return function_tool(fields)


def _custom(fields: Fields) -> CustomTool:
    fields.only(*EVERY_TOOL, "format")
    name = fields.required("name", NAME)
    description = fields.optional("description", string(), "")
    wanted = fields.optional("format", Fields)
    if wanted is None or wanted.required("type", enum("text", "grammar")) == "text":
        return CustomTool(name, description)
    wanted.only("type", "syntax", "definition")
    return CustomTool(name, description, grammar(wanted))


def hosted(kind: str, path: str) -> RequestInvalid:
    """The error for a hosted tool, which nobody here can run."""
    return RequestInvalid(
        f"Unsupported tool: '{kind}' is one of OpenAI's own tools, which this server does not "
        "have. Functions and custom tools of yours can be called.",
        param=path,
        code="unsupported_tool",
    )


def _tool_choice(value: Json, path: str) -> Choice:
    if isinstance(value, str):
        return Choice(cast("Mode", enum(*MODES)(value, path)))
    fields = Fields(value, path, "one of a string or object")
    kind = fields.required("type", string())
    if kind in ("function", "custom"):
        return Choice("required", (_named(fields),), named=True)
    if kind == "allowed_tools":
        fields.only("type", "mode", "tools")
        mode = fields.required("mode", enum("auto", "required"))
        # Hosted tools that are allowed are passed over, as in `tools`.
        allowed = fields.required("tools", array(_allowed, 1))
        return Choice(cast("Mode", mode), tuple(name for name in allowed if name is not None))
    if kind in HOSTED:
        raise hosted(kind, fields.at("type"))
    raise wrong_value(kind, fields.at("type"), ("allowed_tools", "function", "custom"))


def _allowed(value: Json, path: str) -> Named | None:
    fields = Fields(value, path)
    if fields.required("type", string()) in AMONG_OTHERS:
        return None
    return _named(fields)


def _named(fields: Fields) -> Named:
    kind = fields.required("type", enum("function", "custom"))
    fields.only("type", "name", "namespace")
    namespace = fields.optional("namespace", string())
    return cast("Named", (kind, qualified(namespace, fields.required("name", string()))))
