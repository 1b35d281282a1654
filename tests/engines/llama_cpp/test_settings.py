"""The settings of the chat engine, and what the catalogue says of them."""

import logging

import pytest

from dragoman.engines import kinds_by_engine
from dragoman.engines.llama_cpp.settings import RENAMED, Settings
from dragoman.models.catalogue import load


def test_the_catalogue_tells_no_longer_context_than_the_engine_takes() -> None:
    chats = [
        model for model in load(engines=kinds_by_engine()).model if model.engine == "llama-cpp"
    ]
    listed = {model.id: model.context or 0 for model in chats}
    known = {model.id: model.trained_context or listed[model.id] for model in chats}
    taken = {
        model.id: Settings.of(model.options).within(known[model.id]).context for model in chats
    }
    assert listed == taken


@pytest.mark.parametrize(
    ("options", "known", "context", "cells"),
    [
        ({}, 32_768, 32_768, 36_864),
        ({}, 262_144, 32_768, 36_864),
        ({}, 2_048, 2_048, 8_192),
        ({"context": 65_536}, 262_144, 65_536, 69_632),
        ({"context": 8_192}, 32_768, 8_192, 16_384),
        ({"context": 512}, 32_768, 512, 4_608),
        ({"context": 512, "n_ctx": 512}, 32_768, 512, 512),
        ({"n_ctx": 16_384}, 32_768, 16_384, 16_384),
    ],
)
def test_the_context_is_what_the_weights_know_and_the_cells_hold_it(
    options: dict[str, int], known: int, context: int, cells: int
) -> None:
    settings = Settings.of(options).within(known)
    assert (settings.context, settings.n_ctx) == (context, cells)


def test_a_step_has_room_for_a_token_of_each_answer() -> None:
    assert Settings.of({"n_parallel": 200}).within(2_048).n_batch == 200
    assert Settings.of({"n_parallel": 8, "n_batch": 64}).within(2_048).n_batch == 64


def test_more_than_the_weights_know_is_told(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert Settings.of({"context": 65_536}).within(32_768).context == 32_768
        Settings.of({}).within(2_048)
    assert [record.message for record in caplog.records] == [
        "context is 32768 and not 65536: the weights know no more"
    ]


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_an_option_by_its_old_name_is_read_with_a_warning(
    caplog: pytest.LogCaptureFixture, old: str, new: str
) -> None:
    value = type(getattr(Settings(), new))(512)
    with caplog.at_level(logging.WARNING):
        assert getattr(Settings.of({old: value}), new) == value
    assert [record.message for record in caplog.records] == [
        f"llama-cpp: option {old} is called {new} now; 0.2 will not read the old name"
    ]


def test_of_two_names_of_an_option_the_present_one_counts() -> None:
    assert Settings.of({"slots": 2, "n_parallel": 1}).n_parallel == 1
