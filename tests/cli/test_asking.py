"""Commands that ask a server, as people and programs type them; a demonstration answers."""

import io
import json
import os
import subprocess
import sys
import wave
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click
import pytest

from dragoman.cli.attachments import part
from dragoman.cli.connection import Connection, Failed
from dragoman.cli.conversation import Conversation, Talk
from dragoman.cli.inputs import recordings, targets
from sounds import tone, wav

Dragoman = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def dragoman(demo_url: str, tmp_path: Path) -> Dragoman:
    """`dragoman COMMAND …`, in an empty folder; a pipe that has nothing is its standard input."""

    def run(*words: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, "-m", "dragoman.cli.main", *words, "--url", demo_url],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=tmp_path,
            timeout=60,
        )

    return run


@pytest.fixture
def second(tmp_path: Path) -> Path:
    path = tmp_path / "second.wav"
    path.write_bytes(wav(tone(1.0)))
    return path


def test_a_text_goes_to_standard_output_and_nothing_beside_it(dragoman: Dragoman, second: Path):
    done = dragoman("transcribe", second.name)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"This is the fake recogniser: it heard 1.00 seconds of sound.\n"


def test_a_pipe_is_read(dragoman: Dragoman):
    done = dragoman("transcribe", "-", stdin=wav(tone(2.0)))
    assert b"2.00 seconds" in done.stdout


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.srt", "1\n00:"), ("a.vtt", "WEBVTT"), ("a.txt", "This is"), ("a.json", '{"task":')],
)
def test_the_suffix_of_the_output_is_its_format(
    dragoman: Dragoman, second: Path, name: str, start: str
):
    done = dragoman("transcribe", second.name, "-o", name)
    assert done.returncode == 0
    assert second.with_name(name).read_text().startswith(start)
    assert done.stdout == b""
    assert name in done.stderr.decode()


def test_a_folder_becomes_a_folder_of_texts_and_what_is_there_stays(
    dragoman: Dragoman, tmp_path: Path
):
    for name in ("in/a.wav", "in/b.wav", "in/deep/c.WAV", "in/a.mp3"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav(tone(1.0)))
    (tmp_path / "in/notes.txt").write_text("no recording")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/b.vtt").write_text("corrected by hand")
    assert dragoman("transcribe", "in", "-o", "out", "-f", "vtt").returncode == 0
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("out/**/*.vtt"))
    assert written == ["out/a.mp3.vtt", "out/a.wav.vtt", "out/b.vtt", "out/deep/c.vtt"]
    assert (tmp_path / "out/b.vtt").read_text() == "corrected by hand"
    dragoman("transcribe", "in", "-o", "out", "-f", "vtt", "--force")
    assert (tmp_path / "out/b.vtt").read_text().startswith("WEBVTT")


def test_one_bad_file_of_several_is_named_and_the_others_are_written(
    dragoman: Dragoman, second: Path
):
    second.with_name("bad.mp3").write_bytes(b"no sound")
    done = dragoman("transcribe", "bad.mp3", second.name, "-o", "texts")
    assert done.returncode == 1
    assert "bad.mp3: " in done.stderr.decode()
    assert [path.name for path in second.with_name("texts").iterdir()] == ["second.txt"]


def test_programs_get_a_line_of_json_a_file(dragoman: Dragoman, second: Path):
    second.with_name("bad.mp3").write_bytes(b"no sound")
    done = dragoman("transcribe", "bad.mp3", second.name, "--json")
    bad, good = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert bad.keys() == {"file", "error"}
    assert good["audio_seconds"] == 1.0
    assert "fake" in good["text"]
    assert "coverage" in good


def test_words_come_with_json(dragoman: Dragoman, second: Path):
    done = dragoman("transcribe", second.name, "--words")
    assert json.loads(done.stdout)["words"][0]["word"] == "This"


def test_speakers_stand_before_what_they_say(dragoman: Dragoman, second: Path):
    text = dragoman("transcribe", second.name, "--diarize")
    subtitles = dragoman("transcribe", second.name, "--diarize", "-f", "srt")
    assert text.stdout.startswith(b"A: ")
    assert b"\nA: " in subtitles.stdout


