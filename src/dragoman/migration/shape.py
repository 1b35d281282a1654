"""Whether an answer has the shape that programs rely on."""

import importlib
import json
from collections.abc import Mapping
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from pydantic import TypeAdapter
from pydantic import ValidationError as TypeFault
from referencing import Registry
from referencing.exceptions import Unresolvable

from dragoman.migration.content import Call, Content
from dragoman.wire.fields import Json

_TYPES: Mapping[tuple[str, bool], tuple[str, str]] = {
    ("/chat/completions", False): ("openai.types.chat", "ChatCompletion"),
    ("/chat/completions", True): ("openai.types.chat", "ChatCompletionChunk"),
    ("/completions", False): ("openai.types", "Completion"),
    ("/completions", True): ("openai.types", "Completion"),
    ("/responses", False): ("openai.types.responses", "Response"),
    ("/responses", True): ("openai.types.responses", "ResponseStreamEvent"),
    ("/audio/transcriptions", False): ("openai.types.audio", "Transcription"),
    ("/audio/transcriptions", True): ("openai.types.audio", "TranscriptionStreamEvent"),
    ("/audio/translations", False): ("openai.types.audio", "Translation"),
    ("/embeddings", False): ("openai.types", "CreateEmbeddingResponse"),
}
"""Path and whether it is a stream → the type of the official client that reads the answer."""

MOST_FAULTS = 3


def client_is_here() -> bool:
    """Tell whether the official client is installed, whose types answers are read with."""
    try:
        importlib.import_module("openai")
    except ModuleNotFoundError:
        return False
    return True


def client_faults(path: str, content: Content, *, is_stream: bool) -> list[str]:
    """Say what the official client cannot read of an answer, the first few faults."""
    place = _TYPES.get((path, is_stream))
    if place is None or not content.documents:
        return []
    adapter: TypeAdapter[Any] = TypeAdapter(getattr(importlib.import_module(place[0]), place[1]))
    faults: list[str] = []
    for document in content.documents:
        try:
            adapter.validate_python(document)
        except TypeFault as fault:
            faults += [
                f"{'.'.join(map(str, error['loc']))}: {error['msg']}"
                for error in fault.errors(include_url=False, include_input=False)[:MOST_FAULTS]
            ]
        if len(faults) >= MOST_FAULTS:
            break
    return faults[:MOST_FAULTS]


def missing_fields(recorded: Content, answer: Content) -> list[str]:
    """Name the fields that the recorded answer has and this one has not; null is nothing."""
    before, now = set[str](), set[str]()
    for content, paths in ((recorded, before), (answer, now)):
        for document in content.documents:
            _collect("", document, paths)
    missing = sorted(before - now)
    # Where an object is missing, its members need not be told.
    return [path for path in missing if path.rpartition(".")[0] not in missing]


def answer_schema(body: object) -> object:
    """Give the JSON schema that a request wants its answer in; None: it wants no JSON."""
    request = _members(body)
    form = _members(_members(request.get("text")).get("format") or request.get("response_format"))
    if form.get("type") == "json_object":
        return {"type": "object"}
    if form.get("type") != "json_schema":
        return None
    return _members(form.get("json_schema", form)).get("schema", {})


def tool_schemas(body: object) -> Mapping[str, object]:
    """Give the schemas of a request's functions, by their names."""
    tools = _members(body).get("tools")
    schemas: dict[str, object] = {}
    for tool in cast("list[object]", tools) if isinstance(tools, list) else []:
        function = _members(_members(tool).get("function", tool))
        schemas[str(function.get("name"))] = function.get("parameters")
    return schemas


def schema_fault(text: str, schema: object) -> str | None:
    """Say why a text does not follow a schema; None: it does, or the schema cannot be read."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    if not isinstance(schema, dict | bool):
        return None
    try:
        # A registry of its own: nothing that a schema refers to is fetched.
        rules = cast("Any", schema)
        Draft202012Validator.check_schema(rules)
        validator: Any = Draft202012Validator(rules, registry=Registry())
        validator.validate(value)
    except ValidationError as error:
        return f"{error.json_path}: {error.message[:120]}"
    except (SchemaError, Unresolvable, RecursionError):
        return None
    return None


def call_fault(call: Call, schemas: Mapping[str, object]) -> str | None:
    """Say why a call does not fit the functions of its request; None: it does."""
    if call.name not in schemas:
        return f"there is no function {call.name!r}"
    schema = schemas[call.name]
    return None if schema is None else schema_fault(call.arguments, schema)


def _members(value: object) -> Mapping[str, Json]:
    """The members of an object; of anything else none."""
    return cast("Mapping[str, Json]", value) if isinstance(value, dict) else {}


def _collect(path: str, value: Json, paths: set[str]) -> None:
    """Add the paths of all members that are not null."""
    if isinstance(value, dict):
        for name, item in cast("Mapping[str, Json]", value).items():
            if item is not None:
                inside = f"{path}.{name}" if path else name
                paths.add(inside)
                _collect(inside, item, paths)
    elif isinstance(value, list):
        for item in cast("list[Json]", value):
            _collect(f"{path}[]", item, paths)
