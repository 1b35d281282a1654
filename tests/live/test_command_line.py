"""The commands of people with real weights: a server's, and those that they load themselves."""

import json
import os
import re
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import httpx2
import pysubs2
import pytest

from transcripts import likeness

pytestmark = pytest.mark.model

DRAGOMAN = str(Path(sysconfig.get_path("scripts")) / "dragoman")
OTTER = Path(__file__).parents[2] / "examples/data/otter.png"
ENGLISH = "The ferry leaves the harbor before sunrise."
KOREAN = "안녕하세요. 반갑습니다."

Dragoman = Callable[..., str]


@pytest.fixture
def dragoman(base_url: str, tmp_path: Path) -> Dragoman:
    """Standard output of `dragoman COMMAND …`, asked of the server and run in an empty folder."""

    def run(*words: str, stdin: str = "", here: bool = False) -> str:
        place = ["--here"] if here else ["--url", base_url]
        apart = {
            "DRAGOMAN_COMPLETIONS": str(tmp_path / ".completions"),
            "DRAGOMAN_VOICES": str(tmp_path / ".voices"),
        }
        done = subprocess.run(
            [DRAGOMAN, *words, *place],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, **apart},
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_what_is_spoken_becomes_subtitles_and_text(dragoman: Dragoman, tmp_path: Path):
    dragoman("speak", "-v", "nova", "--speed", "0.9", ENGLISH, "-o", "ferry.opus")
    dragoman("transcribe", "ferry.opus", "-o", "ferry.srt", "--line-chars", "20")
    cues = pysubs2.load(str(tmp_path / "ferry.srt"))
    assert likeness(" ".join(cue.plaintext for cue in cues), ENGLISH) > 0.9
    assert all(len(line) <= 20 for cue in cues for line in cue.plaintext.splitlines())
    words = json.loads(dragoman("transcribe", "ferry.opus", "--words", "-l", "en"))["words"]
    assert likeness(" ".join(word["word"] for word in words), ENGLISH) > 0.9


def test_a_recording_is_written_down_in_another_language(dragoman: Dragoman):
    dragoman("speak", KOREAN, "-o", "hi.mp3")
    english = dragoman("translate", "hi.mp3")
    assert re.search(r"hello|hi\b|nice to meet", english, re.IGNORECASE)
    assert english == dragoman("transcribe", "hi.mp3", "--translate-to", "en")


def test_two_voices_are_told_apart(dragoman: Dragoman, tmp_path: Path):
    for voice, text in (
        ("onyx", "Good morning. I would like to send this parcel to Busan, please."),
        ("nova", "Of course. Does it have anything breakable in it, like glass or plates?"),
    ):
        dragoman("speak", "-v", voice, text, "-o", f"{voice}.mp3")
    both = tmp_path / "both.mp3"
    both.write_bytes(b"".join((tmp_path / f"{name}.mp3").read_bytes() for name in ("onyx", "nova")))
    speakers = {line[:2] for line in dragoman("transcribe", "both.mp3", "--diarize").splitlines()}
    assert speakers == {"A:", "B:"}


def test_a_question_about_what_comes_by_a_pipe_is_answered(dragoman: Dragoman):
    answer = dragoman(
        "chat", "-t", "0", "What is my dog called? One word.", stdin="My dog is called Bello."
    )
    assert "Bello" in answer


def test_a_question_about_a_picture_is_answered(dragoman: Dragoman):
    answer = dragoman("chat", "-f", str(OTTER), "Which animal is on this picture?")
    assert "otter" in answer.lower()


def test_without_a_server_the_commands_load_the_models_themselves(dragoman: Dragoman):
    dragoman("speak", ENGLISH, "-o", "ferry.flac", here=True)
    assert likeness(dragoman("transcribe", "ferry.flac", here=True), ENGLISH) > 0.9
    assert "4" in dragoman("chat", "-t", "0", "What is 2 plus 2? One number.", here=True)


