"""The sizes of rooms: what is too big or too small has a reason, and no reason is left over."""

import sys
from collections.abc import Callable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/rooms.py"
LONG = "def walk():\n" + "    print()\n" * 65


@pytest.fixture(scope="module")
def rooms() -> ModuleType:
    spec = spec_from_file_location("rooms", SCRIPT)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules["rooms"] = module  # its dataclasses look it up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def read(rooms: ModuleType, tmp_path: Path) -> Callable[[Mapping[str, str]], Any]:
    def written(files: Mapping[str, str]) -> Any:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return rooms.read(tmp_path)

    return written


def test_small_and_big_files_and_big_functions_need_a_reason(rooms: ModuleType, read: Any):
    files = read(
        {
            "wire/small.py": "A = 1\n",
            "wire/__init__.py": "",
            "wire/big.py": "A = 1\n" * 401,
            "wire/usual.py": LONG,
        }
    )
    assert rooms.faults(files, {}) == [
        "[small_files] lacks a reason for wire/small.py",
        "[big_files] lacks a reason for wire/big.py",
        "[big_functions] lacks a reason for wire/usual.py:walk",
    ]
    reasons = {
        "small_files": {"wire/small.py": "a table"},
        "big_files": {"wire/big.py": "made by a program"},
        "big_functions": {"wire/usual.py:walk": "a list"},
    }
    assert rooms.faults(files, reasons) == []


def test_a_reason_that_nothing_needs_is_told(rooms: ModuleType, read: Any):
    files = read({"wire/small.py": "A = 1\n"})
    reasons = {"small_files": {"wire/small.py": " ", "wire/gone.py": "a table"}, "odd": {}}
    assert rooms.faults(files, reasons) == [
        "[odd] is no table of these",
        "[small_files] wire/gone.py: needs none any more",
        "[small_files] wire/small.py: the reason is empty",
    ]


def test_an_engine_is_a_room(read: Any):
    names = ["engines/whisper/deep/file.py", "engines/__init__.py", "wire/chat/file.py", "main.py"]
    files = read(dict.fromkeys(names, "A = 1\n"))
    assert {file.path: file.room for file in files} == {
        "engines/__init__.py": "engines",
        "engines/whisper/deep/file.py": "engines/whisper",
        "main.py": "dragoman",
        "wire/chat/file.py": "wire",
    }


def test_participles_are_seen_as_parameters_fields_and_methods(read: Any):
    (file,) = read(
        {
            "wire/names.py": (
                "class Answer:\n"
                "    told: str\n"
                "    def __init__(self, asked):\n"
                "        self._wanted = asked\n"
                "        said = 1\n"
                "    def found(self, *, given=1): ...\n"
            )
        }
    )
    assert file.participles == [
        (2, "told"),
        (3, "asked"),
        (4, "_wanted"),
        (6, "found"),
        (6, "given"),
    ]


def test_nested_functions_and_methods_are_measured(read: Any):
    text = "class Answer:\n    async def read(self):\n        def inner(): ...\n        inner()\n"
    (file,) = read({"wire/names.py": text})
    assert file.functions == {"Answer.read": 3, "Answer.read.inner": 1}


def test_docstrings_of_public_names_must_have_a_subject(rooms: ModuleType, read: Any):
    text = (
        '"""From a module: no public name."""\n'
        "LIMIT = 1\n"
        '"""Of one request."""\n'
        "LINES = 2\n"
        '"""The lines of one request."""\n'
        "_HIDDEN = 3\n"
        '"""In private."""\n'
        "class Answer:\n"
        '    """And its words."""\n'
        "    text: str\n"
        '    """Without: the end."""\n'
        "    def read(self):\n"
        '        """Read the answer."""\n'
        "    def _close(self):\n"
        '        """At the end."""\n'
    )
    (file,) = files = read({"wire/names.py": text + "A = 1\n" * 40})
    assert file.leaning == [(3, "Of"), (9, "And"), (11, "Without:")]
    assert (
        rooms.faults(files, {})[0]
        == "wire/names.py:3: a docstring that begins with 'Of' does not stand alone"
    )
