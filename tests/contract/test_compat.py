"""The shipped ledger is what readers do, what the OpenAPI document has, and what the pages tell."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from contract.ledger import fates
from dragoman.cli.compat import tables
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.models import ModelCard
from dragoman.engines import kinds_by_engine
from dragoman.models.catalogue import load
from dragoman.wire import tokens
from dragoman.wire.audio.speech import parse as parse_speech
from dragoman.wire.audio.transcription import transcription
from dragoman.wire.chat.request import parse as parse_chat
from dragoman.wire.compat.answer import compat, ledger
from dragoman.wire.compat.differences import Difference, differences
from dragoman.wire.compat.field import Endpoint, Fate, Field
from dragoman.wire.completions.request import parse as parse_completion
from dragoman.wire.openapi.document import document
from dragoman.wire.openapi.operations import OPERATIONS
from dragoman.wire.responses.conversations import parse_new
from dragoman.wire.responses.request import parse as parse_response
from dragoman.wire.responses.request import parse_count

DOCS = Path(__file__).parents[2] / "docs"
CHAT, RESPONSES, COMPLETIONS = "/v1/chat/completions", "/v1/responses", "/v1/completions"
TRANSCRIPTIONS, SPEECH = "/v1/audio/transcriptions", "/v1/audio/speech"
LEDGER = {endpoint.path: endpoint for endpoint in ledger()}
DOCUMENT = document("1", {(each.method, each.path) for each in OPERATIONS})
CHANGES = {
    f"{path}/{{name}}{rest}"
    for path, rest in ((CHAT, ""), ("/v1/conversations", ""), ("/v1/conversations", "/items"))
} | {"/v1/audio/voice_consents/{name}"}
"""What changes something that is kept: one field each."""


def properties(path: str) -> dict[str, Any]:
    content = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]
    return {
        name: about
        for each in content.values()
        for name, about in each["schema"]["properties"].items()
    }


def test_every_body_of_the_document_is_in_the_ledger():
    bodies = {
        path
        for path, methods in DOCUMENT["paths"].items()
        if "requestBody" in methods.get("post", {})
    }
    twins = {path for path in bodies if f"/v1{path}" in bodies}
    assert bodies - twins - CHANGES == LEDGER.keys()


@pytest.mark.parametrize("path", LEDGER)
def test_the_fields_of_an_endpoint_are_those_of_the_document(path: str):
    shown, known = properties(path), fates(path)
    beyond = known.keys() - shown.keys()
    assert shown.keys() <= known.keys()
    assert {known[name] for name in beyond} <= {"refused"}


@pytest.mark.parametrize("path", LEDGER)
def test_the_document_gives_the_reason_of_the_ledger(path: str):
    shown = properties(path)
    for field in LEDGER[path].fields:
        about = shown.get(field.name, {})
        reason = about.get("description", "")
        assert reason.startswith("Has no effect") is (
            field.fate == "without_effect" and field.name in shown
        )
        assert (about.get("type") == "null") is (field.fate == "refused" and field.name in shown)
        if field.fate == "without_effect" and field.name in shown:
            assert reason == f"Has no effect: {field.note}."


@pytest.mark.parametrize("path", LEDGER)
def test_whatever_is_not_plainly_honoured_says_how_or_why(path: str):
    names = [field.name for field in LEDGER[path].fields]
    assert len(set(names)) == len(names)
    assert [
        each.name for each in LEDGER[path].fields if each.fate != "honoured" and not each.note
    ] == []
    assert (DOCS / LEDGER[path].page).is_file()


Call = Callable[[dict[str, Any]], Any]
HI = {"role": "user", "content": "Hello"}
READERS: dict[str, tuple[Call, dict[str, Any]]] = {
    CHAT: (parse_chat, {"model": "m", "messages": [HI]}),
    RESPONSES: (parse_response, {"model": "m", "input": "a"}),
    "/v1/responses/input_tokens": (parse_count, {"model": "m", "input": "a"}),
    COMPLETIONS: (parse_completion, {"model": "m"}),
    "/v1/tokenize": (tokens.tokenise, {"model": "m", "prompt": "a"}),
    "/v1/conversations": (parse_new, {}),
}
VALUES: dict[str, Any] = {
    "user": "u",
    "safety_identifier": "s",
    "prompt_cache_key": "k",
    "prompt_cache_retention": "24h",
    "prompt_cache_options": {},
    "service_tier": "flex",
    "max_tool_calls": 2,
    "client_metadata": {},
    "reasoning.context": "auto",
    "reasoning.mode": "standard",
    "prompt_cache_breakpoint": {"mode": "explicit"},
}
FUNCTION = {"name": "f", "arguments": "{}"}


def value_of(name: str) -> Any:
    """A value that only the field itself could be refused for."""
    return VALUES.get(name, VALUES.get(name.rpartition(".")[2], True))


def in_message(name: str, value: Any) -> dict[str, Any]:
    """A chat in which that member stands."""
    member = {name.rpartition(".")[2]: value}
    if name.startswith("messages[].content[].file."):
        part = {"type": "file", "file": {**member, "file_data": "YQ=="}}
        return {"messages": [{"role": "user", "content": [part]}]}
    if name.startswith("messages[].content[]."):
        return {
            "messages": [{"role": "user", "content": [{"type": "text", "text": "a", **member}]}]
        }
    if name.startswith("messages[].tool_calls[]."):
        call = {"id": "c", "type": "function", "function": FUNCTION, **member}
        said = {"role": "assistant", "content": None, "tool_calls": [call]}
        return {"messages": [HI, said, {"role": "tool", "tool_call_id": "c", "content": "1"}]}
    return {"messages": [HI, {"role": "assistant", "content": "a", **member}]}


CALL = {"type": "function_call", "call_id": "c", **FUNCTION}
OUTPUT = {"type": "function_call_output", "call_id": "c"}
TEXT = {"type": "input_text", "text": "a"}


def in_item(name: str, value: Any) -> dict[str, Any]:
    """A response's request in which that member stands."""
    kind = name.partition("[")[2].removesuffix("]")
    last = name.rpartition(".")[2]
    field, _, inner = name.partition(".")
    file = {"type": "input_file", last: "file-1"}
    places: dict[str, dict[str, Any]] = {
        "input[].output[].": {"input": [HI, CALL, {**OUTPUT, "output": [{**TEXT, last: value}]}]},
        "input[].content[].file_": {"input": [{"role": "user", "content": [file]}]},
        "input[].content[].": {"input": [{"role": "user", "content": [{**TEXT, last: value}]}]},
        "input[].": {"input": [{**HI, last: value}]},
        "items[].": {"items": [{"type": "message", **HI, last: value}]},
        "input[": {"input": [HI, {"type": kind}]},
        # Hosted tools are passed over beside functions alone.
        "tools[": {"tools": [{"type": kind}, {"type": "function", "name": "f"}]},
        "include[": {"include": [kind]},
        "": {field: {inner: value}},
    }
    return next(body for start, body in places.items() if name.startswith(start))


