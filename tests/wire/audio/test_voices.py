"""What the bodies about voices say."""

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.audio import voices as wire
from dragoman.wire.form import FileName


@pytest.mark.parametrize("body", [{"type": "audio_sample"}, {"audio_sample": "sample.wav"}])
def test_no_other_voice_passes_for_that_of_a_recording(body: dict[str, str]) -> None:
    with pytest.raises(RequestInvalid, match="no installed model can speak with the voice of"):
        wire.new_voice({"name": "mine", **body}, ("heart",))


def test_a_file_is_no_blend() -> None:
    with pytest.raises(RequestInvalid) as caught:
        wire.without_recording([("name", "mine"), ("x_blend", FileName("blend.txt"))])
    assert caught.value.param == "x_blend"


def test_a_page_of_consents_is_asked_for_by_known_names() -> None:
    assert wire.read_page([("after", "cons_1"), ("limit", "5")]) == ("cons_1", 5)
    assert wire.read_page([]) == (None, 20)
    with pytest.raises(RequestInvalid, match="order"):
        wire.read_page([("order", "asc")])
