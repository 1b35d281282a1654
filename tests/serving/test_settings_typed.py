"""Settings as people type them."""

import pytest

from dragoman.serving.settings import Settings, unknown_settings


@pytest.mark.parametrize("typed", ["sk-one,sk-two", "sk-one, sk-two", '["sk-one", "sk-two"]'])
@pytest.mark.parametrize("name", ["api_keys", "allowed_hosts", "image_hosts"])
def test_a_list_is_json_or_words_between_commas(
    monkeypatch: pytest.MonkeyPatch, name: str, typed: str
):
    monkeypatch.setenv(f"DRAGOMAN_{name.upper()}", typed)
    assert getattr(Settings(), name) == ("sk-one", "sk-two")


def test_one_word_is_a_list_of_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DRAGOMAN_API_KEYS", "sk-one")
    assert Settings().api_keys == ("sk-one",)


@pytest.mark.parametrize("typed", ["a=x,b=y", "a = x, b = y", '{"a": "x", "b": "y"}'])
def test_a_map_is_json_or_pairs_between_commas(monkeypatch: pytest.MonkeyPatch, typed: str):
    monkeypatch.setenv("DRAGOMAN_ALIASES", typed)
    assert Settings().aliases == {"a": "x", "b": "y"}


@pytest.mark.parametrize(
    ("typed", "ok"), [("0", True), ("3600", True), ("-1", False), ("3601", False)]
)
def test_the_grace_is_at_most_an_hour(monkeypatch: pytest.MonkeyPatch, typed: str, *, ok: bool):
    monkeypatch.setenv("DRAGOMAN_GRACE_S", typed)
    if ok:
        assert Settings().grace_s == float(typed)
    else:
        with pytest.raises(ValueError, match="grace_s"):
            Settings()


def test_every_setting_is_known_by_its_variable_and_others_programs_are_left_alone():
    mine = [f"DRAGOMAN_{name.upper()}" for name in Settings.model_fields]
    assert unknown_settings([*mine, "dragoman_port", "PATH", "DRAGOMANIA"]) == []
