"""The fields of `/v1/completions` are the installed client's, and the page names them all."""

from pathlib import Path
from typing import get_type_hints

from openai.types import completion_create_params as openai

from dragoman.wire.completions.request import FIELDS, WITHOUT_EFFECT

PAGE = Path(__file__).parents[2] / "docs/endpoints/completions.md"
OPENAI = {
    name
    for kind in (
        openai.CompletionCreateParamsNonStreaming,
        openai.CompletionCreateParamsStreaming,
    )
    for name in get_type_hints(kind)
}


def test_every_field_of_the_installed_client_is_known() -> None:
    assert set(FIELDS) == OPENAI
    assert WITHOUT_EFFECT.keys() < OPENAI


def test_the_page_names_every_field() -> None:
    page = PAGE.read_text()
    assert [name for name in FIELDS if f"`{name}`" not in page] == []