def body_with(path: str, field: Field) -> dict[str, Any]:
    value = value_of(field.name)
    if field.is_top:
        return {field.name: value}
    return in_message(field.name, value) if path == CHAT else in_item(field.name, value)


def of_fate(fate: Fate) -> list[Any]:
    return [
        pytest.param(path, field, id=f"{path} {field.name}")
        for path in READERS
        for field in LEDGER[path].fields
        if field.fate == fate
    ]


@pytest.mark.parametrize(("path", "field"), of_fate("without_effect"))
def test_what_has_no_effect_is_taken_and_named(path: str, field: Field):
    read, body = READERS[path]
    call = read({**body, **body_with(path, field)})
    # The header has room for 48 names; a path in it has no brackets.
    assert field.name.replace("[]", "") in call.ignored or field.name in call.ignored


@pytest.mark.parametrize(("path", "field"), of_fate("refused"))
def test_what_is_refused_is_refused_by_name(path: str, field: Field):
    read, body = READERS[path]
    with pytest.raises(RequestInvalid) as caught:
        read({**body, **body_with(path, field)})
    inner = re.split(r"[.\[\]]+", field.name.strip("]"))[-1]
    assert inner in f"{caught.value.param} {caught.value.message}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT, {"messages": [{"role": "user", "content": [1]}]}),
        (RESPONSES, {"input": [1]}),
        (RESPONSES, {"input": [{"role": "user", "content": [1]}]}),
    ],
)
def test_what_is_no_object_has_no_members_to_be_named(path: str, body: dict[str, Any]):
    read, usual = READERS[path]
    with pytest.raises(RequestInvalid):
        read({**usual, **body})


@pytest.mark.parametrize("fate", ["honoured", "emulated"])
@pytest.mark.parametrize("path", READERS)
def test_what_is_served_is_no_unknown_field_and_is_never_named(path: str, fate: Fate):
    read, body = READERS[path]
    for field in LEDGER[path].fields:
        if field.is_top and field.fate == fate and field.name not in body:
            assert field.name not in read({**body, field.name: None}).ignored


CATALOGUE = load(engines=kinds_by_engine())


