"""The OpenAPI document is the ledger, the routes and the truth: compared both ways, and tried."""

import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.applications import Starlette
from starlette.routing import Route

from clients import http_client
from contract.hearing_ledger import TRANSCRIPTION, TRANSLATION
from contract.ledger import BEYOND, LEDGER, fates
from contract.speech_ledger import SPEECH
from dragoman.api import console, metrics, pages, routing
from dragoman.api.draining import Draining
from dragoman.domain.errors import RequestInvalid
from dragoman.serving.demo import demo_app
from dragoman.serving.settings import Settings
from dragoman.wire import tokens
from dragoman.wire.audio import own_fields, speech, translation
from dragoman.wire.audio.speech import parse as parse_speech
from dragoman.wire.chat import effectless, local
from dragoman.wire.chat.request import parse as parse_chat
from dragoman.wire.completions import request as completions
from dragoman.wire.completions.request import parse as parse_completion
from dragoman.wire.openapi.document import document
from dragoman.wire.openapi.operation import FORM, JSON
from dragoman.wire.openapi.operations import OPERATIONS
from dragoman.wire.openapi.text_bodies import KEPT_ITEMS
from dragoman.wire.responses import request as responses
from dragoman.wire.responses.request import parse as parse_response
from dragoman.wire.responses.request import parse_count
from sounds import tone, wav

