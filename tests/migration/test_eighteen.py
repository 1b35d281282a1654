"""The eighteen examples: recorded, replayed and compared, with a demonstration as the upstream."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Generator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from openai import BaseModel, OpenAI

from dragoman.migration.replay import Manner
from live_server import serving
from migration_services import recording, replaying

EXAMPLES = Path(__file__).parents[2] / "examples"
SOUND = EXAMPLES / "data/speech.mp3"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with serving("--demo", log=tmp_path_factory.mktemp("demo") / "log") as server:
        yield server.base_url


def example(number: int) -> ModuleType:
    (path,) = EXAMPLES.glob(f"{number:02}_*.py")
    spec = spec_from_file_location(f"recorded_{number}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def picture(name: str) -> str:
    return (
        "data:image/png;base64,"
        + base64.b64encode((EXAMPLES / "data" / name).read_bytes()).decode()
    )


def plain(value: Any) -> Any:
    """What can be compared of what an example returns."""
    if isinstance(value, Path):
        return value.read_bytes()
    if isinstance(value, list | tuple):
        return [plain(item) for item in cast("list[Any]", value)]
    return value.model_dump() if isinstance(value, BaseModel) else value


def run_all(openai: OpenAI, folder: Path) -> list[Any]:
    folder.mkdir()
    results = [plain(example(number).main(openai, folder)) for number in (1, 2)]
    results += [plain(example(number).main(openai, SOUND)) for number in (3, 4, 5)]
    results += [plain(example(number).main(openai)) for number in (6, 7, 8, 9, 10)]
    results.append(example(11).main(openai, picture("otter.png")))
    results.append(example(12).main(openai, EXAMPLES / "data/otter.png"))
    two = picture("otter.png"), picture("red.png")
    results.append(example(13).with_client(openai, *two))
    results.append(example(13).with_plain_http(str(openai.base_url), *two))
    results.append(list(example(14).main(openai)))
    results += [plain(example(number).main(openai)) for number in (15, 16, 17)]
    return [*results, plain(example(18).main(openai, SOUND))]


def test_all_are_recorded_replayed_and_the_same_again(
    demo_url: str, client: Callable[[str], OpenAI], folder: Path, tmp_path: Path
):
    with recording(demo_url, folder) as service:
        recorded = run_all(client(service.url), tmp_path / "recorded")
    assert not [line for line in service.log if "not recorded" in line]
    with replaying(folder, Manner(strict=True)) as service:
        replayed = run_all(client(service.url), tmp_path / "replayed")
    assert replayed == recorded
    aspects = "status,shape,fields,finish,schema,tools,arguments,format"
    limits = ("--max-word-error-rate", "0", "--max-length-deviation", "0.01")
    place = (str(folder), "--base-url", demo_url, "--json", "--fail-on", aspects)
    done = subprocess.run(
        [sys.executable, "-m", "dragoman.cli.main", "compare", *place, *limits],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    compared = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each for each in compared if each["differences"] or each["faults"]] == []
    assert len(compared) == len(list(folder.glob("*.json"))) - done.stderr.count("client left")
    assert done.returncode == 0, done.stderr
    measures = {name for each in compared for name in each["measures"]}
    assert {"word_error_rate", "length_ratio", "tokens_ratio", "latency_ratio"} <= measures
