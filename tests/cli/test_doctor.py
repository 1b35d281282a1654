"""`dragoman doctor`: the judgement of each line, and the command as it is typed."""

import hashlib
import itertools
import json
import os
import signal
import socket
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from dragoman.cli.connection import Connection
from dragoman.cli.doctor import (
    configuration,
    libraries,
    memory,
    places,
    port,
    processor,
    speed,
    weights,
)
from dragoman.cli.doctor.finding import Finding, Status
from dragoman.cli.doctor.libraries import Graphics, Library
from dragoman.cli.doctor.memory import Memory
from dragoman.cli.doctor.places import Place
from dragoman.cli.doctor.port import Port
from dragoman.cli.doctor.processor import Processor
from dragoman.cli.main import main
from dragoman.models.entry import File, FileSource, Model
from dragoman.models.progress import Silent
from dragoman.models.store import Store
from dragoman.serving.control_groups import Limits
from dragoman.serving.traces import MISSING

GB = 10**9


def files_of(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def status_of(*findings: Finding) -> list[tuple[str, Status]]:
    return [(each.check, each.status) for each in findings]


EIGHT = Processor("Xeon", "x86_64", 8, 8, None, ("AVX2",))


def test_a_processor_without_avx2_is_told_so_and_one_of_another_kind_is_not():
    assert processor.findings(EIGHT, 8)[0].status == "ok"
    old = processor.findings(replace(EIGHT, instructions=()), 8)[0]
    assert (old.status, "no AVX2" in old.text) == ("warning", True)
    arm = replace(EIGHT, machine="aarch64", instructions=("NEON",))
    assert processor.findings(arm, 8)[0].status == "ok"
    assert processor.findings(replace(EIGHT, instructions=None), 8)[0].status == "ok"


def test_more_threads_than_cores_that_may_be_used_are_too_many():
    _, cores, threads = processor.findings(replace(EIGHT, quota=2.5), 8)
    assert (cores.status, threads.status) == ("ok", "warning")
    assert "DRAGOMAN_THREADS=3" in threads.advice
    _, cores, threads = processor.findings(replace(EIGHT, permitted=1), 1)
    assert (cores.status, threads.status) == ("warning", "ok")


def test_the_processor_is_read_as_linux_writes_it(tmp_path: Path):
    text = "processor\t: 0\nmodel name\t: Old One\nflags\t\t: fpu avx2 fma\n\nprocessor\t: 1\n"
    read = Processor.read(Limits(1.0), files_of(tmp_path, {"proc/cpuinfo": text}))
    assert (read.name, read.instructions, read.usable) == ("Old One", ("AVX2", "FMA"), 1.0)


def model_of(model_id: str, kind: str, memory_mb: int) -> Model:
    file = File("weights.gguf", 4, hashlib.sha256(b"GGUF").hexdigest())
    source = FileSource("file", "/nowhere")
    return Model(model_id, kind, "llama-cpp", memory_mb=memory_mb, files=(file,), sources=(source,))


SMALL, LARGE = model_of("small", "chat", 2000), model_of("large", "chat", 6000)
VOICE = model_of("voice", "speech", 600)


@pytest.mark.parametrize(
    ("machine", "running", "expected"),
    [
        (Memory(16 * GB, 12 * GB, None, None), False, "ok"),
        (Memory(16 * GB, 12 * GB, 2 * GB, 2 * GB), False, "problem"),
        (Memory(2 * GB, 2 * GB, None, None), True, "problem"),
        (Memory(16 * GB, 1 * GB, None, None), False, "warning"),
        (Memory(16 * GB, 12 * GB, 8 * GB, 1 * GB), False, "warning"),
        (Memory(16 * GB, 1 * GB, None, None), True, "ok"),
        (Memory(16 * GB, None, None, None), False, "ok"),
    ],
)
def test_memory_is_held_against_what_the_models_take(
    machine: Memory, running: bool, expected: Status
):
    enough, _ = memory.findings(machine, (SMALL, VOICE), (SMALL, VOICE), running=running)
    assert (enough.status, bool(enough.advice)) == (expected, expected != "ok")


def test_a_model_fits_that_has_room_in_the_place_of_the_one_of_its_kind():
    machine = Memory(6 * GB, 6 * GB, None, None)
    _, fits = memory.findings(machine, (SMALL, LARGE, VOICE), (SMALL, VOICE), running=False)
    assert fits.facts == {"fits": ["small", "voice"], "too_large": ["large"]}


def at(name: str, free: int = 50 * GB, *, writable: bool = True) -> Place:
    return Place(Path("/srv") / name, free, writable)


@pytest.mark.parametrize(
    ("store", "missing", "expected"),
    [
        (at("models"), 0, "ok"),
        (at("models", 2 * GB), 3 * GB, "problem"),
        (at("models", 2 * GB), 1 * GB, "ok"),
        (at("models", 10**8), 0, "warning"),
        (at("models", writable=False), 1, "problem"),
        (at("models", writable=False), 0, "warning"),
    ],
)
def test_the_store_needs_room_for_what_is_missing_alone(
    store: Place, missing: int, expected: Status
):
    judged, *_ = places.findings(store, at("cache"), {"Voices": at("voices")}, missing)
    assert judged.status == expected


def test_places_that_cannot_be_written_are_named_each():
    others = {"Voices": at("voices", writable=False), "Temporary files": at("tmp", 10**6)}
    cache = at("cache", writable=False)
    found = places.findings(at("models"), cache, others, 0)
    assert status_of(*found) == [
        ("model store", "ok"),
        ("cache", "warning"),
        ("directories", "problem"),
        ("directories", "problem"),
    ]
    assert "/srv/voices" in found[2].text
    assert "/srv/tmp" in found[3].text


def test_a_place_that_is_not_there_yet_is_that_above_it(tmp_path: Path):
    looked = Place.of(tmp_path / "not" / "yet")
    assert (looked.writable, looked.free > 0) == (True, True)
    assert not (tmp_path / "not").exists()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What listens and says nothing is not waited for."""
    monkeypatch.setattr(port, "PROBE_S", 0.1)


@pytest.mark.usefixtures("hasty")
def test_a_port_that_another_program_has_is_a_problem_and_a_free_one_is_not():
    with socket.create_server(("127.0.0.1", 0)) as other:
        number: int = other.getsockname()[1]
        other.listen()
        taken = Port("127.0.0.1", number, "another", 98)
        assert port.finding(taken).status == "problem"
        looked = Port.look("127.0.0.1", number)
        assert (looked.holder, looked.fault is None) == ("another", False)
    assert port.finding(Port.look("127.0.0.1", number)).status == "ok"
    assert port.finding(Port.look("192.0.2.1", number)).status == "problem"


def test_a_port_that_a_dragoman_has_is_no_problem(demo_url: str):
    host, _, number = demo_url.removeprefix("http://").removesuffix("/v1").partition(":")
    looked = Port.look(host, int(number))
    assert (looked.holder, port.finding(looked).status) == ("dragoman", "ok")


def test_the_directory_of_a_sockets_file_must_be_there(tmp_path: Path):
    assert port.file_finding(tmp_path / "socket").status == "ok"
    assert port.file_finding(tmp_path / "none" / "socket").status == "problem"


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ('{"keys": []}', 0o600, "ok"),
        ('{"keys": []}', 0o640, "ok"),
        ('{"keys": []}', 0o644, "warning"),
        ('{"keys": []}', 0o660, "problem"),
        ("no JSON", 0o600, "problem"),
    ],
)
def test_who_may_read_and_write_the_file_of_keys(
    text: str, mode: int, expected: Status, tmp_path: Path
):
    path = tmp_path / "keys.json"
    path.write_text(text)
    path.chmod(mode)
    assert configuration.key_finding(path).status == expected
    assert configuration.key_finding(tmp_path / "none").status == "ok"
    assert configuration.key_finding(None).status == "ok"


@pytest.mark.parametrize(
    ("name", "value", "check", "words"),
    [
        ("DRAGOMAN_PROT", "9", "settings", "did you mean DRAGOMAN_PORT"),
        ("DRAGOMAN_PORT", "many", "settings", "DRAGOMAN_PORT"),
        ("DRAGOMAN_CATALOGUE", "/nowhere/own.toml", "catalogue", "/nowhere/own.toml"),
        ("DRAGOMAN_HOST", "0.0.0.0", "reach", "without a key"),
    ],
)
def test_what_keeps_the_server_from_starting_is_a_problem_each(
    name: str, value: str, check: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("DRAGOMAN_KEY_FILE", str(tmp_path / "none"))
    monkeypatch.setenv(name, value)
    read = configuration.Configuration.read({})
    (bad,) = [each for each in read.findings if each.status == "problem"]
    assert (bad.check, words in bad.text, bool(bad.advice)) == (check, True, True)


def test_traces_are_looked_at_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch):
    def found() -> list[tuple[str, Status]]:
        findings = configuration.Configuration.read({}).findings
        return [(it.text, it.status) for it in findings if it.check == "traces"]

    assert found() == []
    monkeypatch.setenv("DRAGOMAN_TRACES", "http://127.0.0.1:4318")
    assert found() == [("are sent to http://127.0.0.1:4318", "ok")]
    monkeypatch.setattr("dragoman.serving.traces.MODULES", ("no_such_package.part",))
    assert found() == [(MISSING, "problem")]


def test_keys_are_never_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DRAGOMAN_API_KEYS", "sk-secret")
    read = configuration.Configuration.read({})
    assert "DRAGOMAN_API_KEYS" in read.findings[0].text
    assert "sk-secret" not in str(read.findings)


def test_a_file_of_settings_is_named_with_what_it_sets_and_who_may_read_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("DRAGOMAN_PORT", "9000")
    path = tmp_path / "house.toml"
    path.write_text('port = 1\nqueue = 5\napi_keys = ["sk-secret"]\n')
    path.chmod(0o600)
    settings, file, *_ = configuration.Configuration.read({}, path).findings
    assert "DRAGOMAN_PORT" in settings.facts["set"]
    assert (file.status, file.facts["set"]) == ("ok", ["api_keys", "queue"])
    path.chmod(0o604)
    read = configuration.Configuration.read({}, path)
    assert (read.findings[1].check, read.findings[1].status) == ("config file", "warning")
    assert read.machine.settings.queue == 5
    assert "sk-secret" not in str(read.findings)
    none = configuration.Configuration.read({}).findings[1]
    assert (none.status, none.facts["path"]) == ("ok", None)
    path.write_text("prot = 1")
    wrong, *_ = configuration.Configuration.read({}, path).findings
    assert (wrong.status, "did you mean port" in wrong.text) == ("problem", True)


DEAD = "__import__('os').kill(__import__('os').getpid(), {})"


@pytest.mark.parametrize(
    ("library", "words"),
    [
        (Library("no_such_module", ("pytest",), "chat"), "No module named 'no_such_module'"),
        (Library("os", ("pytest",), "chat", DEAD.format(int(signal.SIGILL))), "this processor"),
        (Library("os", ("no-such-package",), "chat"), "is not installed"),
        (Library("os", ("pytest",), "chat", "library.sep"), ""),
    ],
)
def test_a_library_that_does_not_load_ends_its_own_process_alone(library: Library, words: str):
    loaded = libraries.load(library)
    *_, judged, _ = libraries.findings([loaded], Graphics())
    assert (judged.status == "problem", words in judged.text) == (bool(words), True)


def test_a_gpu_that_is_seen_and_cannot_be_used_is_a_warning(tmp_path: Path):
    assert libraries.gpu_finding(libraries.graphics([], tmp_path)).status == "ok"
    card = {"proc/driver/nvidia/gpus/0000:01:00.0/information": "Model: \t NVIDIA T4\nIRQ: 1\n"}
    seen = libraries.graphics([], files_of(tmp_path, card))
    judged = libraries.gpu_finding(seen)
    assert (judged.status, judged.text) == ("warning", "NVIDIA T4, not for Whisper, Kokoro")
    usable = replace(seen, parts={"Whisper": True, "Kokoro": True})
    assert libraries.gpu_finding(usable).status == "ok"


def looked_at(store: Store, model: Model, *, offline: bool = False) -> Finding:
    (found,) = weights.findings(store, [model], Silent(), offline=offline)
    return found


def test_models_are_absent_or_here_in_part_or_whole_or_damaged(tmp_path: Path):
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "weights.gguf").write_bytes(b"GGUF")
    source = FileSource("file", str(tmp_path / "given"))
    model, store = replace(SMALL, sources=(source,)), Store(tmp_path / "models")
    assert looked_at(store, model).status == "warning"
    assert looked_at(store, model, offline=True).status == "problem"
    assert weights.missing(store, [model]) == 8
    store.pull(model)
    assert (looked_at(store, model).facts["sums"], weights.missing(store, [model])) == (True, 0)
    (unread,) = weights.findings(store, [model], None, offline=False)
    assert (unread.status, unread.facts["sums"]) == ("ok", None)
    path = store.directory(model) / "weights.gguf"
    before = path.stat()
    path.write_bytes(b"GGUE")
    assert looked_at(store, model).text == "is here in part, or is not verified"
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    damaged = looked_at(store, model)
    assert (damaged.status, damaged.text) == ("problem", "weights.gguf: not what was pulled")
    out_of_time = weights.Deadline(Silent(), -1.0)
    (slow,) = weights.findings(store, [model], out_of_time, offline=False)
    assert (slow.status, slow.facts["sums"]) == ("warning", None)


def test_speeds_are_judged_by_who_reads_and_listens():
    fast = speed.judged_chat(700, 7.0, 64, 6.3)
    assert (fast.status, fast.facts["prefill_tokens_per_second"]) == ("ok", 100.0)
    assert fast.facts["decode_tokens_per_second"] == 10.0
    assert speed.judged_chat(700, 7.0, 64, 63.0).status == "warning"
    assert speed.judged_sound("speech", 9.0, 3.0).facts["times_real_time"] == 3.0
    assert speed.judged_sound("speech", 3.0, 9.0).status == "warning"


@pytest.fixture
def meter(demo_url: str) -> Generator[speed.Meter, None, None]:
    with httpx2.Client(base_url=f"{demo_url}/", timeout=60) as client:
        yield speed.Meter(Connection(client, client.get("models").json()["data"], demo_url))


def test_what_answers_is_measured(meter: speed.Meter):
    assert meter.measured("transcription", meter.transcription).text == "not measured"
    found = [
        meter.measured(check, measure)
        for check, measure in (
            ("chat", meter.chat),
            ("speech", meter.speech),
            ("transcription", meter.transcription),
        )
    ]
    # How fast a busy machine is, is not what is tested.
    assert [each.check for each in found] == ["chat", "speech", "transcription"]
    assert "problem" not in {each.status for each in found}
    assert found[0].facts["decode_tokens_per_second"] > 0
    assert found[1].facts["times_real_time"] > 0
    assert found[0].facts["prompt_tokens"] > 100
    assert found[2].facts["audio_seconds"] > 1


def test_a_measure_ends_by_its_clock_and_a_refusal_is_a_problem(demo_url: str):
    times = itertools.count(0.0, speed.MEASURE_S)
    with httpx2.Client(base_url=f"{demo_url}/", timeout=60) as client:
        models = client.get("models").json()["data"]
        slow = speed.Meter(Connection(client, models, demo_url), lambda: next(times))
        assert slow.measured("speech", slow.speech).text == "not done after 180 s"
        none = speed.Meter(Connection(client, [], demo_url))
        assert none.measured("chat", none.chat).status == "problem"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No models, no keys."""
    monkeypatch.setenv("DRAGOMAN_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("DRAGOMAN_KEY_FILE", str(tmp_path / "keys"))


@pytest.mark.usefixtures("bare")
def test_without_models_the_command_says_so_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with socket.create_server(("127.0.0.1", 0)) as other:
        number: int = other.getsockname()[1]
    own = tmp_path / "own.toml"
    own.write_text("queue = 5")
    status = main(["doctor", "--port", str(number), "--json", "--measure", "--config", str(own)])
    told = json.loads(capsys.readouterr().out)
    found = {each["check"]: each for each in told["findings"]}
    assert found["config file"]["facts"] == {"path": str(own), "set": ["queue"]}
    assert found["whisper-base"]["status"] == "warning"
    assert "dragoman models pull whisper-base" in found["whisper-base"]["advice"]
    (speeds,) = [each for each in told["findings"] if each["area"] == "speed"]
    assert (speeds["status"], "no model is here" in speeds["text"]) == ("warning", True)
    assert not (tmp_path / "models").exists()
    assert status == (1 if told["problems"] else 0)


@pytest.mark.usefixtures("bare", "hasty")
def test_a_problem_is_the_exit_status_and_says_what_to_do(capsys: pytest.CaptureFixture[str]):
    with socket.create_server(("127.0.0.1", 0)) as other:
        number: int = other.getsockname()[1]
        assert main(["doctor", "--no-sums", "--port", str(number)]) == 1
    told = capsys.readouterr().out
    assert f"problem  port         {number} of 127.0.0.1: another program listens there" in told
    assert "→ Stop it, or take another port" in " ".join(told.split())
    # A path is not cut, so that it can be copied; how long it is here, pytest says.
    lines = [line for line in told.splitlines() if "pytest-" not in line]
    assert all(len(line) <= 100 for line in lines)


def test_the_help_fits_a_screen(capsys: pytest.CaptureFixture[str]):
    assert main(["doctor", "--help"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) <= 40
    assert all(len(line) <= 80 for line in told)
