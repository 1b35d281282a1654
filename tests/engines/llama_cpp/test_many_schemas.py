"""Any schema is taken or refused with a place; what is taken is kept to."""

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chat_events import reasons, texts
from dragoman.domain.chat import ChatRequest, JsonDocument, Sampling
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp import LlamaCpp, load
from dragoman.engines.llama_cpp.constraints.location import RESPONSE_FORMAT
from dragoman.engines.llama_cpp.constraints.schema import prepared
from dragoman.engines.llama_cpp.tools.answer_forms import Forms
from grammars import builds
from outlets import Basket

SUITE = json.loads(Path(__file__).with_name("suite_schemas.json").read_text())["cases"]
KEYWORDS = [
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "items",
    "prefixItems",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "$defs",
    "minimum",
    "multipleOf",
    "minLength",
    "maxItems",
    "pattern",
    "format",
    "not",
    "if",
    "$id",
]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
WORDS = st.sampled_from(
    ["string", "object", "#", "#/$defs/a", "#/items", "date", "(", "a+", "(a|b){1,9}"]
)
ANYTHING = st.recursive(
    PLAIN | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYWORDS, "a"]), inner, max_size=4)
    ),
    max_leaves=12,
)
SCHEMAS = st.dictionaries(st.sampled_from(KEYWORDS), ANYTHING, max_size=4)


@given(SCHEMAS)
@settings(max_examples=500, deadline=None)
def test_any_schema_is_taken_or_refused_with_a_place(schema: dict[str, Any]) -> None:
    try:
        prepared(schema, RESPONSE_FORMAT, strict=True)
    except RequestInvalid as error:
        refused = error.message
    else:
        return
    assert "In context=(" in refused


@given(SCHEMAS)
@settings(max_examples=300, deadline=None)
def test_without_strict_any_schema_is_taken_and_a_grammar_is_made_of_what_is_kept(
    schema: dict[str, Any],
) -> None:
    tools = (Tool("f", "", schema), Tool("g", "", {"type": "object"}))
    message = Message("user", (TextPart("Hello"),))
    for request in (
        ChatRequest((message,), tools=tools),
        ChatRequest((message,), format=JsonDocument(schema)),
    ):
        forms = Forms(request, request.tools, {})
        forms.ensure(builds)
        form = forms.calls() if request.tools else forms.text()
        assert form.grammar
        assert builds(form.grammar)


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> Generator[LlamaCpp]:
    loaded = load(EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct"))))
    yield loaded
    loaded.close()


@pytest.mark.model
@pytest.mark.parametrize("case", SUITE, ids=lambda case: case["description"])
def test_a_case_of_the_json_schema_test_suite_is_kept_to_or_refused(
    engine: LlamaCpp, case: dict[str, Any]
) -> None:
    schema = case["schema"]
    message = Message("user", (TextPart("Give a short example as JSON."),))
    basket = Basket()
    request = ChatRequest(
        (message,),
        max_tokens=40,
        sampling=Sampling(temperature=1.5),
        format=JsonDocument(schema, strict=True),
    )
    if not case["taken"]:
        with pytest.raises(RequestInvalid, match="In context="):
            engine.run(request, basket)
        assert basket.events == []
        return
    engine.run(request, basket)
    if reasons(basket.events) == ["stop"]:
        jsonschema.validate(json.loads(texts(basket.events)[0]), schema, Draft202012Validator)
