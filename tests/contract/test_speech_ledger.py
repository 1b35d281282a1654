"""The speech ledger is whole, and true."""

from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
from openai.types.audio.speech_create_params import SpeechCreateParams

from contract.ledger import Entry, fates
from contract.speech_ledger import SPEECH
from dragoman.wire.audio.speech import SpeechCall

FIELDS = set(SpeechCall.model_fields)


def test_every_field_of_the_installed_client_is_in_the_ledger() -> None:
    assert set(SPEECH) == set(get_type_hints(SpeechCreateParams))


def test_the_parser_knows_the_same_fields_and_ours() -> None:
    assert {name for name in FIELDS if not name.startswith("x_")} == set(SPEECH)


def test_no_field_is_without_effect() -> None:
    assert "without_effect" not in fates("/v1/audio/speech").values()


@pytest.mark.parametrize("entry", [pytest.param(SPEECH[name], id=name) for name in SPEECH])
def test_the_proof_of_every_entry_exists(entry: Entry) -> None:
    assert entry.proof
    for proof in entry.proof:
        module, _, function = proof.rpartition(".")
        assert function.startswith("test_")
        assert callable(getattr(import_module(module), function))


def test_the_docs_name_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs/endpoints/speech.md").read_text()
    assert [name for name in sorted(FIELDS) if f"`{name}`" not in page] == []
