"""The Berkeley function-calling leaderboard's questions, put to a server, and its own checker.

    python bench/bfcl.py WHEEL OUT.jsonl [--base-url URL] [--model NAME] [--step 8] [--from 0]

`WHEEL` is the file of `bfcl-eval`, from the package index (`pip download --no-deps bfcl-eval`);
questions, right answers and the checker are read from it, and nothing of it is installed. Every
`--step`-th question of each subset is put, beginning with number `--from`: one offset to choose
with, another to report. What is in `OUT.jsonl` already is not asked again.
"""

import argparse
import importlib
import json
import sys
import time
import types
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import openai

SUBSETS = ("simple_python", "multiple", "parallel", "irrelevance")
TYPES = {"dict": "object", "float": "number", "tuple": "array", "any": "string"}
NAME = "openai"
"""The checker's word for a model whose names have underscores for dots."""

Row = dict[str, Any]


class Checker:
    """The wheel's own check of calls."""

    def __init__(self, wheel: str) -> None:
        """Import it without the clients of forty services that it imports itself."""
        sys.path.insert(0, wheel)
        names = types.ModuleType("bfcl_eval.constants.model_config")
        vars(names)["MODEL_CONFIG_MAPPING"] = {NAME: types.SimpleNamespace(underscore_to_dot=True)}
        sys.modules[names.__name__] = names
        for language in ("java", "js"):
            name = f"bfcl_eval.eval_checker.ast_eval.type_convertor.{language}_type_converter"
            stand_in = types.ModuleType(name)
            vars(stand_in)[f"{language}_type_converter"] = None
            sys.modules[name] = stand_in
        package = "bfcl_eval.eval_checker.ast_eval.ast_checker"
        self._check: Callable[..., Row] = importlib.import_module(package).ast_checker
        self._python: object = importlib.import_module("bfcl_eval.constants.enums").Language.PYTHON

    def is_right(self, row: Row) -> bool:
        """Whether a row's calls are what its question needs."""
        if row["subset"] == "irrelevance":
            return not row["calls"]
        try:
            made = [{name: json.loads(arguments)} for name, arguments in row["calls"]]
        except ValueError:
            return False  # cut
        subset = row["subset"].removesuffix("_python")
        found = self._check(row["function"], made, row["right"], self._python, subset, NAME)
        return bool(found["valid"])


def lines(wheel: str, name: str) -> list[Row]:
    with zipfile.ZipFile(wheel) as file:
        return [json.loads(line) for line in file.read(f"bfcl_eval/data/{name}").splitlines()]


def questions(wheel: str, step: int, start: int) -> Iterator[tuple[str, Row, list[Row]]]:
    """A subset's name, a question of it, and what is right."""
    for subset in SUBSETS:
        asked = lines(wheel, f"BFCL_v4_{subset}.json")
        right: list[list[Row]] = [[] for _ in asked]
        if subset != "irrelevance":
            answers = lines(wheel, f"possible_answer/BFCL_v4_{subset}.json")
            right = [row["ground_truth"] for row in answers]
        for question, truth in list(zip(asked, right, strict=True))[start::step]:
            yield subset, question, truth


def schema(value: object) -> object:
    """A schema with JSON Schema's names of types."""
    if isinstance(value, list):
        return [schema(each) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    known = {key: schema(each) for key, each in cast("Row", value).items()}
    kind = known.get("type")
    return {**known, "type": TYPES.get(kind, kind)} if isinstance(kind, str) else known


def tool(function: Row) -> Row:
    """A function as OpenAI's API takes it."""
    name = function["name"].replace(".", "_")
    known = {"name": name, "description": function["description"]}
    return {"type": "function", "function": {**known, "parameters": schema(function["parameters"])}}


def ask(client: openai.OpenAI, model: str, question: Row) -> list[list[str]]:
    """The calls of an answer; it is cut where a text is long."""
    tools: Any = [tool(function) for function in question["function"]]
    came = client.chat.completions.create(
        model=model,
        messages=question["question"][0],
        tools=tools,
        temperature=0,
        max_tokens=400,
    )
    calls = came.choices[0].message.tool_calls or []
    return [
        [each.function.name, each.function.arguments] for each in calls if each.type == "function"
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel")
    parser.add_argument("out", type=Path)
    parser.add_argument("--base-url", default="http://127.0.0.1:8080/v1")
    parser.add_argument("--model", default="gpt-4o")
    parser.add_argument("--step", type=int, default=8)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--only", choices=SUBSETS)
    parser.add_argument("--misses", action="store_true", help="show them")
    chosen = parser.parse_args()
    client = openai.OpenAI(base_url=chosen.base_url, api_key="none", timeout=600, max_retries=0)
    chosen.out.touch()
    rows: list[Row] = [json.loads(line) for line in chosen.out.read_text().splitlines()]
    known = {row["id"] for row in rows}
    for subset, question, truth in questions(chosen.wheel, chosen.step, chosen.start):
        if question["id"] in known or chosen.only not in (None, subset):
            continue
        began = time.monotonic()
        row: Row = {"id": question["id"], "subset": subset, "right": truth}
        row["ask"] = question["question"][0][-1]["content"]
        row["function"] = question["function"]
        try:
            row["calls"] = ask(client, chosen.model, question)
        except openai.APIStatusError as error:
            row["refused"] = error.message
            row["calls"] = []
        row["seconds"] = round(time.monotonic() - began, 2)
        rows.append(row)
        with chosen.out.open("a") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    report(Checker(chosen.wheel), rows, misses=chosen.misses)


def report(checker: Checker, rows: list[Row], *, misses: bool) -> None:
    """A line for each subset, then what was not right."""
    for subset in SUBSETS:
        some = [row for row in rows if row["subset"] == subset]
        right = sum(checker.is_right(row) for row in some)
        called = sum(bool(row["calls"]) for row in some)
        refused = sum("refused" in row for row in some)
        print(f"{subset}: {right} of {len(some)} right; {called} with calls, {refused} refused")
    print(f"all: {sum(checker.is_right(row) for row in rows)} of {len(rows)}")
    for row in rows if misses else ():
        if not checker.is_right(row):
            print(row["id"], row.get("refused", ""), "|", row["ask"][:200])
            print("   ", row["calls"], "|", json.dumps(row["right"])[:300])


if __name__ == "__main__":
    main()