def test_a_translation_is_asked_for_by_either_command(dragoman: Dragoman, second: Path):
    there = dragoman("transcribe", second.name, "--translate-to", "en")
    here = dragoman("translate", second.name)
    assert there.stdout == here.stdout
    assert there.returncode == here.returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("transcribe", "nowhere.mp3"),
        ("transcribe",),
        ("transcribe", "second.wav", "--language", "ko", "--translate-to", "en"),
        ("transcribe", "second.wav", "--words", "-o", "a.srt"),
        ("transcribe", "second.wav", "second.wav", "-f", "srt"),
        ("speak",),
        ("speak", "hello", "-o", "a.docx"),
        ("chat", "--json"),
    ],
)
def test_what_does_not_go_together_is_status_2_with_a_reason(
    dragoman: Dragoman, second: Path, words: Sequence[str]
):
    done = dragoman(*words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Error: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_refusal_of_the_server_is_status_1_in_its_words(dragoman: Dragoman, second: Path):
    done = dragoman("transcribe", second.name, "-m", "nobody")
    assert done.returncode == 1
    assert b"nobody" in done.stderr


def test_a_server_that_is_not_there_is_named(second: Path):
    words = ["transcribe", str(second), "--url", "localhost:1"]
    done = subprocess.run(
        [sys.executable, "-m", "dragoman.cli.main", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "http://localhost:1/v1" in done.stderr
    assert "Traceback" not in done.stderr


def test_openai_base_url_is_used_where_a_dragoman_answers(demo_url: str, second: Path):
    done = subprocess.run(
        [sys.executable, "-m", "dragoman.cli.main", "transcribe", str(second)],
        env={**os.environ, "OPENAI_BASE_URL": demo_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "fake recogniser" in done.stdout


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.mp3", b"ID3"), ("a.opus", b"OggS"), ("a.ogg", b"OggS"), ("a.flac", b"fLaC")],
)
def test_speech_is_written_in_the_format_of_the_suffix(
    dragoman: Dragoman, tmp_path: Path, name: str, start: bytes
):
    assert dragoman("speak", "hello", "-o", name).returncode == 0
    data = (tmp_path / name).read_bytes()
    assert data.startswith(start) or (name == "a.mp3" and data[:1] == b"\xff")


def test_a_wav_that_is_written_says_how_long_it_is(dragoman: Dragoman, tmp_path: Path):
    assert dragoman("speak", "three short words", "-o", "a.wav").returncode == 0
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert 0.3 < file.getnframes() / file.getframerate() < 2


def test_speech_of_a_pipe_goes_into_a_pipe(dragoman: Dragoman):
    done = dragoman("speak", "-f", "wav", stdin="안녕하세요".encode())
    assert done.stdout.startswith(b"RIFF")
    assert done.stderr == b""


def test_a_file_that_cannot_be_written_is_named_and_leaves_nothing(
    dragoman: Dragoman, tmp_path: Path
):
    done = dragoman("speak", "hello", "-o", "no/such/folder/a.mp3")
    assert done.returncode == 1
    assert b"no/such/folder/a.mp3" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_question_is_answered_once(dragoman: Dragoman):
    done = dragoman("chat", "hello")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"fake" in done.stdout


def test_what_comes_by_a_pipe_stands_before_the_question(dragoman: Dragoman):
    done = dragoman("chat", "--json", "What is this?", stdin=b"a list of things")
    longer = json.loads(done.stdout)["usage"]["prompt_tokens"]
    shorter = json.loads(dragoman("chat", "--json", "What is this?").stdout)
    assert longer > shorter["usage"]["prompt_tokens"]


def test_voices_are_listed_for_people_and_programs(dragoman: Dragoman):
    names = {line.split()[0] for line in dragoman("voices").stdout.decode().splitlines()}
    listed = json.loads(dragoman("voices", "--json").stdout)
    assert names == {voice["id"] for voice in listed}


def test_what_a_server_does_is_shown_to_people_and_programs(dragoman: Dragoman):
    dragoman("chat", "hello")
    heads, *rows = dragoman("ps", "--all").stdout.decode().splitlines()[1:]
    assert heads.split() == ["MODEL", "RUNNING", "WAITING", "REQUESTS", "TOKENS", "AUDIO"]
    listed = {row["model"]: row for row in json.loads(dragoman("ps", "--all", "--json").stdout)}
    assert listed.keys() == {row.split()[0] for row in rows}
    assert listed["fake-chat"]["requests"] >= 1
    assert listed["fake-chat"]["tokens"] > 5
    assert listed["fake-chat"]["running"] == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_to_complete(shell: str):
    done = subprocess.run(
        [sys.executable, "-m", "dragoman.cli.main", "completion", shell],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_DRAGOMAN_COMPLETE" in done.stdout


def test_commands_and_options_are_completed():
    done = subprocess.run(
        [sys.executable, "-m", "dragoman.cli.main"],
        env={
            **os.environ,
            "_DRAGOMAN_COMPLETE": "bash_complete",
            "COMP_WORDS": "dragoman tr",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["plain,transcribe", "plain,translate"]


class Scripted:
    """Lines of a person, then the end of the input."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)

    def __call__(self, _: str) -> str:
        if not self._lines:
            raise EOFError
        return self._lines.pop(0)


@pytest.fixture
def talk(demo_url: str):
    import httpx2

    with httpx2.Client(base_url=f"{demo_url}/", timeout=60) as client:
        models: Sequence[Mapping[str, object]] = client.get("models").json()["data"]
        yield Talk(Connection(client, models, demo_url), "gpt-4o")


def test_a_conversation_remembers_and_forgets(talk: Talk):
    Conversation(talk, Scripted("hello", '"""two', 'lines"""', "/exit", "never read")).run()
    assert [message["role"] for message in talk.messages] == ["user", "assistant"] * 2
    assert talk.messages[2]["content"] == "two\nlines"
    Conversation(talk, Scripted("/system Be brief.", "/clear")).run()
    assert talk.messages == [{"role": "system", "content": "Be brief."}]


def test_another_model_answers_from_here_on(talk: Talk, capsys: pytest.CaptureFixture[str]):
    Conversation(talk, Scripted("/model nobody", "/model gpt-4", "/models", "/dance")).run()
    assert talk.model == "gpt-4"
    printed = capsys.readouterr()
    assert "no model 'nobody'" in printed.err
    assert "no /dance" in printed.err
    assert "fake-chat" in printed.out.splitlines()


def test_a_file_goes_with_the_next_question_and_what_was_said_is_saved(talk: Talk, tmp_path: Path):
    notes = tmp_path / "notes with spaces.txt"
    notes.write_text("buy bread")
    saved = tmp_path / "talk.md"
    Conversation(
        talk, Scripted(f"/file '{notes}'", "What is there?", "And now?", f"/save {saved}")
    ).run()
    first, _, second, _ = talk.messages
    assert "buy bread" in first["content"][0]["text"]
    assert second["content"] == "And now?"
    assert "buy bread" in saved.read_text()


def test_an_answer_that_is_left_is_remembered_as_far_as_it_came(talk: Talk):
    pieces = talk.answer("hello", ())
    first = next(pieces)
    pieces.close()
    assert talk.messages[-1] == {"role": "assistant", "content": first}


def test_a_refused_question_is_not_remembered(talk: Talk):
    talk.model = "nobody"
    with pytest.raises(Failed, match="nobody"):
        list(talk.answer("hello", ()))
    assert talk.messages == []


def test_files_are_told_by_what_is_in_them(tmp_path: Path):
    png, sound, text = tmp_path / "a.jpg", tmp_path / "b.txt", tmp_path / "c"
    png.write_bytes(b"\x89PNG\r\n\x1a\n")
    sound.write_bytes(wav(tone(0.1)))
    text.write_text("안녕")
    assert part(png)["image_url"]["url"].startswith("data:image/png;base64,")
    assert part(sound)["input_audio"]["format"] == "wav"
    assert "안녕" in part(text)["text"]
    text.write_bytes(b"\xff\x00\xfe")
    with pytest.raises(Failed, match="no picture"):
        part(text)


def test_a_text_that_is_not_finished_leaves_the_old_one(tmp_path: Path):
    sound, old = tmp_path / "a.wav", tmp_path / "a.txt"
    sound.write_bytes(b"")
    old.write_text("old")
    (target,) = targets(recordings([sound]), old, ".txt", force=False)
    with pytest.raises(UnicodeEncodeError):
        target.write("new \ud800")
    assert old.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "a.wav"]


def test_a_recording_is_not_written_over(tmp_path: Path):
    first, second = tmp_path / "a.mp3", tmp_path / "b.mp3"
    for sound in (first, second):
        sound.write_bytes(b"ID3")
    for found in ([first], [first, second]):
        with pytest.raises(click.BadParameter, match="is a recording"):
            targets(recordings(found), first, ".txt", force=True)
    assert first.read_bytes() == b"ID3"


def test_the_pipe_can_be_a_file_to_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"RIFF")))
    (recording,) = recordings([Path("-")])
    with recording.opened() as file:
        assert file.read() == b"RIFF"