UNWRITTEN = (*pages.PATHS, f"{console.PREFIX}{{path}}", metrics.PATH)
"""Paths of pages and programs, which the document is not about."""
EVERYTHING = {(operation.method, operation.path) for operation in OPERATIONS}
DOCUMENT = document("1", EVERYTHING)
LOADING = ("/v1/models/{name}/load", "/v1/models/{name}/unload")
BODIES = [
    pytest.param(path, method, id=f"{method} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if "requestBody" in operation
]


def schema(path: str, kind: str = JSON) -> dict[str, Any]:
    return DOCUMENT["paths"][path]["post"]["requestBody"]["content"][kind]["schema"]


def fields(path: str, kind: str = JSON) -> set[str]:
    return set(schema(path, kind)["properties"])


def test_chat_has_the_fields_of_the_ledger_and_no_others() -> None:
    ours = {*local.SERVED, *local.WITHOUT_EFFECT}
    assert fields("/v1/chat/completions") - ours == {*LEDGER, *BEYOND}
    assert fields("/v1/chat/completions") >= ours


@pytest.mark.parametrize("name", LEDGER)
def test_the_document_says_the_fate_of_every_field_of_the_ledger(name: str) -> None:
    said = schema("/v1/chat/completions")["properties"][name]
    about = said.get("description", "")
    fate = fates("/v1/chat/completions")[name]
    assert about.startswith("Has no effect: ") is (fate == "without_effect")
    assert (said.get("type") == "null") is (fate == "refused")


def test_sound_has_the_fields_of_its_ledgers_and_no_others() -> None:
    ours = set(own_fields.OUR_OWN)
    assert fields("/v1/audio/transcriptions", FORM) == {*TRANSCRIPTION, *ours}
    assert fields("/v1/audio/translations", FORM) == {*TRANSLATION, *translation.EXTENSIONS, *ours}
    assert fields("/v1/audio/speech") == set(speech.SpeechCall.model_fields)
    assert {name for name in fields("/v1/audio/speech") if not name.startswith("x_")} == set(SPEECH)


def test_the_other_endpoints_have_the_fields_that_their_readers_know() -> None:
    idle = set(local.WITHOUT_EFFECT)
    assert fields("/v1/responses") == {*responses.KNOWN, *idle}
    assert fields("/v1/responses/input_tokens") == {*responses.SHAPING, "personality"}
    known = {*completions.FIELDS, *completions.LOCAL, local.TEMPLATE, "return_progress"}
    assert fields("/v1/completions") == known | idle
    assert fields("/v1/tokenize") == {*tokens.TOKENISE, local.TEMPLATE, "chat_template", *idle}
    assert fields("/v1/detokenize") == set(tokens.DETOKENISE)
    assert set(effectless.ACCEPTED_WITHOUT_EFFECT) <= fields("/v1/chat/completions")


CHAT = {"model": "m", "messages": [{"role": "user", "content": "json"}], "logprobs": True}
READERS = {
    "/v1/chat/completions": (parse_chat, CHAT),
    "/v1/completions": (parse_completion, {"model": "m", "prompt": ""}),
    "/v1/responses": (parse_response, {"model": "m", "input": "a"}),
    "/v1/audio/speech": (parse_speech, {"model": "m", "input": "a", "voice": "alloy"}),
}
BOUNDS = [
    pytest.param(path, name, side, id=f"{path} {name} {side}")
    for path in READERS
    for name, about in schema(path)["properties"].items()
    for side in ("minimum", "maximum")
    if side in about
]


def faults(path: str, **changes: object) -> str:
    """The field of the fault; empty where there is none."""
    read, body = READERS[path]
    try:
        read({**body, **changes})
    except RequestInvalid as error:
        return error.param or error.message
    return ""


@pytest.mark.parametrize(("path", "name", "side"), BOUNDS)
def test_the_bounds_of_numbers_are_those_of_the_reader(path: str, name: str, side: str) -> None:
    bound = schema(path)["properties"][name][side]
    beyond = bound + (1 if side == "maximum" else -1)
    assert name not in faults(path, **{name: bound, **({"best_of": 20} if name == "n" else {})})
    assert name in faults(path, **{name: beyond})


CHOICES = [
    pytest.param(path, name, id=f"{path} {name}")
    for path in READERS
    for name, about in schema(path)["properties"].items()
    if "enum" in about
]


@pytest.mark.parametrize(("path", "name"), CHOICES)
def test_the_choices_are_those_of_the_reader(path: str, name: str) -> None:
    for choice in schema(path)["properties"][name]["enum"]:
        assert name not in faults(path, **{name: choice}) or name in speech.ONLY_IN_EVENTS
    assert name in faults(path, **{name: "no such choice"})


def test_every_post_that_reads_a_body_has_one() -> None:
    without = {
        path
        for path, methods in DOCUMENT["paths"].items()
        if "post" in methods and "requestBody" not in methods["post"]
    }
    assert without == {"/v1/responses/{name}/cancel", *LOADING}


@pytest.mark.parametrize(("path", "method"), BODIES)
def test_every_schema_is_one_and_takes_its_examples(path: str, method: str) -> None:
    for content in DOCUMENT["paths"][path][method]["requestBody"]["content"].values():
        whole = {**content["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator.check_schema(whole)
        assert content["examples"]
        for example in content["examples"].values():
            validator = Draft202012Validator(whole)
            assert validator.is_valid(example["value"])  # pyright: ignore[reportUnknownMemberType]


def test_every_reference_leads_somewhere() -> None:
    parts = json.dumps(DOCUMENT).split('"$ref": "#/')[1:]
    for place in {part.partition('"')[0] for part in parts}:
        target: Any = DOCUMENT
        for step in place.split("/"):
            target = target[step]


def test_operations_have_names_of_their_own() -> None:
    names = [operation.id for operation in OPERATIONS]
    assert len(set(names)) == len(names)


@pytest.fixture
async def app() -> AsyncGenerator[Starlette]:
    made = demo_app(Settings(), Draining())
    async with made.router.lifespan_context(made):
        yield made


async def test_the_document_has_every_route_and_no_other(app: Starlette) -> None:
    routes = [route for route in app.routes if isinstance(route, Route)]
    served = {pair for pair in routing.operations(routes) if pair[1] not in UNWRITTEN}
    written = document("1", served)["paths"]
    assert {(method, path) for path, methods in written.items() for method in methods} == served
    # The demonstration stores no answers of chat, and its engines stay; all else it has.
    stored = {pair for pair in EVERYTHING if pair[1].startswith("/v1/chat/completions")}
    absent = stored - {("post", "/v1/chat/completions")} | {("post", path) for path in LOADING}
    assert EVERYTHING - served == absent


def form(value: Mapping[str, str]) -> tuple[dict[str, tuple[str, bytes]], dict[str, str]]:
    """The files and the texts of a form's example; a file stands there by its name."""
    names = {name for name, each in value.items() if each.endswith(".wav")}
    files = {name: (value[name], wav(tone(1.0))) for name in names}
    return files, {name: each for name, each in value.items() if name not in names}


EXAMPLES = [
    pytest.param(path, kind, value["value"], id=f"{path} {name}")
    for path, methods in DOCUMENT["paths"].items()
    for operation in methods.values()
    for kind, content in operation.get("requestBody", {}).get("content", {}).items()
    for name, value in content["examples"].items()
    if "{" not in path
]


@pytest.mark.parametrize(("path", "kind", "value"), EXAMPLES)
async def test_examples_are_accepted(
    path: str, kind: str, value: dict[str, Any], app: Starlette
) -> None:
    async with http_client(app) as client:
        files, data = (None, None) if kind == JSON else form(value)
        body = value if kind == JSON else None
        host = {"host": "localhost"}
        answer = await client.post(path, headers=host, json=body, files=files, data=data)
    assert answer.status_code == 200, answer.text


async def test_the_server_gives_its_document_without_a_key() -> None:
    made = demo_app(Settings(api_keys=("sk-one",)), Draining())
    async with made.router.lifespan_context(made), http_client(made) as client:
        answer = await client.get("/openapi.json", headers={"host": "localhost"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert told["openapi"] == "3.1.0"
    assert told["security"] == [{"key": []}]
    assert told["paths"]["/livez"]["get"]["security"] == []


def test_the_page_of_errors_names_every_status_of_the_document() -> None:
    page = (Path(__file__).parents[2] / "docs/errors.md").read_text()
    statuses = {
        status
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        for status in operation["responses"]
    } - {"200"}
    assert [status for status in sorted(statuses) if status not in page] == []


CHAT_PATH, RESPONSES_PATH = "/v1/chat/completions", "/v1/responses"
A_TOOL = {"type": "function", "function": {"name": "f"}}
TOGETHER: list[tuple[str, dict[str, Any], str]] = [
    (CHAT_PATH, {"tools": [A_TOOL], "functions": [{"name": "f"}]}, "functions"),
    (CHAT_PATH, {"tool_choice": "auto"}, "tool_choice"),
    (CHAT_PATH, {"parallel_tool_calls": True}, "parallel_tool_calls"),
    (CHAT_PATH, {"function_call": "auto"}, "function_call"),
    (CHAT_PATH, {"top_logprobs": 1, "logprobs": None}, "top_logprobs"),
    (CHAT_PATH, {"stream_options": {}}, "stream_options"),
    (RESPONSES_PATH, {"input": None}, "input"),
    (RESPONSES_PATH, {"previous_response_id": "a", "conversation": "b"}, "Mutually"),
    (RESPONSES_PATH, {"stream_options": {}}, "stream_options"),
    ("/v1/completions", {"stream_options": {}}, "stream_options"),
    ("/v1/completions", {"guided_regex": "a", "guided_choice": ["a"]}, "guided_regex"),
    ("/v1/audio/speech", {"x_word_times": True}, "x_word_times"),
    ("/v1/audio/speech", {"x_dry_run": True, "stream_format": "sse"}, "x_dry_run"),
]


@pytest.mark.parametrize(("path", "changes", "fault"), TOGETHER)
def test_members_that_depend_on_each_other_do_so_in_the_document(
    path: str, changes: dict[str, Any], fault: str
) -> None:
    validator = Draft202012Validator({**schema(path), "components": DOCUMENT["components"]})
    body: dict[str, Any] = {**READERS[path][1]}
    assert validator.is_valid(body)  # pyright: ignore[reportUnknownMemberType]
    assert not validator.is_valid({**body, **changes})  # pyright: ignore[reportUnknownMemberType]
    assert faults(path, **changes).startswith(fault)


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert faults(CHAT_PATH, max_tokens=5.0) == ""
    assert faults(CHAT_PATH, max_tokens=5.5) == "max_tokens"
    assert faults(CHAT_PATH, seed=1e300) == "seed"


def test_a_refused_field_that_is_null_is_absent() -> None:
    parse_count({"model": "m", "input": "a", "personality": None})
    with pytest.raises(RequestInvalid, match="personality"):
        parse_count({"model": "m", "input": "a", "personality": "friendly"})


def test_the_type_of_a_message_may_be_null_as_it_may_be_absent() -> None:
    for item in ({"role": "user", "content": "a"}, {"type": None, "role": "user", "content": "a"}):
        parse_response({"model": "m", "input": [item]}, "refuse")
        validators: list[Any] = [Draft202012Validator(each) for each in KEPT_ITEMS]
        assert any(validator.is_valid(item) for validator in validators)
