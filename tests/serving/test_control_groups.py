"""The limits of control groups, as containers and services set them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from dragoman.serving import control_groups
from dragoman.serving.control_groups import Limits
from dragoman.serving.settings import Settings

NO_GROUP = Limits()


def files_of(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


SECOND_VERSION = {
    "proc/self/cgroup": "0::/pod/box\n",
    "sys/fs/cgroup/pod/box/cpu.max": "max 100000\n",
    "sys/fs/cgroup/pod/cpu.max": "150000 100000\n",
    "sys/fs/cgroup/pod/box/memory.max": "8000\n",
    "sys/fs/cgroup/pod/box/memory.current": "3000\n",
    "sys/fs/cgroup/pod/box/memory.stat": "anon 1\ninactive_file 1000\n",
    "sys/fs/cgroup/pod/memory.high": "6500\n",
    "sys/fs/cgroup/pod/memory.current": "6000\n",
}
FIRST_VERSION = {
    "proc/self/cgroup": "4:memory:/box\n1:cpu,cpuacct:/box\n0::/\n",
    "sys/fs/cgroup/memory/box/memory.limit_in_bytes": "8000\n",
    "sys/fs/cgroup/memory/box/memory.usage_in_bytes": "3000\n",
    "sys/fs/cgroup/memory/box/memory.stat": "total_inactive_file 1000\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
    "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us": "50000\n",
    "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us": "100000\n",
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (SECOND_VERSION, Limits(1.5, 6500, 500)),
        (FIRST_VERSION, Limits(0.5, 8000, 6000)),
        ({"proc/self/cgroup": "0::/elsewhere\n"}, NO_GROUP),
        ({}, NO_GROUP),
    ],
)
def test_the_narrowest_limit_of_all_levels_counts(
    files: Mapping[str, str], expected: Limits, tmp_path: Path
):
    assert control_groups.limits(files_of(tmp_path, files)) == expected


@pytest.mark.parametrize(
    ("permitted", "files", "expected"),
    [(8, SECOND_VERSION, 2), (8, FIRST_VERSION, 1), (1, SECOND_VERSION, 1), (3, {}, 3)],
)
def test_the_cores_that_may_be_used_are_a_whole_number(
    permitted: int,
    files: Mapping[str, str],
    expected: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(control_groups, "permitted_cores", lambda: permitted)
    assert control_groups.usable_cores(files_of(tmp_path, files)) == expected


def test_engines_compute_with_the_cores_that_may_be_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DRAGOMAN_THREADS", raising=False)
    assert Settings().threads == control_groups.usable_cores()
    assert 1 <= control_groups.usable_cores() <= control_groups.permitted_cores()
