"""Every block of code that a reader could type is run against a real server.

What is not run is in `tests/claims/blocks.toml`, with the reason.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from openai import OpenAI

from dragoman.engines import kinds_by_engine
from dragoman.models.catalogue import load
from pages import ROOT, Block, blocks, read_list
from pdfs import pdf

pytestmark = pytest.mark.model

MODULES = ROOT / "tests/clients/node_modules"
NOT_RUN = read_list("blocks.toml", "not_run")
PRELUDE = """
import base64
from pathlib import Path
from openai import OpenAI
client = OpenAI()
file = open("speech.mp3", "rb")
kim = "data:audio/wav;base64," + base64.b64encode(Path("kim.wav").read_bytes()).decode()
"""
"""What an excerpt may take for granted: the page says it elsewhere."""


def listed(block: Block) -> bool:
    return any(
        block.page == entry["page"] and block.text.startswith(entry["starts"]) for entry in NOT_RUN
    )


def of(language: str) -> list[Block]:
    return [block for block in blocks() if block.language == language and not listed(block)]


def name(block: Block) -> str:
    return f"{block.page}: {block.first}"


@pytest.fixture(scope="module")
def desk(client: OpenAI, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the files that the pages speak of."""
    desk = tmp_path_factory.mktemp("desk")
    shutil.copy(ROOT / "examples/data/speech.mp3", desk)
    (desk / "report.pdf").write_bytes(pdf("Sales rose by 12 percent."))
    for file, text in (
        ("question.wav", "What is the capital of France?"),
        ("kim.wav", "The ferry leaves the harbor before sunrise."),
        ("talk.wav", "The ferry leaves the harbor before sunrise, and never waits."),
    ):
        spoken = client.audio.speech.create(
            model="tts-1", voice="nova", input=text, response_format="wav"
        )
        (desk / file).write_bytes(spoken.content)
    return desk


def run(command: list[str], desk: Path, base_url: str) -> str:
    """What a command prints that must succeed."""
    environment = {**os.environ, "OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": "anything"}
    done = subprocess.run(
        command, cwd=desk, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("block", of("python"), ids=name)
def test_python_of_the_pages_runs(block: Block, desk: Path, base_url: str, picture_url: str):
    text = block.text.replace("http://localhost:8000/v1", base_url)
    text = text.replace("https://example.com", picture_url)
    printed = run([sys.executable, "-c", PRELUDE + text], desk, base_url)
    assert printed.strip() or "print(" not in text


@pytest.mark.parametrize("block", of("bash"), ids=name)
def test_commands_of_the_pages_run(block: Block, desk: Path, base_url: str):
    text = block.text.replace("http://localhost:8000/v1", base_url)
    text = text.replace("curl ", "curl --fail-with-body --silent --show-error ")
    printed = run(["bash", "-euc", text], desk, base_url)
    assert "error" not in printed


@pytest.mark.parametrize("block", of("javascript"), ids=name)
def test_javascript_of_the_pages_runs(block: Block, desk: Path, base_url: str):
    if shutil.which("node") is None or not (MODULES / "openai").exists():
        pytest.skip("no Node here, or no `make clients`")
    link = desk / "node_modules"
    if not link.exists():
        link.symlink_to(MODULES)
    (desk / "page.mjs").write_text(block.text.replace("http://localhost:8000/v1", base_url))
    assert run(["node", "page.mjs"], desk, base_url).strip()


@pytest.mark.parametrize("block", of("toml"), ids=name)
def test_catalogues_of_the_pages_are_read(block: Block, tmp_path: Path):
    ours = tmp_path / "house.toml"
    text = block.text.replace("size = …", "size = 1").replace('"…"', f'"{"0" * 64}"')
    text = text.replace("[…]", f'[{{ name = "model.onnx", size = 1, sha256 = "{"0" * 64}" }}]')
    ours.write_text(text)
    (entry,) = tomllib.loads(text)["model"]
    assert load(ours, engines=kinds_by_engine()).find(entry["id"]).id == entry["id"]


def test_the_first_request_of_the_readme_says_what_was_spoken(desk: Path, base_url: str):
    (block,) = (b for b in of("bash") if "audio/speech" in b.text)
    text = block.text.replace("http://localhost:8000/v1", base_url)
    assert "반갑습니다" in run(["bash", "-euc", text], desk, base_url)
