"""How often the chat engine rightly calls a tool, with the right arguments, and rightly calls none.

    python bench/tool_choice.py DIRECTORY_OF_A_GGUF [--use unseen] [--before] [--json OUT]

The questions are in `tool_questions.json`; those marked `tune` were looked at when the lesson and
the threshold were chosen, those marked `unseen` were not. `--before` also asks the same weights
without any help of ours: the model's own template with the tools, free decoding at temperature 0,
and every JSON object with a tool's name and arguments in the answer taken for a call.
"""

import argparse
import json
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import xllamacpp

from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    Sampling,
    ToolCallDelta,
    ToolCallStarted,
)
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.domain.engine import EngineSpec
from dragoman.engines.llama_cpp import load

QUESTIONS = Path(__file__).with_name("tool_questions.json")
MOST_TOKENS = 300
CONTEXT = 8192
KEY = "bench"

Made = list[tuple[str, dict[str, Any]]]
"""Calls: names and arguments."""
Plan = Callable[[tuple[Tool, ...], str], Made]


class ToolCalls:
    """An outlet that keeps the calls."""

    stopped = False

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def emit(self, event: ChatEvent) -> None:
        if isinstance(event, ToolCallStarted):
            self.calls.append([event.name, ""])
        elif isinstance(event, ToolCallDelta):
            self.calls[event.index][1] += event.arguments


def ours(directory: str, options: dict[str, Any]) -> Plan:
    engine = load(EngineSpec("llama-cpp", directory, 2, options))

    def answer(tools: tuple[Tool, ...], question: str) -> Made:
        outlet = ToolCalls()
        message = Message("user", (TextPart(question),))
        request = ChatRequest(
            (message,), tools=tools, sampling=Sampling(0.0), max_tokens=MOST_TOKENS
        )
        engine.run(request, outlet)
        return [(name, json.loads(text)) for name, text in outlet.calls]

    return answer


def plain(directory: str) -> Plan:
    """The model as it is."""
    library: Any = xllamacpp
    params = library.CommonParams()
    params.model.path = str(next(Path(directory).glob("*.gguf")))
    params.n_ctx, params.n_parallel = CONTEXT, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    params.api_keys, params.hostnames, params.verbosity = [KEY], ["127.0.0.1"], 0
    server = library.Server(params)

    def asked(path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            server.listening_address + path, json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def answer(tools: tuple[Tool, ...], question: str) -> Made:
        listed = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                },
            }
            for tool in tools
        ]
        said = {"messages": [{"role": "user", "content": question}], "tools": listed}
        prompt = asked("/apply-template", said)["prompt"]
        body = {"prompt": prompt, "temperature": 0.0, "n_predict": MOST_TOKENS}
        text: str = asked("/completion", {**body, "cache_prompt": True})["content"]
        return found(text, {tool.name for tool in tools})

    return answer


def found(text: str, names: set[str]) -> Made:
    """Every call in a text, in whatever it is wrapped."""
    calls: Made = []
    decoder = json.JSONDecoder()
    at = 0
    while (at := text.find("{", at)) >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except ValueError:
            at += 1
            continue
        arguments: object = value.get("arguments", value.get("parameters"))
        if value.get("name") in names and isinstance(arguments, dict):
            calls.append((value["name"], cast("dict[str, Any]", arguments)))
            at = end
        else:
            at += 1
    return calls


def holds(made: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether arguments are what the question says."""
    return all(
        bool(re.search(value, str(made.get(name, "")), re.IGNORECASE))
        if isinstance(value, str)
        else made.get(name) == value
        for name, value in wanted.items()
    )


def fitting(made: Made, question: dict[str, Any]) -> bool:
    """Whether every wanted call was made once, with the right arguments."""
    left = list(made)
    for name, wanted in zip(question["call"], question["with"], strict=True):
        one = next((call for call in left if call[0] == name and holds(call[1], wanted)), None)
        if one is None:
            return False
        left.remove(one)
    return not left


def measure(answer: Plan, use: str) -> dict[str, Any]:
    data = json.loads(QUESTIONS.read_text())
    counts = Counter[str]()
    misses: list[str] = []
    started = time.monotonic()
    for group in (group for group in data["sets"] if group["use"] == use):
        tools = tuple(Tool(name, **data["tools"][name]) for name in group["tools"])
        for question in group["questions"]:
            wanted = question["call"]
            made = answer(tools, question["ask"])
            names = sorted(name for name, _ in made) == sorted(wanted)
            kinds = ["all", "call" if wanted else "text"]
            kinds += ["parallel"] * (len(wanted) > 1)
            kinds += ["Korean"] * bool(re.search("[가-힣]", question["ask"]))
            for kind in kinds:
                counts[kind] += 1
                counts[f"{kind}: decided right"] += bool(made) == bool(wanted)
                counts[f"{kind}: functions right"] += names
                if "with" in question or not wanted:
                    right = fitting(made, question) if wanted else not made
                    counts[f"{kind}: arguments right too"] += right
            if not names or ("with" in question and not fitting(made, question)):
                misses.append(f"{question['ask']!r}: wanted {wanted}, made {made}")
                print("miss", misses[-1], flush=True)
    return {
        "use": use,
        **dict(sorted(counts.items())),
        "seconds": round(time.monotonic() - started),
        "misses": misses,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--use", choices=["tune", "unseen"], default="unseen")
    parser.add_argument("--before", action="store_true")
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    options = {"tool_threshold": asked.threshold} if asked.threshold is not None else {}
    result = {"after": measure(ours(asked.directory, options), asked.use)}
    if asked.before:
        result["before"] = measure(plain(asked.directory), asked.use)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