def card_of(kind: str, engine: str, **more: Any) -> ModelCard:
    return ModelCard("own", kind, engine, names=(*CATALOGUE.openai[kind], "another"), **more)


def form_fault(name: str, field: str) -> tuple[str | None, Sequence[str]]:
    """The field that a form is refused for, and those that have no effect."""
    values = {
        "stream": "true",
        "include": "logprobs",
        "languages": "en",
        "timestamp_granularities": "word",
    }
    fields = [("model", name), (field, values.get(field, "a"))]
    try:
        return None, transcription(fields, has_file=True).ignored
    except RequestInvalid as error:
        return error.param, ()


HEARD = differences(card_of("transcription", "whisper-ct2"), {"transcription"})


@pytest.mark.parametrize(
    "each", [pytest.param(each, id=f"{each.field} {each.fate}") for each in HEARD]
)
def test_names_of_transcription_differ_as_the_reader_does(each: Difference):
    assert each.field is not None
    assert each.names is not None
    for name in each.names:
        refused, ignored = form_fault(name, each.field)
        assert (refused == each.field) is (each.fate == "refused")
        assert (each.field in ignored) is (each.fate == "without_effect")


@pytest.mark.parametrize("field", ["stream", "prompt", "include", "languages", "keywords"])
def test_other_names_of_transcription_do_not_differ(field: str):
    differing = {name for each in HEARD if each.field == field for name in each.names or ()}
    card = card_of("transcription", "whisper-ct2")
    others = {card.id, *card.names} - differing
    assert "own" in others
    assert {name: form_fault(name, field) for name in others} == dict.fromkeys(others, (None, ()))


def test_the_older_names_of_speech_differ_as_the_reader_does():
    values = {"stream_format": "sse", "x_word_times": True, "x_captions": "srt", "voice": "cedar"}
    found = differences(card_of("speech", "kokoro-onnx"), {"speech"})
    assert {each.field for each in found} == values.keys()
    for each in found:
        body = {"input": "a", "voice": "alloy", str(each.field): values[str(each.field)]}
        for name in each.names or ():
            with pytest.raises(RequestInvalid) as caught:
                parse_speech({"model": name, **body})
            assert str(each.field) in f"{caught.value.param} {caught.value.message}"
        if each.field not in ("x_word_times", "x_captions"):  # which need a stream of events
            parse_speech({"model": "gpt-4o-mini-tts", **body})


def fate_with(card: ModelCard, kinds: Iterable[str], path: str, field: str | None) -> set[str]:
    found = differences(card, set(kinds))
    return {each.fate for each in found if (each.path, each.field) == (path, field)}


def test_chat_differs_by_what_is_installed_and_by_the_engine():
    every = ("chat", "transcription", "speech", "sight")
    blind, seeing = card_of("chat", "llama-cpp"), card_of("chat", "llama-cpp", sees=True)
    picture = "messages[].content[].image_url"
    assert fate_with(blind, every, CHAT, picture) == set()
    assert fate_with(seeing, every, CHAT, picture) == {"honoured"}
    assert fate_with(blind, ["chat"], CHAT, picture) == {"refused"}
    assert fate_with(blind, ["chat"], CHAT, "audio") == {"refused"}
    assert fate_with(blind, every, CHAT, "reasoning_effort") == {"refused", "without_effect"}
    thinking = card_of("chat", "llama-cpp", options={"reasoning": True})
    assert fate_with(thinking, every, CHAT, "reasoning_effort") == set()
    elsewhere = card_of("chat", "remote-openai", options={"model": "gpt-4o"})
    assert fate_with(elsewhere, every, CHAT, "grammar") == {"refused"}
    assert fate_with(elsewhere, every, "/v1/tokenize", None) == {"refused"}
    (ids,) = [
        each
        for each in differences(elsewhere, every)
        if each.field == "logit_bias" and each.path == CHAT
    ]
    assert {"gpt-4", "gpt-3.5-turbo"} <= set(ids.names or ())
    assert not {"gpt-4o", "gpt-5", "own"} & set(ids.names or ())


def test_a_model_that_has_no_name_of_openais_differs_in_nothing_of_its_names():
    for kind in ("speech", "transcription", "sight"):
        assert not differences(ModelCard("own", kind, "some-engine"), ())


def test_every_difference_is_of_a_field_of_the_ledger():
    cards = [
        card_of("chat", "llama-cpp", sees=True),
        card_of("chat", "remote-openai"),
        card_of("transcription", "whisper-ct2"),
        card_of("speech", "kokoro-onnx"),
        card_of("transcription", "remote-openai-transcription"),
        card_of("speech", "remote-openai-speech"),
    ]
    for card in cards:
        for each in (
            *differences(card, ()),
            *differences(card, ("sight", "speech", "transcription")),
        ):
            known = {field.name for field in LEDGER[each.path].fields}
            assert each.field is None or each.field in known


