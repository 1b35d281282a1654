import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.audio.voices import new_voice, without_recording
from dragoman.wire.faults import not_among, unknown
from dragoman.wire.form import FileName, Form, integer


def refusal(read: object, *args: object) -> tuple[str, str | None, str | None]:
    assert callable(read)
    with pytest.raises(RequestInvalid) as caught:
        read(*args)
    return caught.value.message, caught.value.param, caught.value.code


@pytest.mark.parametrize(
    "fields",
    [
        [("a[]", "x"), ("a[]", "y")],
        [("a", "x"), ("a", "y")],
        [("a", '["x", "y"]')],
    ],
    ids=["brackets", "repeated", "json"],
)
def test_an_array_may_be_written_in_three_ways(fields: list[tuple[str, str]]):
    assert Form(fields).array("a") == ["x", "y"]


@pytest.mark.parametrize(
    "fields",
    [[("o[type]", "server_vad")], [("o", '{"type": "server_vad"}')]],
    ids=["brackets", "json"],
)
def test_an_object_may_be_written_in_two_ways(fields: list[tuple[str, str]]):
    assert Form(fields).object("o") == {"type": "server_vad"}


@pytest.mark.parametrize("value", ["auto", '"auto"'])
def test_an_object_may_be_a_bare_word(value: str):
    assert Form([("o", value)]).object("o") == "auto"


def test_an_empty_value_counts_as_absent():
    form = Form([("text", ""), ("array[]", ""), ("flag", "")])
    assert form.text("text") is None
    assert form.array("array") is None
    assert form.flag("flag") is False
    assert not form.has("text")


@pytest.mark.parametrize(("value", "flag"), [("true", True), ("False", False), ("1", True)])
def test_a_flag_is_read_as_clients_write_it(value: str, flag: bool):
    assert Form([("f", value)]).flag("f") is flag


def test_the_first_unknown_field_is_named():
    form = Form([("known", "1"), ("mystery[]", "2")])
    assert refusal(form.refuse_unknown, {"known"}) == (
        "Unknown parameter: 'mystery'.",
        "mystery",
        "unknown_parameter",
    )


@pytest.mark.parametrize("name", ["a[b][c]", "[]", "a]b"])
def test_a_name_that_is_none_is_refused(name: str):
    assert refusal(Form, [(name, "1")])[2] == "unknown_parameter"


TEXT = "Invalid type for 't': expected a decimal, but got a string instead."
ABOVE = "Invalid 't': decimal above maximum value. Expected a value <= 1, but got 1.5 instead."
BELOW = "Invalid 't': decimal below minimum value. Expected a value >= 0, but got -1 instead."


@pytest.mark.parametrize(
    ("value", "message", "code"),
    [
        ("hot", TEXT, "invalid_type"),
        ("nan", TEXT, "invalid_type"),
        ("inf", TEXT, "invalid_type"),
        ("0_1", TEXT, "invalid_type"),
        ("٠", TEXT, "invalid_type"),
        ("1.5", ABOVE, "decimal_above_max_value"),
        ("-1", BELOW, "decimal_below_min_value"),
    ],
)
def test_a_decimal_has_to_be_one_within_bounds(value: str, message: str, code: str):
    assert refusal(Form([("t", value)]).decimal, "t", 0, 1) == (message, "t", code)


@pytest.mark.parametrize(
    ("read", "fields"),
    [
        ("text", [("x", "1"), ("x", "2")]),
        ("text", [("x[]", "1")]),
        ("text", [("x[k]", "1")]),
        ("array", [("x[k]", "1")]),
        ("array", [("x", "[1, 2]")]),
        ("array", [("x", "[broken")]),
        ("object", [("x", "{broken")]),
        ("flag", [("x", "perhaps")]),
    ],
)
def test_a_value_of_another_type_is_refused(read: str, fields: list[tuple[str, str]]):
    _, param, code = refusal(getattr(Form(fields), read), "x")
    assert (param, code) == ("x", "invalid_type")


@pytest.mark.parametrize("value", ["0.5", " 0.5 ", ".5", "5e-1", "+0.5"])
def test_a_decimal_is_read_as_clients_write_it(value: str):
    assert Form([("t", value)]).decimal("t", 0, 1) == 0.5


@pytest.mark.parametrize(
    "fields",
    [
        [("x[type]", "server_vad"), ("x[threshold]", "")],
        [("x", '{"type": "server_vad", "threshold": null}')],
    ],
)
def test_an_empty_member_counts_as_absent(fields: list[tuple[str, str]]):
    assert Form(fields).object("x") == {"type": "server_vad"}


@pytest.mark.parametrize("read", ["text", "array", "object", "flag"])
def test_a_file_is_no_text(read: str):
    message, param, code = refusal(getattr(Form([("x", FileName("true"))]), read), "x")
    assert "but got a file instead" in message
    assert (param, code) == ("x", "invalid_type")


def test_none_of_the_choices_is_told_with_all_of_them():
    message, param, code = refusal(Form([("c", "z")]).choice, "c", ("a", "b", "d"))
    assert message == "Invalid value: 'z'. Supported values are: 'a', 'b', and 'd'."
    assert (param, code) == ("c", "invalid_value")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("9" * 20, "integer_above_max_value"),
        ("9" * 5000, "integer_above_max_value"),
        ("-" + "9" * 20, "integer_below_min_value"),
    ],
)
def test_a_number_of_many_digits_is_out_of_range_and_not_of_another_type(value: str, code: str):
    with pytest.raises(RequestInvalid) as caught:
        integer("x_track", value, 1, 1000)
    assert caught.value.code == code
    assert len(caught.value.message) < 200


def test_a_number_of_many_noughts_is_small():
    assert integer("x_track", "0" * 30 + "7", 1, 1000) == 7
    assert integer("x_track", "0" * 30, 0, 1000) == 0


@pytest.mark.parametrize("value", ['{"type": "\\ud800"}', '"\\ud800"', '{"a": NaN}', '{"a": '])
def test_json_in_a_field_is_held_to_the_rules_of_json_bodies(value: str):
    message, name, code = refusal(Form([("o", value)]).object, "o")
    assert (name, code, "broken JSON" in message) == ("o", "invalid_type", True)


def test_json_in_a_field_has_a_size():
    message, _, code = refusal(Form([("o", '{"a":[' + "[]," * 20_000 + "[]]}")]).object, "o")
    assert (code, "10000 members" in message) == ("invalid_type", True)


def test_what_a_message_repeats_is_cut():
    for fault in (not_among("a", "x" * 10_000, ["y"]), unknown("x" * 10_000)):
        assert len(fault.message) < 300


def test_an_object_is_not_sent_in_two_ways_at_once():
    fields = [("a", "auto"), ("a[type]", "server_vad")]
    assert refusal(Form(fields).object, "a") == (
        "Invalid type for 'a': expected one of a string or an object, but got both instead.",
        "a",
        "invalid_type",
    )


def test_a_voice_as_a_form_has_each_field_once():
    fields = [("type", "x_blend"), ("name", "a"), ("name", "b"), ("x_blend", "alloy")]
    assert refusal(without_recording, fields)[1] == "name"


def test_weights_of_a_blend_are_written_in_plain_digits():
    assert new_voice({"name": "a", "x_blend": "alloy(3)"}, ["alloy"]) == ("a", "alloy(3)")
    assert refusal(new_voice, {"name": "a", "x_blend": "alloy(٣)"}, ["alloy"])[1] == "x_blend"
