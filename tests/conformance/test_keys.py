"""A key is never shown, and an ordinary word that is one does no harm."""

import pytest

from dragoman.cli.main import main
from dragoman.conformance.run import _without_key


def test_a_key_is_hidden_in_whatever_case_a_server_repeats_it() -> None:
    text = "JSON comes as text/x-sk-secret0123"
    assert _without_key(text, "sk-SECRET0123") == "JSON comes as text/x-[key]"
    assert _without_key(text, None) == text


def test_a_short_key_is_an_ordinary_word() -> None:
    assert _without_key("the model is null", "model") == "the model is null"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://127.0.0.1:99999/v1", "sk-one"),
        ("http://127.0.0.1:9/v1", "kéy"),
        ("http://[::1", ""),
    ],
)
def test_what_no_request_can_be_made_of_is_said_before_one(
    url: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["conformance", "--base-url", url, "--api-key", key]) == 2
    assert "Traceback" not in capsys.readouterr().err
