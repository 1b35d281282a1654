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


def test_a_variable_of_no_setting_is_told_the_one_that_is_like_it():
    assert unknown_settings(["DRAGOMAN_HOTS", "dragoman_xyzzy"]) == [
        "DRAGOMAN_HOTS: there is no such setting; did you mean DRAGOMAN_HOST?",
        "dragoman_xyzzy: there is no such setting; docs/settings.md lists all.",
    ]


@pytest.mark.parametrize("typed", ['"sk-one"', "'sk-one'", ' "sk-one" ', '["sk-one"]'])
def test_quotes_that_an_env_file_leaves_are_no_part_of_a_key(
    monkeypatch: pytest.MonkeyPatch, typed: str
):
    monkeypatch.setenv("DRAGOMAN_API_KEYS", typed)
    assert Settings().api_keys == ("sk-one",)


@pytest.mark.parametrize("typed", ["127.0.0.1", " 127.0.0.1 ", "[::1]"])
def test_an_address_may_have_spaces_and_brackets_around_it(
    monkeypatch: pytest.MonkeyPatch, typed: str
):
    monkeypatch.setenv("DRAGOMAN_HOST", typed)
    assert Settings().host == typed.strip(" []")


@pytest.mark.parametrize(
    ("variable", "typed"),
    [
        ("DRAGOMAN_HOST", " "),
        ("DRAGOMAN_IMAGE_HOSTS", "nonsense/99"),
        ("DRAGOMAN_IMAGE_HOSTS", "http://foo.local/"),
        ("DRAGOMAN_ALLOWED_HOSTS", "http://foo.local:80/"),
        ("DRAGOMAN_ALLOWED_HOSTS", "*"),
        ("DRAGOMAN_MODELS", "~nobody-of-that-name/models"),
        ("DRAGOMAN_API_KEYS", " "),
        ("DRAGOMAN_API_KEYS", "sk-one,sk two"),
        ("DRAGOMAN_API_KEYS", '["sk-one"'),
        ("DRAGOMAN_ALIASES", "fast"),
        ("DRAGOMAN_ALIASES", '{"fast": '),
    ],
)
def test_what_could_never_match_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, typed: str
):
    monkeypatch.setenv(variable, typed)
    with pytest.raises(ValueError, match=variable.removeprefix("DRAGOMAN_").lower()):
        Settings()


def test_hosts_and_networks_are_taken(monkeypatch: pytest.MonkeyPatch):
    hosts = ("my.box", "10.0.0.0/8", "fd00::/8", "127.0.0.1", "::1", "수달.kr")
    monkeypatch.setenv("DRAGOMAN_IMAGE_HOSTS", ",".join(hosts))
    assert Settings().image_hosts == hosts


@pytest.mark.parametrize("typed", ["sqlite:///x", "dragoman", "mysql://host/name", ""])
def test_a_database_that_is_no_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch, typed: str):
    monkeypatch.setenv("DRAGOMAN_DATABASE", typed)
    with pytest.raises(ValueError, match="postgresql://user:password@host/name"):
        Settings()


def test_a_database_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr("dragoman.serving.settings.find_spec", nothing)
    monkeypatch.setenv("DRAGOMAN_DATABASE", "postgresql://dragoman@localhost/dragoman")
    with pytest.raises(ValueError, match=r"pip install 'dragoman\[postgres\]'"):
        Settings()