def test_what_the_server_has_loaded_is_shown(dragoman: Dragoman, base_url: str):
    dragoman("chat", "--max-tokens", "5", "Hello")
    words = [DRAGOMAN, "ps", "--json", "--url", base_url]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    rows = {row["model"]: row for row in json.loads(done.stdout)}
    assert rows["qwen2.5-coder-1.5b-instruct"]["requests"] >= 1
    assert rows["qwen2.5-coder-1.5b-instruct"]["tokens"] >= 1
    assert all(row["loaded"] for row in rows.values())


def test_the_doctor_finds_nothing_wrong_where_a_server_runs(base_url: str):
    port = base_url.removesuffix("/v1").rpartition(":")[2]
    words = [DRAGOMAN, "doctor", "--no-sums", "--json", "--port", port]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    told = json.loads(done.stdout)
    found = {each["check"]: each for each in told["findings"]}
    problems = [each for each in told["findings"] if each["status"] == "problem"]
    assert (done.returncode, problems) == (0, [])
    assert found["port"]["facts"]["holder"] == "dragoman"
    assert found["qwen2.5-coder-1.5b-instruct"]["facts"]["state"] == "present"
    assert "qwen2.5-coder-1.5b-instruct" in found["would fit"]["facts"]["fits"]
    assert found["cores"]["facts"]["usable"] > 0
    assert {"xllamacpp", "ctranslate2", "onnxruntime", "av"} <= found.keys()


def test_the_ledger_of_a_server_is_what_the_server_does(dragoman: Dragoman, base_url: str):
    ledger = json.loads(dragoman("compat", "chat/completions", "--json"))
    (endpoint,) = ledger["endpoints"]
    fates = {field["name"]: field["fate"] for field in endpoint["fields"]}
    assert (fates["user"], fates["moderation"]) == ("without_effect", "refused")
    assert (fates["temperature"], fates["model"]) == ("honoured", "emulated")
    (qwen,) = [each for each in ledger["models"] if each["id"] == "qwen2.5-coder-1.5b-instruct"]
    effort = [each for each in qwen["differences"] if each["field"] == "reasoning_effort"]
    names = {each["fate"]: each["names"] for each in effort}
    assert "gpt-5" in names["without_effect"]
    assert "gpt-4o" in names["refused"]

    def answer(model: str, **field: object) -> httpx2.Response:
        body = {"model": model, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}
        return httpx2.post(f"{base_url}/chat/completions", json={**body, **field}, timeout=120)

    assert answer("gpt-4o", user="me").headers["x-dragoman-ignored"] == "user"
    assert answer("gpt-4o", moderation={"model": "m"}).json()["error"]["param"] == "moderation"
    high = {"reasoning_effort": "high"}
    assert answer("gpt-5", **high).headers["x-dragoman-ignored"] == "reasoning_effort"
    assert answer("gpt-4o", **high).json()["error"]["param"] == "reasoning_effort"


def test_settings_are_shown_with_where_they_come_from(base_url: str):
    port = base_url.removesuffix("/v1").rpartition(":")[2]
    done = subprocess.run(
        [DRAGOMAN, "config", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DRAGOMAN_PORT": port, "DRAGOMAN_API_KEYS": "sk-secret"},
        timeout=60,
    )
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert (rows["port"]["value"], rows["port"]["origin"]) == (int(port), "environment")
    assert (rows["grace_s"]["value"], rows["grace_s"]["origin"]) == (20.0, "default")
    assert 1 <= rows["threads"]["value"] <= (os.cpu_count() or 1)
    assert (rows["api_keys"]["secret"], "sk-secret" in done.stdout) == (True, False)


def test_voices_are_those_that_speak(dragoman: Dragoman):
    names = [line.split()[0] for line in dragoman("voices").splitlines()]
    assert {"alloy", "nova", "af_bella"} <= set(names)
