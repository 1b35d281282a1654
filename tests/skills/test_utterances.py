from dragoman.skills.utterances import Utterances


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_what_was_said_is_known_until_it_expires() -> None:
    clock = Clock()
    utterances = Utterances(clock, lifetime_s=60)
    name = utterances.fresh()
    assert utterances.keep(name, "Hello.") == 1_060
    clock.now = 1_059
    assert utterances.recall(name) == "Hello."
    clock.now = 1_060
    assert utterances.recall(name) is None


def test_an_unknown_id_is_not_known() -> None:
    assert Utterances().recall("audio_x") is None
    assert Utterances().fresh() != Utterances().fresh()


def test_the_oldest_is_forgotten_when_there_is_too_much() -> None:
    utterances = Utterances(most_characters=10)
    for name, text in (("a", "12345"), ("b", "12345"), ("c", "1")):
        utterances.keep(name, text)
    assert [utterances.recall(name) for name in "abc"] == [None, "12345", "1"]


def test_what_expired_makes_room() -> None:
    clock = Clock()
    utterances = Utterances(clock, lifetime_s=60, most_characters=10)
    utterances.keep("a", "12345")
    clock.now += 60
    utterances.keep("b", "12345")
    utterances.keep("c", "12345")
    assert [utterances.recall(name) for name in "abc"] == [None, "12345", "12345"]


def test_one_that_is_larger_than_all_room_is_forgotten_at_once() -> None:
    utterances = Utterances(most_characters=3)
    utterances.keep("a", "12345")
    assert utterances.recall("a") is None
