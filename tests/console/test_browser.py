"""The console in a real browser, through every panel, on fakes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from browser import RECORDING, Seen, walk
from live_server import serving

KEY = "sk-of-the-console"
WORDS = ("One", "two", "three", "four", "five.", "😀", "Six.")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What the walk saw on a server that wants a key, and what the shown code does on it."""
    folder = tmp_path_factory.mktemp("walk")
    with serving("--demo", log=folder / "log", DRAGOMAN_API_KEYS=KEY) as server:
        found = walk(server.base_url, KEY)
        found["ran"] = {
            (panel, language): _run(language, code, folder)
            for panel, codes in found["codes"].items()
            for language, code in codes.items()
            if language != "JavaScript"
        }
    return found


def _run(language: str, code: str, folder: Path) -> str:
    """What the shown code prints, where the recording is."""
    (folder / RECORDING.name).write_bytes(RECORDING.read_bytes())
    command = ["sh", "-c", code] if language == "curl" else [sys.executable, "-c", code]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "OPENAI_API_KEY": KEY},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, (code, done.stderr)
    return done.stdout


def test_a_wrong_key_is_refused_and_a_right_one_opens_the_panels(seen: Seen) -> None:
    assert "did not take" in seen["refused"]
    assert "fake-chat" in seen["models"]


def test_axe_finds_nothing_serious_in_any_panel(seen: Seen) -> None:
    assert {name: found for name, found in seen["axe"].items() if found} == {}
    assert len(seen["axe"]) == 10


def test_arrow_keys_go_through_the_panels(seen: Seen) -> None:
    assert seen["keyboard"] == "tab-now"


def test_a_chat_has_several_answers_and_alternatives_of_each_word(seen: Seen) -> None:
    assert [f"Choice {n}" in text for n, text in enumerate(seen["chat"]["choices"])] == [True] * 2
    assert seen["chat"]["alternatives"] == 5


def test_speech_is_heard_compared_and_followed_word_by_word(seen: Seen) -> None:
    assert seen["speak"]["takes"] == ["nova · wav", "alloy · wav"]
    assert seen["speak"]["lit"] in WORDS
    assert seen["speak"]["seconds"] == pytest.approx(1.4, abs=0.05)


def test_a_recording_is_written_down_lit_up_corrected_and_kept(seen: Seen) -> None:
    listen = seen["listen"]
    assert listen["before"] == ["This is the fake recogniser: it heard 1.78 seconds of sound."]
    assert listen["lit"] in listen["before"][0].split()
    assert listen["files"]["srt"].startswith("1\n00:00:00,000 --> ")
    assert "Kim: Corrected" in listen["files"]["srt"]
    assert "<v Kim>" in listen["files"]["vtt"]
    assert "&amp;" in listen["files"]["vtt"]
    assert [cue["speaker"] for cue in json.loads(listen["files"]["json"])] == ["Kim", "Kim"]
    assert listen["translation"] == listen["before"][0]
    assert "speech have text" in listen["recorded"]


def test_the_server_is_looked_at(seen: Seen) -> None:
    rows = {row.split("\t")[0]: row.split("\t")[1:] for row in seen["now"]}
    assert int(rows["fake-speaker"][3]) == 2


def test_on_a_phone_in_korean_and_dark_nothing_is_wider_than_the_screen(seen: Seen) -> None:
    assert seen["narrow"] == {"language": "ko", "wide": []}


def test_the_code_that_is_shown_makes_the_same_request(seen: Seen) -> None:
    assert set(seen["codes"]) == {"chat", "speak", "listen", "translate", "models"}
    for language in ("curl", "Python"):
        ran = {panel: out for (panel, spoken), out in seen["ran"].items() if spoken == language}
        assert "knows" in ran["chat"]
        assert "speech.audio.word" in ran["speak"]
        assert "x_answer" in ran["listen"]
        assert "x_answer" in ran["translate"]
        assert "fake-chat" in ran["models"]
    assert KEY not in json.dumps(seen["codes"])
