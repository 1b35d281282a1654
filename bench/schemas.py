"""What becomes of many JSON schemas: taken or refused with a place, and is what is written valid?

    python bench/schemas.py DIRECTORY_OF_A_GGUF [--suite SUITE] [--generated 500] [--json OUT]

SUITE is `tests/draft2020-12` of https://github.com/json-schema-org/JSON-Schema-Test-Suite (the
source archive of the package `jsonschema` has it too, as `json/tests/draft2020-12`). Besides,
schemas are generated from a seed. Every schema that is taken is decoded, at temperature 1.5, and
where the answer ends by itself it is validated by `jsonschema`, formats included. Where
`max_tokens` cuts it, it is asked for again with the next of the limits.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    JsonDocument,
    Sampling,
    TextDelta,
)
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import RequestInvalid, ServiceError
from dragoman.engines.llama_cpp import LlamaCpp, load

CUT = "cut by max_tokens"
SLOW_S = 2.0
"""More than this until a schema is refused, or until its grammar is built."""


class Answer:
    """An outlet that keeps the text of one choice."""

    stopped = False

    def __init__(self) -> None:
        self.text = ""
        self.reason = ""

    def emit(self, event: ChatEvent) -> None:
        if isinstance(event, TextDelta):
            self.text += event.text
        elif isinstance(event, ChoiceFinished):
            self.reason = event.reason


def suite(directory: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted(directory.rglob("*.json")):
        for case in json.loads(path.read_text()):
            yield f"{path.relative_to(directory)}: {case['description']}", case["schema"]


def generated(dice: random.Random, depth: int = 0) -> Any:  # noqa: ANN401 - whatever JSON may be a schema
    """A schema of everyday keywords, some of them senseless together."""
    names = dice.sample(["a", "name", "값", "$ref", 'x"y', "0"], dice.randint(1, 4))
    low = dice.randint(-50, 50)
    constants: list[Any] = [0, "", False, {"k": []}]
    leaves: list[Any] = [
        {"type": "string", "minLength": dice.randint(0, 3), "maxLength": dice.randint(1, 9)},
        {"type": "string", "pattern": dice.choice(["^[a-f]+$", "^\\d{2,4}$", "b", "(x|yz)*"])},
        {"type": "string", "format": dice.choice(["date", "time", "uuid", "email", "ipv4", "uri"])},
        {"type": "integer", "minimum": low, "maximum": low + dice.randint(-3, 90)},
        {"type": "number", "exclusiveMinimum": low, "multipleOf": dice.choice([1, 5, 0.5])},
        {"enum": dice.sample([1, "a", None, True, [1], {"a": 2}, "한"], 3)},
        {"const": dice.choice(constants)},
        {"type": dice.choice(["boolean", "null", ["string", "null"], "strng"])},
    ]
    vague: list[Any] = [True, {}, {"not": {}}, {"$ref": dice.choice(["#", "#/a", "x.json"])}]
    leaves.append(dice.choice(vague))
    if depth == 3 or (depth and dice.random() < 0.5):
        return dice.choice(leaves)
    inner: list[Any] = [generated(dice, depth + 1) for _ in names]
    branches: list[Any] = [
        {
            "type": "object",
            "properties": dict(zip(names, inner, strict=True)),
            "required": names[: dice.randint(0, len(names))],
            "additionalProperties": dice.choice([False, True, {"type": "integer"}]),
        },
        {"type": "array", "items": inner[0], "maxItems": dice.randint(0, 3)},
        {"type": "array", "prefixItems": inner, "items": False, "minItems": dice.randint(0, 5)},
        {dice.choice(["anyOf", "oneOf", "allOf"]): inner},
        {"type": "object", "patternProperties": {"^[a-c]$": inner[0]}, "maxProperties": 2},
    ]
    return dice.choice(branches)


def outcome(engine: LlamaCpp, schema: dict[str, Any], limits: list[int]) -> str:
    """What became of one schema."""
    became = ""
    for max_tokens in limits:
        became = decoded(engine, schema, max_tokens)
        if became != CUT:
            break
    return became


def decoded(engine: LlamaCpp, schema: dict[str, Any], max_tokens: int) -> str:
    answer = Answer()
    message = Message("user", (TextPart("Give a short example as JSON."),))
    request = ChatRequest(
        (message,),
        max_tokens=max_tokens,
        sampling=Sampling(temperature=1.5),
        format=JsonDocument(schema, strict=True),
    )
    try:
        engine.run(request, answer)
    except RequestInvalid as refused:
        return "refused" if "In context=" in refused.message else f"odd: {refused.message}"
    except ServiceError as error:
        return f"broke: {error}"
    if answer.reason == "length":
        return CUT
    validator: Any = Draft202012Validator(
        schema, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    wrong = [error.message for error in validator.iter_errors(json.loads(answer.text))]
    return f"invalid: {answer.text} {wrong}" if wrong else "valid"


def measure(engine: LlamaCpp, cases: list[tuple[str, Any]], limits: list[int]) -> dict[str, Any]:
    counts = Counter[str]()
    wrong: list[str] = []

    def one(case: tuple[str, Any]) -> tuple[str, Any, str, float]:
        started = time.monotonic()
        became = outcome(engine, case[1], limits)
        return *case, became, time.monotonic() - started

    with ThreadPoolExecutor(engine.concurrency) as threads:
        for name, schema, became, took in threads.map(one, cases):
            kind, _, detail = became.partition(": ")
            counts[kind] += 1
            counts["refused slowly"] += kind == "refused" and took > SLOW_S
            if detail:
                wrong.append(f"{name}: {became}: {json.dumps(schema)[:600]}")
                print(wrong[-1], flush=True)
    return {"schemas": len(cases), **counts, "wrong": wrong}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--suite", type=Path)
    parser.add_argument("--generated", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--max-tokens", type=int, nargs="+", default=[60, 400])
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    dice = random.Random(asked.seed)
    cases = {
        "suite": list(suite(asked.suite)) if asked.suite else [],
        "generated": [(f"generated {n}", generated(dice)) for n in range(asked.generated)],
    }
    engine = load(EngineSpec("llama-cpp", asked.directory))
    result = {name: measure(engine, some, asked.max_tokens) for name, some in cases.items()}
    engine.close()
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
