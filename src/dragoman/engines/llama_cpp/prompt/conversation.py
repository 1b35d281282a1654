"""From messages to turns: names, tools, calls and results in words that a small model knows."""

import json
from collections.abc import Callable, Sequence
from itertools import groupby, takewhile

from dragoman.domain.conversation import (
    AnyTool,
    CustomTool,
    ImagePart,
    Message,
    PixelsPart,
    TextPart,
    ToolCall,
)
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.constraints import grammar, writing_systems
from dragoman.engines.llama_cpp.prompt import few_shot
from dragoman.engines.llama_cpp.prompt.failures import failed
from dragoman.engines.llama_cpp.prompt.rendering import TrustedText, Turn, UntrustedText

ASSISTANT = "You are a helpful assistant."
"""Said before the tools where neither the request nor the model's template says anything."""

LONGEST_SHOWN = 2_000
"""Characters of a grammar that the model is shown; it is held to longer ones all the same."""
_TYPED = """

A tool of type "custom" is called with plain text in place of JSON, like this:
<tool_call>{"name": "tool-name"}
the text</tool_call>"""
EMPTY = "(empty)"
"""Stands where nothing came back, which a model would otherwise fill with inventions."""
_KNOWN = "\n\nLooked up just now:\n"
_ANSWER = "\nAnswer me with this, in plain words and in the language of my question."
_KOREAN = "\n\n방금 찾아본 결과:\n", "\n이 결과로 쉬운 말로 답해 줘."
"""The same for a question in Korean: English around it draws small models into English."""
_FAILED = " A step failed, so say what could not be found out or done."
_FAILED_IN_KOREAN = " 실패한 단계가 있으니, 알아내거나 하지 못한 것을 말해 줘."
"""After a failure, over which small models write what would have come."""
_ANSWER_AS_TOLD = "\nAnswer me with this, as you were told to answer."
"""The same where the system text may say in what form or language."""
_UNTOLD = (
    "\n\n(Nothing above says ",
    ". Say only what stands above, and that you do not know the rest.)",
)
_UNTOLD_IN_KOREAN = "\n\n(위에 ", "은(는) 없어. 위에 있는 것만 말하고, 없는 것은 모른다고 해.)"
_ASK = "\n\n(You do not know this yet: ", ". Ask me for it.)"


def turns(
    messages: Sequence[Message],
    tools: Sequence[AnyTool],
    default_system: str | None,
    mark: str | None = None,
) -> list[Turn]:
    """The conversation; with tools, they and the way to call them are in its first system turn.

    `mark` stands in it for every picture; None: the model does not see.

    Raises:
        RequestInvalid: a message holds a picture that the model cannot see.
    """
    result: list[Turn] = []
    for is_result, group in groupby(messages, lambda message: message.role == "tool"):
        if is_result:
            result.append(Turn("user", tuple(_results(list(group), mark))))
        else:
            result += [_turn(message, mark) for message in group]
    return _with_tools(result, tools, default_system) if tools else result


def _with_tools(
    result: list[Turn], tools: Sequence[AnyTool], default_system: str | None
) -> list[Turn]:
    if result and result[0].role == "system":
        first, *rest = result
        system: tuple[TrustedText | UntrustedText, ...] = first.content
    else:
        rest = result
        system = (TrustedText(default_system or ASSISTANT),)
    listed = "\n".join(map(listing, tools))
    end = few_shot.END + (_TYPED if any(isinstance(tool, CustomTool) for tool in tools) else "")
    instructions = Turn(
        "system",
        (*system, TrustedText("\n\n" + few_shot.CONTRACT), UntrustedText(listed), TrustedText(end)),
    )
    return [*few_shot.turns(listing), instructions, *rest]


def asking(turns: Sequence[Turn], missing: Sequence[str]) -> list[Turn]:
    """The conversation, at whose end the user is to be asked for values that nobody mentioned."""
    *earlier, last = turns
    names = ", ".join(name.replace("_", " ") for name in missing)
    hint = (TrustedText(_ASK[0]), UntrustedText(names), TrustedText(_ASK[1]))
    return [*earlier, Turn(last.role, (*last.content, *hint))]


def doubting(turns: Sequence[Turn], numbers: Sequence[str]) -> list[Turn]:
    """The conversation, at whose end stands that these numbers, which were answered, are not so."""
    *earlier, last = turns
    before = "".join(part.text for part in last.content)
    opening, end = _UNTOLD_IN_KOREAN if writing_systems.is_korean(before) else _UNTOLD
    hint = (TrustedText(opening), UntrustedText(", ".join(numbers)), TrustedText(end))
    return [*earlier, Turn(last.role, (*last.content, *hint))]


