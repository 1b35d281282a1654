"""How often the chat engine rightly calls a tool, calls the right ones, and rightly calls none.

    python bench/tool_choice.py DIRECTORY_OF_A_GGUF [--use unseen] [--threshold 0.025] [--json OUT]

The questions are in `tool_questions.json`; those marked `tune` were looked at when the lesson and
the threshold were chosen, those marked `unseen` were not.
"""

import argparse
import contextlib
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    Message,
    Sampling,
    TextDelta,
    TextPart,
    Tool,
    ToolCallStarted,
)
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.engines.llama_cpp import LlamaCpp, load

QUESTIONS = Path(__file__).with_name("tool_questions.json")


class Names:
    """An outlet that listens for the names of calls, and leaves when text comes."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.stopped = False

    def emit(self, event: ChatEvent) -> None:
        if self.stopped:
            raise Stopped
        if isinstance(event, ToolCallStarted):
            self.names.append(event.name)
        self.stopped = isinstance(event, TextDelta)


def called(engine: LlamaCpp, tools: tuple[Tool, ...], question: str) -> list[str]:
    outlet = Names()
    message = Message("user", (TextPart(question),))
    request = ChatRequest((message,), tools=tools, sampling=Sampling(0.0), max_tokens=300)
    with contextlib.suppress(Stopped):
        engine.run(request, outlet)
    return outlet.names


def measure(engine: LlamaCpp, use: str) -> dict[str, Any]:
    data = json.loads(QUESTIONS.read_text())
    counts = Counter[str]()
    misses: list[str] = []
    started = time.monotonic()
    for group in (group for group in data["sets"] if group["use"] == use):
        tools = tuple(Tool(name, **data["tools"][name]) for name in group["tools"])
        for question in group["questions"]:
            wanted = question["call"]
            made = called(engine, tools, question["ask"])
            kind = "call" if wanted else "text"
            counts[kind] += 1
            counts[f"{kind} right"] += bool(made) == bool(wanted)
            counts["names right"] += bool(wanted) and sorted(made) == sorted(wanted)
            if sorted(made) != sorted(wanted):
                misses.append(f"{question['ask']!r}: wanted {wanted}, made {made}")
                print("miss", misses[-1], flush=True)
    decided = (counts["call right"] / counts["call"] + counts["text right"] / counts["text"]) / 2
    return {
        "use": use,
        **counts,
        "decisions right": round(decided, 3),
        "calls exactly right": round(counts["names right"] / counts["call"], 3),
        "seconds": round(time.monotonic() - started),
        "misses": misses,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--use", choices=["tune", "unseen"], default="unseen")
    parser.add_argument("--threshold", type=float)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    options = {"tool_threshold": asked.threshold} if asked.threshold is not None else {}
    engine = load(EngineSpec("llama-cpp", asked.directory, 2, options))
    result = measure(engine, asked.use)
    engine.close()
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
