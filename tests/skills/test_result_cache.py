from dragoman.skills.result_cache import ResultCache


def test_what_was_longest_not_asked_for_is_forgotten() -> None:
    cache = ResultCache[str](2)
    cache.keep(b"1", "one")
    cache.keep(b"2", "two")
    assert cache.find(b"1") == "one"
    cache.keep(b"3", "three")
    assert [cache.find(data) for data in (b"1", b"2", b"3")] == ["one", None, "three"]
