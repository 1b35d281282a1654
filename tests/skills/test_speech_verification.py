"""Speech that is checked by ear: scripted voices and ears, and once real ones."""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import (
    Sound,
    SpeechEvent,
    SpeechFinished,
    SpeechRequest,
    SpokenWord,
)
from dragoman.domain.transcription import (
    TRANSCRIPTION,
    LanguageFound,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.engines import kokoro_onnx, whisper_ct2
from dragoman.engines.fake import FakeSpeaker
from dragoman.serving.threads import Hosted
from dragoman.skills.speech_verification import SpeechVerification, Tongues
from fake_engines import Held

ASKED = SpeechRequest("One two three. Four five.", "alloy", "pcm", words=True, verified=True)


TONGUES = Tongues()


class Voice(FakeSpeaker):
    """The fake one, which remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[SpeechRequest] = []

    def run(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        self.requests.append(request)
        super().run(request, outlet)


class Ears:
    """Understands what its script says."""

    concurrency = 1

    def __init__(self, *understood: str) -> None:
        self._understood = list(understood)
        self.heard_s: list[float] = []
        self.languages: list[str | None] = []
        self.paths: list[str] = []

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        recording = request.recording
        assert Path(recording.path).stat().st_size == 2 * recording.samples
        self.heard_s.append(recording.duration_s)
        self.languages.append(request.language)
        self.paths.append(recording.path)
        outlet.emit(LanguageFound("en", 1.0))
        text = " " + self._understood.pop(0)
        outlet.emit(Segment(0, 0, 0.0, 1.0, text, (), 0.0, -0.1, 1.0, 0.0))
        outlet.emit(TranscriptionFinished(1.0))

    def close(self) -> None:
        pass


async def spoken(voice: Voice, ears: Ears, request: SpeechRequest = ASKED) -> list[SpeechEvent]:
    skill = SpeechVerification(Hosted(voice), Held({TRANSCRIPTION: {"w": ears}}), TONGUES)
    async with aclosing(skill.stream(request)) as events:
        return [event async for event in events]


def finished(events: list[SpeechEvent]) -> SpeechFinished:
    last = events[-1]
    assert isinstance(last, SpeechFinished)
    return last


async def test_what_is_understood_is_spoken_once():
    voice, ears = Voice(), Ears("1, 2, 3!", "Four five")
    events = await spoken(voice, ears)
    assert [request.text for request in voice.requests] == ["One two three.", "Four five."]
    assert finished(events) == SpeechFinished(1.0, len("One two three.Four five."), 0.0)
    assert ears.heard_s == pytest.approx([0.6, 0.4], abs=0.01)
    assert ears.languages == ["en", "en"]
    assert not any(Path(path).parent.exists() for path in ears.paths)
    data = b"".join(event.data for event in events if isinstance(event, Sound))
    assert len(data) == 2 * 24_000


async def test_words_keep_their_places_in_the_whole():
    events = await spoken(Voice(), Ears("one two three", "four five"))
    words = [event for event in events if isinstance(event, SpokenWord)]
    assert [ASKED.text[word.start : word.end] for word in words] == ASKED.text.split()
    assert [word.start_s for word in words] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])


async def test_what_is_not_understood_is_repeated_slower_and_the_best_is_sent():
    voice = Voice()
    ears = Ears("what", "one two tree", "nothing at all", "four five")
    events = await spoken(voice, ears)
    assert [request.speed for request in voice.requests] == [1.0, 0.9, 1.0, 0.9]
    rate = finished(events).character_error_rate
    assert rate == pytest.approx(1 / len("onetwothreefourfive"))
    assert ears.heard_s[:2] == pytest.approx([0.6, 0.6 / 0.9], abs=0.01)
    assert finished(events).duration_s == pytest.approx(1.0 / 0.9, abs=0.01)


async def test_after_three_tries_the_errors_are_told():
    events = await spoken(
        Voice(), Ears("x", "y", "z"), replace(ASKED, text="Hello there.", format="mp3")
    )
    assert finished(events).character_error_rate == 1.0
    assert any(isinstance(event, Sound) for event in events)


async def test_what_has_no_words_needs_no_ears():
    events = await spoken(Voice(), Ears(), replace(ASKED, text="…"))
    assert finished(events).character_error_rate == 0.0


async def test_without_a_recogniser_it_is_refused():
    skill = SpeechVerification(Hosted(Voice()), Held({}), TONGUES)
    with pytest.raises(RequestInvalid) as caught:
        await anext(skill.stream(ASKED))
    assert caught.value.param == "x_verify"


async def test_those_who_do_not_ask_are_not_listened_to():
    voice = Voice()
    events = await spoken(voice, Ears(), replace(ASKED, verified=False))
    assert [request.text for request in voice.requests] == [ASKED.text]
    assert finished(events).character_error_rate is None


@pytest.mark.model
async def test_real_ears_understand_a_real_voice(weights: Callable[[str], Path]):
    voice = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(weights("kokoro-82m"))))
    ears = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights("whisper-base"))))
    skill = SpeechVerification(Hosted(voice), Held({TRANSCRIPTION: {"w": ears}}), TONGUES)
    text = "Dr. Smith paid $12. 안녕하세요."
    async with aclosing(skill.stream(replace(ASKED, text=text))) as events:
        told = [event async for event in events]
    rate = finished(told).character_error_rate
    assert rate is not None
    assert rate < 0.15
