"""The files of `deploy/` that start a server, and docs/install.md, name what there is."""

import os
import re
import shlex
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from dragoman.api.health import PATHS
from dragoman.cli.main import root
from dragoman.engines.llama_cpp.decoding import prefix_files
from dragoman.serving.run import MARGIN_S
from dragoman.serving.settings import Settings, unknown_settings
from dragoman.serving.settings_file import user_file
from pages import ROOT, blocks

IMAGE = "deploy/Dockerfile"
COMPOSE = "deploy/compose.yaml"
UNIT = "deploy/dragoman.service"
PROXIES = {"nginx": "deploy/nginx.conf", "haproxy": "deploy/haproxy.cfg"}
PAGE = "docs/install.md"
FILES = (IMAGE, COMPOSE, "deploy/compose.env.example", UNIT, PAGE)
DATA = Path("/var/lib/dragoman")
CACHE = Path("/var/cache/dragoman")
SETTINGS = Path("/etc/dragoman/dragoman.toml")
SYSTEMD = shutil.which("systemd-analyze")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile: the word and what follows it, each on one line, without comments."""
    lines = [line for line in text(IMAGE).splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    parts = [line.split(maxsplit=1) for line in whole.splitlines() if line.strip()]
    return [(word, " ".join(rest.split())) for word, rest in parts]


def variables(*entries: str) -> dict[str, str]:
    """The variables of lines like `A=1 B=2`."""
    return dict(pair.split("=", 1) for entry in entries for pair in shlex.split(entry))


def of_unit(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", text(UNIT), re.MULTILINE)


def service(name: str) -> dict[str, Any]:
    return yaml.safe_load(text(COMPOSE))["services"][name]


def typed() -> list[list[str]]:
    """The words after `dragoman` in each command of these files."""
    commands = [line for block in blocks() if block.page == PAGE for line in lines_of(block.text)]
    commands += re.findall(r"`([^`\n]*\bdragoman [^`\n]+)`", text(PAGE))
    commands += of_unit("ExecStart")
    commands += [rest for word, rest in instructions() if word == "RUN" and "dragoman " in rest]
    words = [shlex.split(command, comments=True) for command in commands]
    return [after for line in words if (after := _after(line))]


def lines_of(block: str) -> list[str]:
    return block.replace("\\\n", " ").splitlines()


def _after(words: list[str]) -> list[str]:
    """What the last `dragoman` that is followed by anything is to do; an image may be named so."""
    names = [Path(word).name for word in words]
    if "dragoman" not in names or {"build", "systemctl", "journalctl"} & set(words):
        return []
    place = max(at for at, name in enumerate(names) if name == "dragoman")
    return words[place + 1 :]


def fault(words: list[str]) -> str | None:
    """What of a command `dragoman …` there is not."""
    command: click.Command = root
    context = click.Context(root)
    for word in words:
        if word in {"|", "<", ">", ">>", "&&", ";"}:
            break
        if word.startswith("-") and word != "-":
            options = {name for each in command.params for name in each.opts + each.secondary_opts}
            if word.split("=")[0] not in {*options, *command.get_help_option_names(context)}:
                return f"{command.name} has no {word}"
        elif isinstance(command, click.Group):
            inner = command.get_command(context, word)
            if inner is None:
                return f"{command.name} has no {word}"
            command = inner
    return None


@pytest.mark.parametrize("name", FILES)
def test_every_variable_is_a_setting(name: str):
    named = set(re.findall(r"DRAGOMAN_[A-Z_]+", text(name)))
    assert unknown_settings(named) == []
    assert named


def test_every_command_and_option_exists():
    commands = typed()
    assert len(commands) > 8
    assert [(words, fault(words)) for words in commands if fault(words)] == []
    assert fault(["serve", "--prot"])
    assert fault(["model", "list"])


@pytest.mark.parametrize("where", ["image", "unit"])
def test_what_the_server_keeps_lies_in_its_directories(
    where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    words = [rest for word, rest in instructions() if word == "ENV"]
    given = variables(*words) if where == "image" else variables(*of_unit("Environment"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("MODELS", "COMPLETIONS", "VOICES", "KEY_FILE"):
        monkeypatch.delenv(f"DRAGOMAN_{name}", raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, given[name])
    assert user_file() == SETTINGS
    assert str(SETTINGS) in text(IMAGE if where == "image" else UNIT)
    settings = Settings()
    kept = (settings.models, settings.completions, settings.voices, settings.key_file)
    assert [path for path in kept if path is None or DATA not in path.parents] == []
    assert CACHE in prefix_files.directory().parents
    # Caches of the hub's library and of the extra `ja` lie beside ours.
    assert given["XDG_CACHE_HOME"] == str(CACHE)


def test_these_directories_outlive_the_container_and_the_service():
    (volumes,) = (rest for word, rest in instructions() if word == "VOLUME")
    assert yaml.safe_load(volumes) == [str(DATA), str(CACHE)]
    mounted = [volume.split(":") for volume in service("dragoman")["volumes"]]
    assert [place for _, place in mounted] == [str(DATA), str(CACHE)]
    assert {name for name, _ in mounted} <= set(yaml.safe_load(text(COMPOSE))["volumes"])
    assert of_unit("StateDirectory") + of_unit("CacheDirectory") == [DATA.name, CACHE.name]


def test_ports_and_paths_are_those_of_the_server():
    port = Settings.model_fields["port"].default
    assert ("EXPOSE", str(port)) in instructions()
    dragoman, webui = service("dragoman"), service("open-webui")
    assert dragoman["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert all(published.startswith("127.0.0.1:") for published in webui["ports"])
    urls = {value for name, value in webui["environment"].items() if name.endswith("BASE_URL")}
    assert urls == {f"http://dragoman:{port}/v1"}
    (check,) = (rest for word, rest in instructions() if word == "HEALTHCHECK")
    for looked_at in (check, " ".join(dragoman["healthcheck"]["test"])):
        assert f"{port}" in looked_at
        assert re.findall(r"(/[a-z]+)(?='|\\\")", looked_at) == ["/health"]
    assert "/health" in PATHS


def test_proxies_listen_here_and_ask_two_servers_as_the_page_starts_them():
    page = text("docs/several_servers.md")
    for name in PROXIES.values():
        addresses = re.findall(r"\d+\.\d+\.\d+\.\d+:\d+", text(name))
        assert sorted(addresses) == ["127.0.0.1:8000", "127.0.0.1:8001", "127.0.0.1:8002"]
        assert name in page
    assert re.findall(r"dragoman serve --port (\d+)", page) == ["8001", "8002"]
    (probe,) = re.findall(
        r"http-check send meth GET uri (\S+) .*hdr Host localhost", text(PROXIES["haproxy"])
    )
    assert probe in PATHS
    for setting in ("least_conn", "retry-on conn-failure", "http-reuse never"):
        assert setting in page
        assert any(setting in text(name) for name in PROXIES.values())


@pytest.mark.parametrize("name", PROXIES)
def test_the_proxy_itself_takes_its_file(name: str):
    program = shutil.which(name, path=os.pathsep.join(("/usr/sbin", os.environ["PATH"])))
    if program is None:
        pytest.skip(f"NOT TESTED: no {name} on this machine")
    file = str(ROOT / PROXIES[name])
    check = ["-t", "-c", file] if name == "nginx" else ["-c", "-f", file]
    done = subprocess.run([program, *check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_whoever_stops_the_server_waits_longer_than_its_grace():
    grace_s = Settings.model_fields["grace_s"].default + MARGIN_S
    assert float(service("dragoman")["stop_grace_period"].removesuffix("s")) > grace_s
    assert float(*of_unit("TimeoutStopSec")) > grace_s
    assert of_unit("KillMode") == ["mixed"]


def test_the_sandbox_of_the_unit_leaves_whisper_its_code_and_the_fence_its_calls():
    # oneDNN "could not create a primitive", and every transcription is a 500.
    assert of_unit("MemoryDenyWriteExecute") == []
    allowed = " ".join(of_unit("SystemCallFilter")).split()
    assert {f"landlock_{call}" for call in ("create_ruleset", "add_rule", "restrict_self")} <= set(
        allowed
    )


def test_the_image_is_built_from_what_is_sent_and_no_more_is_sent():
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY"]
    sources = {name for names in copied for name in names if not names[0].startswith("--from")}
    rules = text(".dockerignore").splitlines()
    sent = {rule[1:] for rule in rules if rule.startswith("!")}
    assert sent == sources
    assert rules.index("*") < rules.index(f"!{next(iter(sources))}")
    assert [name for name in sources if not (ROOT / name).exists()] == []
    kept_back = [rule for rule in rules if rule and rule[0] not in "#!*"]
    assert [name for name in sources if any(fnmatch(name, rule) for rule in kept_back)] == []


def test_the_image_installs_from_the_lock_and_runs_as_nobody_in_particular():
    runs = [rest for word, rest in instructions() if word == "RUN"]
    (locked,) = (run for run in runs if "--requirement requirements.txt" in run)
    assert "--require-hashes --only-binary :all:" in locked
    users = [rest for word, rest in instructions() if word == "USER"]
    assert users[-1] == "10001:10001"
    assert service("dragoman")["read_only"] is True
    assert service("dragoman")["cap_drop"] == ["ALL"]


@pytest.mark.skipif(SYSTEMD is None, reason="systemd-analyze is not here: apt install systemd")
@pytest.mark.parametrize("check", [("verify",), ("security", "--offline=true", "--threshold=20")])
def test_systemds_own_tool_takes_the_unit(tmp_path: Path, check: tuple[str, ...]):
    unit = tmp_path / "dragoman.service"
    unit.write_text(text(UNIT).replace("/opt/dragoman/bin/dragoman", "/bin/true"))
    done = subprocess.run(
        [str(SYSTEMD), *check, str(unit)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert unit.name not in done.stderr
