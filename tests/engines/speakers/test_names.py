from collections.abc import Sequence

import numpy as np

from dragoman.engines.speakers.names import assigned_names
from dragoman.engines.speakers.networks import Embedding


def voice(*parts: float) -> Embedding:
    vector = np.zeros(192, np.float32)
    vector[: len(parts)] = parts
    return (vector / np.linalg.norm(vector)).astype(np.float32)


KIM, LEE, OTHER = voice(0, 1), voice(0, 0, 1), voice(1)


def names(
    voices: Sequence[Embedding], speakers: Sequence[Embedding], *known: tuple[str, Embedding]
) -> list[str]:
    return assigned_names(voices, np.stack(speakers), known)


def test_strangers_have_letters_in_the_order_in_which_they_speak() -> None:
    assert names([LEE, KIM, LEE, OTHER], [KIM, OTHER, LEE]) == ["A", "B", "A", "C"]


def test_letters_go_on_after_the_last_one() -> None:
    many = [voice(*(0.0,) * number, 1.0) for number in range(28)]
    assert names(many, many)[24:] == ["Y", "Z", "AA", "AB"]


def test_every_voice_is_given_to_whom_it_is_most_like() -> None:
    assert names([voice(0, 1, 0.9), voice(0, 0.9, 1)], [KIM, LEE]) == ["A", "B"]


def test_a_known_voice_has_its_name_and_the_others_letters() -> None:
    known = [("Kim", KIM), ("Lee", LEE)]
    found = names([OTHER, KIM, LEE], [voice(0.3, 1), voice(0.3, 0, 1), OTHER], *known)
    assert found == ["A", "Kim", "Lee"]


def test_two_speakers_may_be_the_same_known_one() -> None:
    assert names([KIM, LEE], [voice(0, 1, 0.2), voice(0, 1, 1)], ("Kim", KIM)) == ["Kim", "Kim"]


def test_who_says_too_little_to_be_a_speaker_is_still_known() -> None:
    known = [("Kim", KIM), ("Lee", LEE)]
    assert names([KIM, KIM, voice(0, 0.5, 1)], [KIM], *known) == ["Kim", "Kim", "Lee"]
    assert names([KIM, LEE], [KIM], ("Lee", OTHER)) == ["A", "A"]


def test_no_letter_is_somebody_s_name() -> None:
    assert names([OTHER, KIM], [OTHER, KIM], ("A", OTHER)) == ["A", "B"]
    assert names([LEE, KIM], [LEE, KIM], ("A", OTHER)) == ["B", "C"]


def test_of_nobody_nothing_is_said() -> None:
    assert assigned_names([], np.empty((0, 0), np.float32), [("Kim", KIM)]) == []
