import pytest

from wire.chat.faults import fault


@pytest.mark.parametrize("name", ["x_consensus", "x_dry_run"])
def test_extensions_are_checked_like_all_fields(name: str) -> None:
    assert fault(n=2, **{name: 1}) == (
        f"Invalid type for '{name}': expected a boolean, but got an integer instead.",
        name,
        "invalid_type",
    )


@pytest.mark.parametrize("name", ["x_consensus", "x_dry_run"])
def test_extensions_need_whole_answers(name: str) -> None:
    message, param, _ = fault(n=2, stream=True, **{name: True})
    assert "not allowed when 'stream'" in message
    assert param == name


def test_one_answer_has_nobody_to_agree_with() -> None:
    message, param, _ = fault(x_consensus=True)
    assert "'n' is greater than 1" in message
    assert param == "x_consensus"


def test_other_extensions_are_unknown() -> None:
    assert fault(x_other=1)[2] == "unknown_parameter"
