"""The files for Prometheus and Grafana: they ask for what the server measures."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dragoman.api.observed import Observation, Served
from dragoman.domain.chat import Usage
from dragoman.serving.metrics import Load, Metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
PROMTOOL = shutil.which("promtool")
SERIES = re.compile(r"dragoman:[a-z0-9_]+")


def measured() -> set[str]:
    """The name of each series that a server can have."""
    metrics = Metrics()
    load = Load(1, 0, up=True, starts=1, gauges={"kv_cache_usage_perc": 0.1})
    metrics.watch(lambda: {"m": load})
    work = Observation(model="m", usage=Usage(3, 3), first_s=0.1, last_token_s=0.2, gaps=[0.1])
    metrics.count(Served("/x", 200, "ok", "", 1.0, work))
    spoken = Observation(model="m", first_s=0.1, first_sound_s=0.1, spoken_s=1.0, recording_s=1.0)
    metrics.count(Served("/x", 200, "ok", "", 1.0, spoken))
    metrics.waited("m", 0.1)
    return set(SERIES.findall(metrics.exposition().decode()))


@pytest.mark.parametrize("name", ["grafana-dashboard.json", "prometheus-alerts.yml"])
def test_every_series_that_is_asked_for_is_there(name: str) -> None:
    asked = set(SERIES.findall((DEPLOY / name).read_text()))
    assert len(asked) > 5
    assert asked - measured() == set()


def test_the_dashboard_is_one_of_grafanas_and_no_two_panels_overlap() -> None:
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
    assert all(target["expr"] for panel in panels for target in panel["targets"])


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not here: apt install prometheus")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "prometheus-alerts.yml"),
        ("test", "rules", "prometheus-alerts-test.yml"),
    ],
)
def test_prometheus_own_tool_takes_the_files(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [str(PROMTOOL), *arguments], cwd=DEPLOY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
