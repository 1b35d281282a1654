"""What is locked is what was tested, whichever Python somebody has."""

import re
import tomllib
from collections import Counter

from pages import ROOT


def test_each_library_has_one_version_on_every_python_and_system():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = Counter(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))
    assert [name for name, versions in names.items() if versions > 1] == []


def test_the_lock_for_gpus_is_of_what_the_extra_names_and_of_nothing_that_others_have():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = extra["optional-dependencies"]["cuda"]
    lines = (ROOT / "requirements-cuda.in").read_text(encoding="utf-8").splitlines()
    assert [line.partition("  #")[0] for line in lines if not line.startswith("#")] == [wanted]
    locked = re.findall(r"^(\S+)==", (ROOT / "requirements-cuda.txt").read_text("utf-8"), re.M)
    assert set(locked) == {"nvidia-cublas-cu12", "nvidia-cuda-nvrtc-cu12"}
    assert not set(locked) & set(
        re.findall(r"^(\S+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    )


def test_the_lock_for_a_faster_chat_is_of_what_the_extra_names():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = extra["optional-dependencies"]["fast"]
    lines = (ROOT / "requirements-fast.in").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [wanted]
    locked = re.findall(r"^(\S+)==", (ROOT / "requirements-fast.txt").read_text("utf-8"), re.M)
    assert set(locked) == {"ik-llama-cpp-python", "numpy"}


def test_the_lock_for_traces_is_of_what_the_extra_names_in_versions_that_are_tested():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements-traces.in").read_text(encoding="utf-8").splitlines()
    named = [line.partition("  #")[0] for line in lines if not line.startswith("#")]
    assert named == extra["optional-dependencies"]["traces"]
    locked, tested = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text("utf-8"), re.M))
        for name in ("requirements-traces.txt", "requirements-dev.txt")
    )
    assert locked - tested == set()


def test_the_lock_for_a_shared_database_is_of_what_the_extra_names():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = extra["optional-dependencies"]["postgres"]
    lines = (ROOT / "requirements-postgres.in").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [wanted]
    locked = re.findall(r"^(\S+)==", (ROOT / "requirements-postgres.txt").read_text("utf-8"), re.M)
    assert {"psycopg", "psycopg-binary"} <= set(locked)
