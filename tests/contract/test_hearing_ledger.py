"""The ledger of transcriptions and translations is whole, and true."""

from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
from openai.types.audio import transcription_create_params as openai
from openai.types.audio.translation_create_params import TranslationCreateParams

from contract.hearing_ledger import TRANSCRIPTION, TRANSLATION
from contract.ledger import Entry, fates
from dragoman.wire.audio import transcription as wire
from dragoman.wire.audio import translation

FIELDS = {
    name
    for kind in (
        openai.TranscriptionCreateParamsNonStreaming,
        openai.TranscriptionCreateParamsStreaming,
    )
    for name in get_type_hints(kind)
}
PAGES = Path(__file__).parents[2] / "docs/endpoints"
BOTH = [*TRANSCRIPTION.items(), *TRANSLATION.items()]


def test_every_field_of_the_installed_client_is_in_the_ledger() -> None:
    assert set(TRANSCRIPTION) == FIELDS
    assert set(TRANSLATION) == set(get_type_hints(TranslationCreateParams))


def test_the_reader_of_forms_knows_the_same_fields() -> None:
    known = {*wire.SERVED, *wire.ALSO_SERVED, *wire.ACCEPTED_WITHOUT_EFFECT}
    assert known == FIELDS


def test_the_reader_of_translations_knows_the_same_fields() -> None:
    assert set(translation.SERVED) == set(TRANSLATION)


def test_no_field_of_openai_is_refused() -> None:
    assert not [
        name for name, fate in fates("/v1/audio/transcriptions").items() if fate == "refused"
    ]


@pytest.mark.parametrize("entry", [pytest.param(entry, id=name) for name, entry in BOTH])
def test_the_proof_of_every_entry_exists(entry: Entry) -> None:
    assert entry.proof
    for proof in entry.proof:
        module, _, function = proof.rpartition(".")
        assert function.startswith("test_")
        assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize(
    ("page", "ledger"), [("transcriptions.md", TRANSCRIPTION), ("translations.md", TRANSLATION)]
)
def test_the_docs_name_every_field(page: str, ledger: dict[str, Entry]) -> None:
    text = (PAGES / page).read_text()
    assert [name for name in ledger if f"`{name}" not in text] == []
