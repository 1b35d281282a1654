from dragoman.skills.memory import Memory


def test_what_was_longest_not_asked_for_is_forgotten() -> None:
    memory = Memory[str](2)
    memory.keep(b"1", "one")
    memory.keep(b"2", "two")
    assert memory.find(b"1") == "one"
    memory.keep(b"3", "three")
    assert [memory.find(data) for data in (b"1", b"2", b"3")] == ["one", None, "three"]
