"""Signs and numbers as people say them: the rows of `bench/signs.toml`, which has a hundred and
more a language."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from dragoman.phonemes.language import speaks_japanese

BENCH = Path(__file__).parents[2] / "bench/signs.py"


@pytest.fixture(scope="module")
def signs() -> Any:
    """The bench itself, which is no package."""
    spec = importlib.util.spec_from_file_location("signs", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["signs"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("half", ["choosing", "reporting"])
@pytest.mark.parametrize("language", ["en", "ko", "es", "fr", "it", "pt", "ja", "zh"])
def test_signs_and_numbers_are_said_as_people_say_them(signs: Any, half: str, language: str):
    if language == "ja" and not speaks_japanese():
        pytest.skip("the dictionary is not installed")
    rows = signs.ROWS[half][language]["rows"]
    wrong = [row[0] for row in rows if not signs.right(language, row)]
    assert len(wrong) <= (1 if half == "choosing" else 2), wrong
