"""How often an agent's loop comes to the right end, with scripted tools.

    python bench/tool_loops.py DIRECTORY_OF_A_GGUF [--set NAME] [--half NAME] [--only PATTERN]
        [--json OUT]

The loops are in `tool_decisions/loops.json`. Those in `loops_report.json` and `loops_second.json`
were written to report on, by somebody who had not seen the engine: a request, tools whose results
are written down, the calls that must be made and the functions that must not be called, and what
the text at the end holds. A call of a function that is not scripted for these arguments gets an
error as its result, as in life. `loops_fourth.json` has two halves, `choose` and `report`.
`loops_sixth.json` and `loops_seventh.json` hold 20 ordinary loops each, as tried in the first hour,
written blind, too.
"""

import argparse
import json
import os
import re
import time
from pathlib import Path
from typing import Any

from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    Sampling,
    TextDelta,
    ToolCallDelta,
    ToolCallStarted,
)
from dragoman.domain.conversation import Message, Role, TextPart, Tool, ToolCall
from dragoman.domain.engine import EngineSpec
from dragoman.engines import kinds_by_engine
from dragoman.engines.llama_cpp import LlamaCpp, load
from dragoman.models.catalogue import load as catalogue

LOOPS = Path(__file__).with_name("tool_decisions")
MODEL = "qwen2.5-coder-1.5b-instruct"
MOST_TOKENS = 200
THREADS = int(os.environ.get("THREADS", "2"))


class Answer:
    """An outlet that keeps the text and the calls."""

    stopped = False

    def __init__(self) -> None:
        self.text = ""
        self.calls: list[list[str]] = []

    def emit(self, event: ChatEvent) -> None:
        match event:
            case TextDelta():
                self.text += event.text
            case ToolCallStarted():
                self.calls.append([event.name, ""])
            case ToolCallDelta():
                self.calls[event.index][1] += event.arguments
            case _:
                pass


def said(role: Role, text: str, call: str | None = None) -> Message:
    return Message(role, (TextPart(text),), tool_call_id=call)


def result(loop: dict[str, Any], name: str, arguments: str) -> str:
    """What a scripted tool says."""
    for pattern, value in loop["results"].get(name, ()):
        if re.search(pattern, arguments, re.IGNORECASE):
            return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return '{"error": "not found"}'


def is_made(call: tuple[str, str], wanted: list[Any]) -> bool:
    """Whether a call is the one that is wanted."""
    name, patterns = wanted
    try:
        made = json.loads(call[1])
    except ValueError:
        return False  # cut
    return call[0] == name and all(
        re.search(str(pattern), str(made.get(key, "")), re.IGNORECASE)
        for key, pattern in patterns.items()
    )


def follow(engine: LlamaCpp, loop: dict[str, Any], tools: dict[str, Any]) -> dict[str, Any]:
    """Run one loop; what was called and said, and whether that is right, comes back."""
    offered = tuple(Tool(name, **tools[name]) for name in loop["tools"])
    messages = [said("system", loop["system"])] if "system" in loop else []
    messages.append(said("user", loop["ask"]))
    calls: list[tuple[str, str]] = []
    while True:
        answer = Answer()
        engine.run(
            ChatRequest(
                tuple(messages), tools=offered, sampling=Sampling(0.0), max_tokens=MOST_TOKENS
            ),
            answer,
        )
        if not answer.calls:
            break
        made = [(name, arguments) for name, arguments in answer.calls]
        ids = [f"call_{len(calls) + number}" for number in range(len(made))]
        asked = tuple(ToolCall(id_, *call) for id_, call in zip(ids, made, strict=True))
        messages.append(Message("assistant", (), tool_calls=asked))
        for id_, call in zip(ids, made, strict=True):
            messages.append(said("tool", result(loop, *call), id_))
        calls += made
        if len(calls) > loop["most"]:
            break
    missing = [wanted for wanted in loop["must"] if not any(is_made(c, wanted) for c in calls)]
    unwanted = [name for name, _ in calls if name in loop.get("must_not", ())]
    ended = not answer.calls
    says = bool(re.search(loop["says"], answer.text, re.IGNORECASE))
    invents = "never" in loop and bool(re.search(loop["never"], answer.text, re.IGNORECASE))
    return {
        "name": loop["name"],
        "right": ended and says and not (missing or unwanted or invents),
        "calls": [f"{name}({arguments})" for name, arguments in calls],
        "text": answer.text,
        "missing": missing,
        "unwanted": unwanted,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--set", default="loops", help="the file of the loops, without .json")
    parser.add_argument("--half", help="only the loops of this half")
    parser.add_argument("--only", default="", help="a pattern of the names of loops")
    parser.add_argument("--options", type=json.loads)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    options = chosen.options
    if options is None:
        options = next(
            model.options
            for model in catalogue(engines=kinds_by_engine()).model
            if model.id == MODEL
        )
    engine = load(EngineSpec("llama-cpp", chosen.directory, THREADS, options))
    data = json.loads((LOOPS / f"{chosen.set}.json").read_text())
    results: list[dict[str, Any]] = []
    for loop in data["loops"]:
        if chosen.half in (None, loop.get("half")) and re.search(chosen.only, loop["name"]):
            started = time.monotonic()
            results.append(follow(engine, loop, data["tools"]))
            print(json.dumps(results[-1], ensure_ascii=False), flush=True)
            print(f"  {time.monotonic() - started:.0f} s", flush=True)
    print(sum(each["right"] for each in results), "of", len(results), "right")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, ensure_ascii=False, indent=1))
    engine.close()


if __name__ == "__main__":
    main()
