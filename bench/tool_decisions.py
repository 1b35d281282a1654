"""Whether the answers to `questions.py` tell when to call: collected, fitted, reported.

    python bench/tool_decisions.py collect DIRECTORY_OF_A_GGUF EVIDENCE.jsonl
    python bench/tool_decisions.py fit EVIDENCE.jsonl
    python bench/tool_decisions.py answer DIRECTORY_OF_A_GGUF OUT.jsonl [--options JSON]
    python bench/tool_decisions.py table OUT.jsonl [OUT.jsonl ...]

`collect` asks the questions about every request of `tool_questions.json`,
`tool_decisions/choose.json`, `tool_decisions/report.json` and `tool_decisions/steps.json`, and
keeps the log-odds; what is there already is not asked again. `fit` finds the weights from all of
these but the report, and says how often they decide right on each. `answer` has the engine answer
the report, and `table` counts what came of it, calls and arguments.
"""

import argparse
import json
import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tool_choice import fitting

from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    Sampling,
    ToolCallDelta,
    ToolCallStarted,
)
from dragoman.domain.conversation import Message, TextPart, Tool, ToolCall
from dragoman.domain.engine import EngineSpec
from dragoman.engines import kinds_by_engine
from dragoman.engines.llama_cpp import LlamaCpp, load
from dragoman.engines.llama_cpp.tools.decision.deciding import Decider
from dragoman.models.catalogue import load as catalogue

HERE = Path(__file__).parent
FILES = {
    "questions": HERE / "tool_questions.json",
    "choose": HERE / "tool_decisions" / "choose.json",
    "report": HERE / "tool_decisions" / "report.json",
    "steps": HERE / "tool_decisions" / "steps.json",
}
MODEL = "qwen2.5-coder-1.5b-instruct"
MOST_TOKENS = 120
THREADS = int(os.environ.get("THREADS", "2"))
CALM, ROUNDS, RATE = 0.02, 20_000, 0.05
"""Of the fit: how much large weights cost, and the steps of the descent."""

Row = dict[str, Any]


class Answer:
    """An outlet that keeps the calls."""

    stopped = False

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def emit(self, event: ChatEvent) -> None:
        match event:
            case ToolCallStarted():
                self.calls.append([event.name, ""])
            case ToolCallDelta():
                self.calls[event.index][1] += event.arguments
            case _:
                pass


def cases() -> Iterator[tuple[str, list[Message], tuple[Tool, ...], Row]]:
    """Every labelled request: its file, its messages, its tools, and what is known of it."""
    for name, path in FILES.items():
        data = json.loads(path.read_text())
        for group in data.get("sets", ()):
            tools = tuple(Tool(tool, **data["tools"][tool]) for tool in group["tools"])
            for question in group["questions"]:
                yield name, [Message("user", (TextPart(question["ask"]),))], tools, question
        for step in data.get("steps", ()):
            tools = tuple(Tool(tool, **data["tools"][tool]) for tool in step["tools"])
            call = [step["next"]] if step["next"] else []
            yield name, list(history(step)), tools, {"ask": step["ask"], "call": call}


def history(step: Row) -> Iterator[Message]:
    """A conversation up to the last result."""
    yield Message("user", (TextPart(step["ask"]),))
    for number, (name, arguments, came) in enumerate(step["done"]):
        call = ToolCall(str(number), name, json.dumps(arguments, ensure_ascii=False))
        result = came if isinstance(came, str) else json.dumps(came, ensure_ascii=False)
        yield Message("assistant", (), tool_calls=(call,))
        yield Message("tool", (TextPart(result),), tool_call_id=str(number))


def engine(directory: str, options: Row | None) -> LlamaCpp:
    """The engine as the catalogue has it, or with other options."""
    if options is None:
        known = catalogue(engines=kinds_by_engine()).model
        options = dict(next(model.options for model in known if model.id == MODEL))
        options["prefix_warmup"] = False
    return load(EngineSpec("llama-cpp", directory, THREADS, options))


def unlimited(_: int) -> None:
    """Takes any number of cells."""


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def key(name: str, messages: Sequence[Message], tools: Sequence[Tool]) -> str:
    return " | ".join([name, *(tool.name for tool in tools), *(each.text for each in messages)])


def collect(directory: str, out: Path, only: Sequence[str]) -> None:
    known = {row["key"] for row in rows(out)}
    loaded = engine(directory, {"tool_decision": "questions", "prefix_warmup": False})
    decider = loaded.decider
    assert isinstance(decider, Decider)
    for name, messages, tools, case in cases():
        if name not in only or key(name, messages, tools) in known:
            continue
        found = list(decider.evidence(messages, tools, unlimited, lambda: False))
        row = {"key": key(name, messages, tools), "file": name, "odds": found}
        with out.open("a") as file:
            file.write(json.dumps({**row, "call": bool(case["call"])}, ensure_ascii=False) + "\n")
    loaded.close()


