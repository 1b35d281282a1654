"""The ledger is whole, and true."""

from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
from openai.types.chat import completion_create_params as openai

from contract.ledger import BEYOND, LEDGER, Entry, fates
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.effectless import ACCEPTED_WITHOUT_EFFECT
from dragoman.wire.chat.extensions import EXTENSIONS
from dragoman.wire.chat.request import FIELDS, parse

OPENAI = {
    name
    for kind in (
        openai.CompletionCreateParamsNonStreaming,
        openai.CompletionCreateParamsStreaming,
    )
    for name in get_type_hints(kind)
}
FATES = fates("/v1/chat/completions")
ENTRIES = [pytest.param(entry, id=name) for name, entry in (LEDGER | BEYOND).items()]


def test_every_field_of_the_installed_client_is_in_the_ledger() -> None:
    assert set(LEDGER) == OPENAI


def test_the_parser_knows_the_same_fields() -> None:
    assert set(FIELDS) == OPENAI


def test_the_written_list_says_the_same() -> None:
    effectless = {name for name in LEDGER if FATES[name] == "without_effect"}
    assert set(ACCEPTED_WITHOUT_EFFECT) == effectless


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_proof_of_every_entry_exists(entry: Entry) -> None:
    assert entry.proof
    for proof in entry.proof:
        module, _, function = proof.rpartition(".")
        assert function.startswith("test_")
        assert callable(getattr(import_module(module), function))


REFUSALS = {
    "moderation": {"model": "m"},
    "web_search_options": {"search_context_size": "low"},
}


@pytest.mark.parametrize("name", [name for name in LEDGER if FATES[name] == "refused"])
def test_a_refused_field_is_refused_by_name(name: str) -> None:
    body = {"model": "m", "messages": [{"role": "user"}], name: REFUSALS[name]}
    with pytest.raises(RequestInvalid) as caught:
        parse(body)
    assert caught.value.param == name


def test_every_extension_of_ours_is_in_the_ledger_with_its_proof() -> None:
    assert set(BEYOND) == set(EXTENSIONS)
    assert all(name.startswith("x_") for name in BEYOND)


def test_the_docs_name_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs/endpoints/chat.md").read_text()
    assert [name for name in (*LEDGER, *BEYOND) if f"`{name}`" not in page] == []
