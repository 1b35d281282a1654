import pytest

from dragoman.wire.chat.consensus import Answer, Consensus, consensus


def of(*answers: str | Answer) -> Consensus:
    return consensus([a if isinstance(a, Answer) else Answer(a, (), ()) for a in answers])


def fields(found: Consensus) -> list[tuple[str, object, float]]:
    assert found.fields is not None
    return [(f.path, f.value, f.agreement) for f in found.fields]


def test_documents_are_compared_field_by_field() -> None:
    found = of('{"a": 1, "b": "x"}', '{"b": "y", "a": 1}', '{"a": 1, "b": "x", "c": null}')
    third = pytest.approx(1 / 3)
    assert fields(found) == [("/a", 1, 1.0), ("/b", "x", pytest.approx(2 / 3)), ("/c", None, third)]
    assert found.agreement == third


def test_order_of_members_and_white_space_make_no_difference() -> None:
    assert of('{"a": 1, "b": [2]}', '{ "b":[2],"a":1 }').agreement == 1.0


def test_places_inside_are_json_pointers() -> None:
    found = of('{"a/b": {"~": [1, {}]}, "n": []}', "{}")
    assert fields(found) == [
        ("/a~1b/~0/0", 1, 0.5),
        ("/a~1b/~0/1", {}, 0.5),
        ("/n", [], 0.5),
        ("", {}, 0.5),
    ]


def test_true_is_not_one() -> None:
    assert fields(of('{"a": 1}', '{"a": true}', '{"a": true}'))[0][1] is True


def test_calls_are_compared_too() -> None:
    calls = [Answer("", [("f", text)], ()) for text in ('{"x": 1}', '{"x":1}', '{"x": 2}')]
    found = of(*calls)
    assert ("/0/arguments/x", 1, pytest.approx(2 / 3)) in fields(found)
    assert found.agreement == pytest.approx(2 / 3)


def test_text_is_compared_as_a_whole() -> None:
    found = of("Yes,  it is.", "Yes, it is.\n", "No.")
    assert found.fields is None
    assert found.agreement == pytest.approx(2 / 3)


def test_a_document_that_was_cut_off_is_text() -> None:
    assert of('{"a": 1}', '{"a": ').fields is None
    assert of("1", "1").fields is None


def test_the_surest_choice_comes_first() -> None:
    found = of(Answer("a", (), (-2.0, -1.0)), Answer("b", (), (-0.5,)), Answer("c", (), ()))
    assert [(r.index, r.mean_logprob) for r in found.ranking] == [(1, -0.5), (0, -1.5), (2, None)]


def test_documents_nested_too_deep_are_text() -> None:
    assert of("[" * 100_000, "[]").fields is None
