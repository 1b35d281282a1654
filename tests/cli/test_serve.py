"""`dragoman serve`, as it is typed."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from openai import OpenAI

HEAVY = (
    "torch",
    "onnxruntime",
    "ctranslate2",
    "xllamacpp",
    "ray",
    "numpy",
    "av",
    "PIL",
    "starlette",
)


def dragoman(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "dragoman.cli.main", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_line_loads_no_model_library():
    program = f"import sys, dragoman.cli.main; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_server_starts_without_the_libraries_of_sound_and_languages():
    code = "import sys, dragoman.serving.machine; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    late = {"numpy", "av", "onnxruntime", "fastapi", "dragoman.phonemes.reader"}
    assert loaded.isdisjoint(late)


def test_traces_load_their_library_where_they_are_wanted_and_nowhere_else():
    code = "import sys, dragoman.cli.serve, dragoman.serving.demo, dragoman.serving.traces"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not [name for name in done.stdout.split() if name.startswith("opentelemetry")]


def test_without_the_library_of_traces_a_server_that_is_to_send_them_does_not_start(tmp_path: Path):
    (tmp_path / "opentelemetry").mkdir()  # a package of that name without any of its parts
    (tmp_path / "opentelemetry" / "__init__.py").touch()
    path = os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", "")))
    command = ("serve", "--demo", "--port", "0", "--traces", "http://127.0.0.1:4318")
    done = dragoman(*command, PYTHONPATH=path)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("traces: OpenTelemetry is not installed")
    assert "requirements-traces.txt" in line


def test_help_names_the_commands():
    done = dragoman("--help")
    assert done.returncode == 0
    assert "serve" in done.stdout
    assert "models" in done.stdout


@pytest.mark.parametrize("command", [("models", "list"), ("serve", "--demo", "--port", "0")])
def test_a_reader_that_has_read_enough_ends_a_command_in_silence(command: tuple[str, ...]):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "dragoman.cli.main", *command],
            stdout=nobody,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (141, "")


def test_offline_without_models_says_what_to_do(tmp_path: Path):
    done = dragoman("serve", "--offline", "--port", "0", DRAGOMAN_MODELS=str(tmp_path))
    assert done.returncode == 1
    assert "dragoman models pull" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named():
    done = dragoman("serve", "--demo", DRAGOMAN_QUEUE="none")
    assert done.returncode == 1
    assert done.stderr.startswith("DRAGOMAN_QUEUE: ")


def test_a_certificate_that_is_not_there_is_one_line(tmp_path: Path):
    done = dragoman("serve", "--demo", "--ssl-certfile", str(tmp_path / "nothing.pem"))
    assert done.returncode == 1
    assert done.stderr == (
        f"{tmp_path}/nothing.pem is no certificate to serve with: No such file or directory.\n"
    )


def test_a_port_in_use_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = dragoman("serve", "--demo", "--port", str(port))
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr


def test_a_busy_port_is_known_before_anything_is_fetched_and_a_free_one_is_named(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = dragoman("serve", "--offline", "--port", str(port), DRAGOMAN_MODELS=str(tmp_path))
    assert done.returncode == 1
    assert "models pull" not in done.stderr
    assert "while attempting" not in done.stderr
    free = int(done.stderr.split("--port ")[1].split()[0])
    socket.create_server(("127.0.0.1", free)).close()


@pytest.mark.parametrize("arguments", [(), ("models",)])
def test_a_command_alone_prints_its_help(arguments: tuple[str, ...]):
    done = dragoman(*arguments)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: dragoman")


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("pull", "whisper-small"), "`dragoman models pull`"),
        (("models", "rm", "whisper-small"), "`dragoman models remove`"),
        (("run",), "`dragoman chat`"),
        (("say", "hello"), "`dragoman speak`"),
        (("dance",), "No such command 'dance'"),
    ],
)
def test_a_command_of_other_programs_is_told_ours(words: tuple[str, ...], advice: str):
    done = dragoman(*words)
    assert done.returncode == 2
    assert advice in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("DRAGOMAN_API_KEY", "sk-secret", "did you mean DRAGOMAN_API_KEYS?"),
        ("DRAGOMAN_PROT", "9000", "did you mean DRAGOMAN_PORT?"),
        ("DRAGOMAN_ZZZ", "1", "docs/settings.md"),
        ("DRAGOMAN_PORT", "70000", "less than or equal to 65535"),
        ("DRAGOMAN_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("DRAGOMAN_API_KEYS", "", "is empty"),
        ("DRAGOMAN_API_KEYS", "sk-secret,,", "empty"),
        ("DRAGOMAN_API_KEYS", "sk-secret\u00e9", "ASCII"),
        ("DRAGOMAN_API_KEYS", '["sk-secret"', "not"),
        ("DRAGOMAN_ALIASES", "gpt-4o", "name=model"),
    ],
)
@pytest.mark.parametrize("command", [("serve", "--demo"), ("models", "list")])
def test_a_setting_that_is_wrong_is_one_line_and_nothing_starts(
    command: tuple[str, ...], name: str, value: str, line: str
):
    done = dragoman(*command, **{name: value})
    assert done.returncode in {1, 2}
    assert done.stderr.startswith(f"{name}: ")
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "127.example.com"])
def test_other_machines_are_let_in_only_with_keys(host: str):
    done = dragoman("serve", "--demo", "--host", host, DRAGOMAN_API_KEYS="[]")
    assert done.returncode == 1
    assert "DRAGOMAN_API_KEYS" in done.stderr


def test_the_demo_answers_every_endpoint_and_says_that_it_is_one(demo_url: str, tmp_path: Path):
    with OpenAI(base_url=demo_url, api_key="any", max_retries=0) as client:
        chat = client.chat.completions.with_raw_response.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hi"}]
        )
        speech = client.audio.speech.with_raw_response.create(
            model="tts-1", voice="alloy", input="hello", response_format="wav"
        )
        spoken = tmp_path / "a.wav"
        spoken.write_bytes(speech.content)
        with spoken.open("rb") as file:
            heard = client.audio.transcriptions.with_raw_response.create(
                model="whisper-1", file=file
            )
        models = client.models.with_raw_response.list()
    for answer in (chat, speech, heard, models):
        assert "fake" in answer.headers["x-dragoman-demo"]
    assert "fake" in (chat.parse().choices[0].message.content or "")
    assert "fake" in heard.parse().text.lower()


def test_errors_and_health_of_the_demo_say_so_too(demo_url: str):
    for path in ("/nothing", "/models/none"):
        assert "x-dragoman-demo" in httpx2.get(demo_url + path).headers
    health = httpx2.get(demo_url.replace("/v1", "/readyz"))
    assert health.status_code == 200
    assert "x-dragoman-demo" in health.headers


def test_a_server_as_users_start_it_has_a_front_door(demo_url: str):
    url = urlsplit(demo_url)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nA: " + b"a" * 100_000)
        assert connection.recv(4096).startswith(b"HTTP/1.1 431 ")