def answering(
    messages: Sequence[Message],
    mark: str | None = None,
    remark: Callable[[str, str, str], str] | None = None,
) -> list[Turn]:
    """The conversation up to the last question, with what the tools said since as part of it.

    Small models that are shown a result where it stands call again, or ask back; asked like this
    they answer.
    """
    asked = max(number for number, message in enumerate(messages) if message.role == "user")
    calls = {call.id: call for message in messages[asked:] for call in message.tool_calls}
    known, answer = (
        _KOREAN if writing_systems.is_korean(messages[asked].text) else (_KNOWN, _ANSWER)
    )
    parts: list[TrustedText | UntrustedText] = [*_said(messages[asked], mark), TrustedText(known)]
    for message in messages[asked:]:
        if message.role == "tool":
            call = calls.get(message.tool_call_id or "")
            said = f"- {call.name}({call.arguments}): " if call else "- "
            source = call.name if call else ""
            about = remark(messages[asked].text, source, message.text) if remark else ""
            parts += [UntrustedText(said), *_came(message, mark), UntrustedText(f"{about}\n")]
    instructed = any(message.role == "system" and message.text.strip() for message in messages)
    parts.append(TrustedText(_ANSWER_AS_TOLD if instructed else answer))
    last = takewhile(lambda message: message.role == "tool", reversed(messages))
    if any(failed(message.text) for message in last):
        parts.append(TrustedText(_FAILED_IN_KOREAN if answer == _KOREAN[1] else _FAILED))
    return [*turns(messages[:asked], (), None, mark), Turn("user", tuple(parts))]


def is_answered(messages: Sequence[Message]) -> bool:
    """Whether a tool spoke last, and somebody asked before."""
    last = messages[-1].role if messages else None
    return last == "tool" and any(message.role == "user" for message in messages)


def listing(tool: AnyTool) -> str:
    """A tool, as the model reads it: one line of JSON."""
    if isinstance(tool, CustomTool):
        custom: dict[str, object] = {"name": tool.name, "description": tool.description}
        if tool.grammar and len(tool.grammar.definition) <= LONGEST_SHOWN:
            custom["input"] = {tool.grammar.syntax: tool.grammar.definition}
        return json.dumps({"type": "custom", "custom": custom}, ensure_ascii=False)
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
    }
    return json.dumps({"type": "function", "function": function}, ensure_ascii=False)


def _turn(message: Message, mark: str | None) -> Turn:
    said = _said(message, mark)
    if message.role == "tool":
        raise AssertionError("results are grouped")
    if not message.tool_calls:
        return Turn(message.role, tuple(said))
    parts: list[TrustedText | UntrustedText] = [*said, UntrustedText("\n")] if message.text else []
    for number, call in enumerate(message.tool_calls):
        parts += [TrustedText("\n")] if number else []
        parts += [
            TrustedText("<tool_call>"),
            UntrustedText(_written(call)),
            TrustedText("</tool_call>"),
        ]
    return Turn("assistant", tuple(parts))


def _written(call: ToolCall) -> str:
    if call.custom:
        return grammar.head(call.name) + call.arguments
    return f'{{"name": {json.dumps(call.name)}, "arguments": {call.arguments or "{}"}}}'


def _results(messages: Sequence[Message], mark: str | None) -> list[TrustedText | UntrustedText]:
    parts: list[TrustedText | UntrustedText] = []
    for number, message in enumerate(messages):
        opening = "<tool_response>\n" if number == 0 else "\n<tool_response>\n"
        parts += [TrustedText(opening), *_came(message, mark), TrustedText("\n</tool_response>")]
    return parts


def _came(message: Message, mark: str | None) -> list[TrustedText | UntrustedText]:
    """The result of a tool, as it stands in a prompt."""
    said = _said(message, mark)
    nothing = all(isinstance(part, UntrustedText) and not part.text.strip() for part in said)
    return [TrustedText(EMPTY)] if nothing else said


def _said(message: Message, mark: str | None) -> list[TrustedText | UntrustedText]:
    """The message, with `mark` in the places of its pictures; never empty."""
    named = message.name and message.role in ("user", "system")
    said: list[TrustedText | UntrustedText] = [UntrustedText(f"{message.name}: " if named else "")]
    for part in message.parts:
        if isinstance(part, TextPart):
            said.append(UntrustedText(part.text))
        elif isinstance(part, PixelsPart) and mark is not None:
            said.append(TrustedText(mark))
        elif isinstance(part, ImagePart | PixelsPart):
            raise RequestInvalid(
                "Invalid content type. image_url is only supported by certain models.",
                param="messages",
            )
    return said