def test_the_operators_choice_about_unknown_fields_is_told():
    told = {each.path: each.unknown_fields for each in compat("1", [], "tell").endpoints}
    assert (told[CHAT], told[SPEECH]) == ("without_effect", "refused")
    refused = {each.unknown_fields for each in compat("1", [], "refuse").endpoints}
    assert refused == {"refused"}
    for path, (read, body) in READERS.items():
        if LEDGER[path].may_tell:
            read_by_all: Any = read
            assert "no_such_field" in read_by_all({**body, "no_such_field": 1}, "tell").ignored


# The pages


def test_the_page_of_the_ledger_is_what_the_command_writes():
    page = (DOCS / "compat.md").read_text()
    assert page.endswith(f"`dragoman compat --markdown`. -->\n\n{tables(compat('1', []))}")


def section(page: str, begin: str, end: str) -> str:
    text = (DOCS / "endpoints" / page).read_text()
    assert text.count(begin) == 1
    return text.partition(begin)[2].partition(end)[0]


def named(text: str) -> set[str]:
    """The fields that a text names."""
    return {name.removesuffix("[]") for name in re.findall(r"`([a-z_0-9.]+(?:\[\])?)`", text)}


def first_cells(text: str) -> set[str]:
    """The fields in the first column of the tables of a text."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in named(row.split(" | ")[0])}


def theirs(path: str, *wanted: Fate) -> set[str]:
    """The top fields of OpenAI that have one of these fates."""
    return {
        f.name
        for f in LEDGER[path].fields
        if f.is_top and f.origin == "openai" and f.fate in wanted
    }


def test_the_page_of_chat_says_the_same():
    served = section("chat.md", "**Served**:", "\n\n")
    assert named(served) == theirs(CHAT, "honoured", "emulated") - {"model"}
    without = section("chat.md", "**Accepted without effect**", "\n\nEvery answer")
    assert first_cells(without) == theirs(CHAT, "without_effect") | {"reasoning_effort"}
    refused = section("chat.md", "**Refused by name**", "\n\n`logit_bias`")
    assert first_cells(refused) == theirs(CHAT, "refused")
    local = section("chat.md", "## Fields of local servers", "\n## ")
    table, _, rest = local.partition("These are accepted without effect")
    known = [field for field in LEDGER[CHAT].fields if field.origin == "local_servers"]
    assert {f.name for f in known if f.is_top and f.fate != "without_effect"} <= named(
        table.replace(".", "` `")
    )
    idle = {field.name.rpartition(".")[2] for field in known if field.fate == "without_effect"}
    assert named(rest) <= idle


def test_the_page_of_responses_says_the_same():
    table, _, rest = section("responses.md", "## What becomes of each field", "## Items").partition(
        "**Accepted without effect**"
    )
    assert first_cells(table) == theirs(RESPONSES, "honoured", "emulated") - {"model"}
    inner = {"reasoning.context", "reasoning.mode"}
    assert first_cells(rest) == theirs(RESPONSES, "without_effect") | inner
    refused = rest.partition("**Refused by name**:")[2].partition("Null")[0]
    assert named(refused) == theirs(RESPONSES, "refused")


def test_the_page_of_completions_says_the_same():
    text = (DOCS / "endpoints/completions.md").read_text()
    assert first_cells(text) == theirs(COMPLETIONS, "honoured", "emulated", "without_effect") - {
        "model"
    }
    without = [line for line in text.splitlines() if line.startswith("|") and "no effect" in line]
    assert first_cells("\n".join(without)) == theirs(COMPLETIONS, "without_effect")


@pytest.mark.parametrize("path", [SPEECH, TRANSCRIPTIONS, "/v1/audio/translations"])
def test_the_pages_of_sound_have_the_fields_of_the_ledger(path: str):
    endpoint: Endpoint = LEDGER[path]
    text = (DOCS / endpoint.page).read_text()
    tables_of_fields = "\n".join(
        part.partition("\n\n")[0] for part in text.split("| field | values | default | |")[1:]
    )
    assert first_cells(tables_of_fields) == fates(path).keys()


def test_the_page_of_transcriptions_says_what_has_no_effect_under_some_names():
    without = section("transcriptions.md", "| field | why |", "\n\n")
    assert {each.field for each in HEARD if each.fate == "without_effect"} == first_cells(
        without
    ) - {"json"}
