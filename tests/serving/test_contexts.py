"""The context that an operator chooses, and how many answers are written together."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman.domain.engine import EngineSpec
from dragoman.engines import cache_mib, kinds_by_engine
from dragoman.engines.llama_cpp.settings import Settings as EngineSettings
from dragoman.models.catalogue import Catalogue, load
from dragoman.models.entry import Model
from dragoman.models.store import State, Store
from dragoman.serving.contexts import with_context
from dragoman.serving.machine import Machine
from dragoman.serving.settings import Settings

STARTER = "qwen2.5-coder-1.5b-instruct"


class Full(Store):
    """Everything is here."""

    def state(self, model: Model) -> State:
        return State.PRESENT


def served(catalogue: Catalogue, name: str) -> tuple[int | None, int]:
    """What `/v1/models` tells of a model, and what its engine takes."""
    model = catalogue.find(name)
    card = model.card(())
    known = card.trained_context or 2**20
    return card.context, EngineSettings.of(card.options).within(known).context


@pytest.mark.parametrize(
    ("name", "asked", "context"),
    [
        (STARTER, 4_096, 4_096),
        (STARTER, 65_536, 32_768),
        ("qwen3-4b-instruct-2507", 65_536, 65_536),
        ("qwen3-4b-instruct-2507", 1_000_000, 262_144),
    ],
)
def test_it_is_told_and_taken_and_never_more_than_the_weights_know(
    tmp_path: Path, name: str, asked: int, context: int
) -> None:
    catalogue = with_context(load(engines=kinds_by_engine()), Full(tmp_path), asked)
    assert served(catalogue, name) == (context, context)
    assert catalogue.find("whisper-base").options == {}


def test_who_knows_less_is_named_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    catalogue = load(engines=kinds_by_engine())
    few = replace(catalogue, model=(catalogue.find(STARTER),))
    with caplog.at_level(logging.WARNING):
        with_context(few, Full(tmp_path), 32_768)
        with_context(few, Full(tmp_path), 40_000)
    assert [record.message for record in caplog.records] == [
        f"{STARTER}: its context is 32768 tokens and not 40000, because the model knows no more"
    ]


def test_it_goes_before_what_a_catalogue_says(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[model]]\nid = "mine"\nkind = "chat"\nengine = "llama-cpp"\n'
        "options = { context = 1024 }\n"
        f'files = [{{ name = "a.gguf", size = 1, sha256 = "{"0" * 64}" }}]\n'
        f'[[model.sources]]\ntype = "file"\npath = "{tmp_path}"\n',
    )
    settings = Settings(models=tmp_path, catalogue=own, context=2_048)
    assert served(Machine.of(settings).catalogue, "mine") == (2_048, 2_048)
    assert served(Machine.of(Settings(models=tmp_path, catalogue=own)).catalogue, "mine")[0] == 1024


def test_slots_are_those_of_every_model_of_the_engine_and_of_no_other(tmp_path: Path) -> None:
    catalogue = Machine.of(Settings(models=tmp_path, slots=1)).catalogue
    assert EngineSettings.of(catalogue.find(STARTER).options).n_parallel == 1
    assert catalogue.find("whisper-base").options == {}
    assert catalogue.find(STARTER).options["tool_decision"] == "questions"


@pytest.mark.parametrize("option", ["mmproj", "projector"])
def test_a_decoder_is_that_of_the_models_that_do_not_see(tmp_path: Path, option: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[model]]\nid = "seeing"\nkind = "chat"\nengine = "llama-cpp"\nsummary = "x"\n'
        f'licence = "MIT"\ncontext = 4096\nsees = true\noptions = {{ {option} = "b.gguf" }}\n'
        f'files = [{{ name = "a.gguf", size = 1, sha256 = "{"0" * 64}" }}]\n'
        f'[[model.sources]]\ntype = "file"\npath = "{tmp_path}"\n',
    )
    catalogue = Machine.of(Settings(models=tmp_path, catalogue=own, decoder="loop")).catalogue
    assert "decoder" not in catalogue.find("seeing").options
    assert catalogue.find(STARTER).options["decoder"] == "loop"
    assert "decoder" not in catalogue.find("whisper-base").options


def test_a_device_is_that_of_the_engines_that_take_one(tmp_path: Path) -> None:
    catalogue = Machine.of(Settings(models=tmp_path, device="cpu")).catalogue
    assert catalogue.find("whisper-base").options["device"] == "cpu"
    assert catalogue.find("kokoro-82m").options["device"] == "cpu"
    assert "device" not in catalogue.find(STARTER).options


@pytest.mark.parametrize(
    ("engine", "options", "mib"),
    [
        ("llama-cpp", {"cache_ram_mib": 8192}, 8192),
        ("llama-cpp", {}, 0),
        ("llama-cpp", {"cache_ram_mib": "much"}, 0),  # refused when it is loaded
        ("whisper-ct2", {"cache_ram_mib": 8192}, 0),
    ],
)
def test_a_large_cache_is_no_reason_to_end_a_process(
    engine: str, options: dict[str, object], mib: int
) -> None:
    assert cache_mib(EngineSpec(engine, "", options=options)) == mib