def fitted(found: Sequence[tuple[Sequence[float], bool]]) -> list[float]:
    """Bias and weights of a logistic model, by plain descent; both answers count the same."""
    share = sum(call for _, call in found) / len(found)
    weights = [0.0] * (1 + len(found[0][0]))
    for _ in range(ROUNDS):
        slope = [0.0, *(CALM * weight for weight in weights[1:])]
        for odds, call in found:
            values = [1.0, *odds]
            score = sum(weight * value for weight, value in zip(weights, values, strict=True))
            off = 1 / (1 + math.exp(-score)) - call
            off *= 0.5 / (share if call else 1 - share) / len(found)
            slope = [step + off * value for step, value in zip(slope, values, strict=True)]
        weights = [weight - RATE * step for weight, step in zip(weights, slope, strict=True)]
    return weights


def fit(evidence: Path) -> None:
    every = rows(evidence)
    for files, shown in (
        (("questions", "choose"), ("questions", "choose", "report")),
        (("steps",), ("steps",)),
    ):
        chosen = [(row["odds"], row["call"]) for row in every if row["file"] in files]
        bias, *weights = fitted(chosen)
        print(files, "bias", round(bias, 2), "weights", [round(each, 2) for each in weights])
        for file in shown:
            some = [(row["odds"], row["call"]) for row in every if row["file"] == file]
            tell(file, some, [bias, *weights])
            for number in range(len(weights)):
                area = auc([(odds[number], call) for odds, call in some])
                print(f"    question {number + 1} alone: area under the curve {area:.3f}")


def tell(
    file: str,
    found: Sequence[tuple[list[float], bool]],
    weights: Sequence[float],
) -> None:
    for call in (True, False):
        scores = [
            sum(map(float.__mul__, weights, [1.0, *odds])) for odds, is_ in found if is_ == call
        ]
        right = [(score > 0) == call for score in scores]
        kind = "need a call" if call else "need none"
        print(f"  {file}: {sum(right)} of {len(right)} right that {kind}")


def auc(found: Sequence[tuple[float, bool]]) -> float:
    calls = [value for value, call in found if call]
    texts = [value for value, call in found if not call]
    pairs = [(one > other) + 0.5 * (one == other) for one in calls for other in texts]
    return sum(pairs) / len(pairs)


def answer(directory: str, out: Path, options: Row | None, part: str) -> None:
    known = {row["key"] for row in rows(out)}
    loaded = engine(directory, options)
    decider = loaded.decider
    assert isinstance(decider, Decider)
    number, parts = map(int, part.split("/"))
    report = [case for case in cases() if case[0] == "report"]
    for name, messages, tools, case in report[number * len(report) // parts :][
        : len(report) // parts
    ]:
        if key(name, messages, tools) in known:
            continue
        always = (messages, tools, unlimited, lambda: False)
        row: Row = {"key": key(name, messages, tools), "file": name, "call": bool(case["call"])}
        row["odds"] = list(decider.evidence(*always))
        row["case"] = case
        row["calls"] = []
        # How a text goes on says nothing here, so that it is not waited for.
        if decider.calls(*always):
            made = Answer()
            request = ChatRequest(
                tuple(messages), tools=tools, sampling=Sampling(0.0), max_tokens=MOST_TOKENS
            )
            loaded.run(request, made)
            row["calls"] = made.calls
        with out.open("a") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    loaded.close()


def table(out: Path) -> None:
    every = rows(out)
    kinds: dict[str, Callable[[Row], bool]] = {
        "need a call": lambda case: bool(case["call"]),
        "need none": lambda case: not case["call"],
        "whose text begins with code": lambda case: "code" in case,
        "in Korean": lambda case: bool(re.search("[가-힣]", case["ask"])),
        "with two calls": lambda case: len(case["call"]) > 1,
    }
    print(out)
    for kind, belongs in kinds.items():
        some = [row for row in every if belongs(row["case"])]
        decided = sum(bool(row["calls"]) == bool(row["case"]["call"]) for row in some)
        right = sum(is_right(row) for row in some)
        print(f"  {len(some)} {kind}: decided right {decided}, arguments right too {right}")
    for row in every:
        if not is_right(row):
            print("  miss", row["case"]["ask"], row["calls"])


def is_right(row: Row) -> bool:
    case = row["case"]
    if not case["call"]:
        return not row["calls"]
    try:
        made = [(name, json.loads(arguments)) for name, arguments in row["calls"]]
    except ValueError:
        return False
    return fitting(made, case)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=["collect", "fit", "answer", "table"])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--options", type=json.loads)
    parser.add_argument("--part", default="0/1", help="of the report: 0/2 is the first half")
    parser.add_argument("--only", choices=[*FILES], action="append")
    chosen = parser.parse_args()
    paths = chosen.paths
    match chosen.act:
        case "collect":
            collect(paths[0], Path(paths[1]), chosen.only or [*FILES])
        case "fit":
            fit(Path(paths[0]))
        case "answer":
            answer(paths[0], Path(paths[1]), chosen.options, chosen.part)
        case _:
            for path in paths:
                table(Path(path))


if __name__ == "__main__":
    main()
