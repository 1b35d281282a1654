"""Kokoro with its real weights, heard by Whisper."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from faster_whisper import WhisperModel
from numpy.typing import NDArray
from typing_extensions import override

from dragoman.audio.level import decibels
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.domain.speech import Sound, SpeechEvent, SpeechFinished, SpeechRequest, SpokenWord
from dragoman.engines.kokoro_onnx import load, synthesis
from dragoman.engines.kokoro_onnx.engine import Kokoro
from dragoman.engines.kokoro_onnx.parts import PartLengths
from dragoman.phonemes import saying
from dragoman.phonemes.english import arpabet, cmudict
from dragoman.phonemes.english.lexicon import Entry, as_spoken
from dragoman.phonemes.scan import Language
from dragoman.wire.audio.speech import VOICES

pytestmark = pytest.mark.model

FOX = SpeechRequest(
    text="The quick brown fox jumped over the lazy dog.", voice="alloy", format="pcm"
)
RATE = 24_000


class Basket:
    """Keeps what comes; leaves after `room` events."""

    def __init__(self, room: int = 10_000) -> None:
        self.events: list[SpeechEvent] = []
        self._room = room

    @property
    def stopped(self) -> bool:
        return len(self.events) >= self._room

    def emit(self, event: SpeechEvent) -> None:
        if self.stopped:
            raise Stopped
        self.events.append(event)


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> Kokoro:
    loaded = load(EngineSpec("kokoro-onnx", str(weights("kokoro-82m"))))
    assert isinstance(loaded, Kokoro)
    return loaded


@pytest.fixture(scope="module")
def ears(weights: Callable[[str], Path]) -> WhisperModel:
    return WhisperModel(str(weights("whisper-base")), device="cpu", compute_type="int8")


def said(engine: Kokoro, request: SpeechRequest) -> tuple[NDArray[np.float32], SpeechFinished]:
    basket = Basket()
    engine.run(replace(request, format="pcm"), basket)
    *sounds, finished = basket.events
    assert isinstance(finished, SpeechFinished)
    data = b"".join(event.data for event in sounds if isinstance(event, Sound))
    samples = np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)
    assert finished.duration_s == samples.size / RATE
    return samples, finished


def heard(ears: WhisperModel, samples: NDArray[np.float32], language: str) -> str:
    places = np.arange(0, samples.size, RATE / 16_000)
    slower = np.interp(places, np.arange(samples.size), samples).astype(np.float32)
    segments, _ = cast("Any", ears).transcribe(slower, language=language)
    return "".join(segment.text for segment in segments).strip()


def pitch(samples: NDArray[np.float32]) -> float:
    """Median fundamental in Hz, from the autocorrelation of voiced frames."""
    found: list[float] = []
    for at in range(0, samples.size - 1200, 600):
        frame = samples[at : at + 1200]
        if np.sqrt(np.mean(frame**2)) < 0.02:
            continue
        spectrum = np.abs(np.fft.rfft(frame - frame.mean(), 4096)) ** 2
        likeness = np.fft.irfft(spectrum)[:600]
        lag = int(np.argmax(likeness[60:480])) + 60
        if likeness[lag] > 0.5 * likeness[0]:
            found.append(RATE / lag)
    return float(np.median(found))


class Whole(PartLengths):
    """No parts."""

    @override
    def cut(self, at: int, loudness: NDArray[np.float32]) -> int:
        return loudness.size


def test_english_is_understood_word_for_word(engine: Kokoro, ears: WhisperModel):
    samples, _ = said(engine, FOX)
    assert heard(ears, samples, "en") == FOX.text


def test_korean_is_understood_as_it_was_written(engine: Kokoro, ears: WhisperModel):
    text = "안녕하세요. 반갑습니다."
    samples, _ = said(engine, replace(FOX, text=text))
    assert heard(ears, samples, "ko") == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "La biblioteca cierra los domingos por la tarde."),
        ("fr", "La bibliothèque ferme le dimanche après-midi."),
        ("it", "Domani andiamo al mare con i bambini."),
        ("pt", "Quero um café com leite, por favor."),
        ("ja", "コーヒーを一つお願いします。"),
        ("zh", "我明天早上去北京。"),
    ],
)
def test_other_languages_are_found_and_understood(
    engine: Kokoro, ears: WhisperModel, language: Language, text: str
):
    if language == "ja":
        pytest.importorskip("haqumei")
    samples, _ = said(engine, replace(FOX, text=text))
    meant = saying.spoken_form(text, language)
    wrong = saying.differences(meant, saying.spoken_form(heard(ears, samples, language), language))
    assert wrong <= 0.15 * len(meant)
    assert -26 < decibels(samples) < -18


def test_numbers_and_dates_are_read_in_words(engine: Kokoro, ears: WhisperModel):
    text = "Dr. Smith paid $12 on March 5th."
    samples, _ = said(engine, replace(FOX, text=text))
    words = heard(ears, samples, "en").lower()
    assert re.search(r"(doctor|dr\.?) smith paid", words)
    assert re.search(r"\$12|twelve dollars|12 dollars", words)
    assert re.search(r"march (5|fifth)", words)


def test_thirteen_voices_differ_and_are_equally_loud(engine: Kokoro):
    spoken = {
        name: said(engine, replace(FOX, text="We were away a year ago.", voice=name))[0]
        for name in VOICES
    }
    pitches = {name: pitch(samples) for name, samples in spoken.items()}
    assert len({samples.tobytes() for samples in spoken.values()}) == 13
    assert max(pitches[name] for name in ("onyx", "cedar", "echo")) < 125
    assert min(pitches[name] for name in ("shimmer", "marin", "coral")) > 160
    levels = [decibels(samples) for samples in spoken.values()]
    assert max(levels) - min(levels) < 5
    assert max(float(np.abs(samples).max()) for samples in spoken.values()) <= 0.95


def test_kokoros_own_names_and_blends_are_spoken(engine: Kokoro, ears: WhisperModel):
    text = "We were away a year ago."
    alloy, _ = said(engine, replace(FOX, text=text, voice="af_alloy"))
    deep, _ = said(engine, replace(FOX, text=text, voice="am_onyx"))
    both, _ = said(engine, replace(FOX, text=text, voice="af_alloy(1)+am_onyx(1)"))
    assert pitch(deep) < pitch(both) < pitch(alloy)
    assert abs(decibels(both) - decibels(alloy)) < 3
    assert heard(ears, both, "en").rstrip(".") == text.rstrip(".")


def test_speed_changes_the_length_and_not_the_pitch(engine: Kokoro):
    asked = replace(FOX, text=f"{FOX.text} We were away a year ago, and nobody knew.", voice="onyx")
    usual, _ = said(engine, asked)
    for speed in (0.5, 1.25, 2.5):
        other, _ = said(engine, replace(asked, speed=speed))
        assert usual.size / other.size == pytest.approx(speed, rel=0.1)
        assert pitch(other) == pytest.approx(pitch(usual), rel=0.12)


@pytest.mark.parametrize("speed", [0.25, 0.9])
def test_speed_is_exact_however_slow_and_pauses_are_part_of_it(engine: Kokoro, speed: float):
    asked = replace(FOX, text=f"{FOX.text} We were away a year ago, and nobody knew.")
    usual, _ = said(engine, asked)
    other, _ = said(engine, replace(asked, speed=speed))
    assert usual.size / other.size == pytest.approx(speed, rel=0.04)


def test_rates_and_pauses_inside_of_a_text_keep_words_in_order(engine: Kokoro):
    text = "<speak>Good <break time='1s'/><prosody rate='x-slow'>old</prosody> morning.</speak>"
    basket = Basket()
    engine.run(replace(FOX, text=text, words=True), basket)
    words = [event for event in basket.events if isinstance(event, SpokenWord)]
    assert [text[word.start : word.end] for word in words] == ["Good", "old", "morning"]
    times = [time for word in words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert words[1].start_s - words[0].end_s > 0.9
    (finished,) = [event for event in basket.events if isinstance(event, SpeechFinished)]
    assert times[-1] <= finished.duration_s


def test_level_is_as_asked_and_changes_nothing_else(engine: Kokoro):
    usual, _ = said(engine, FOX)
    quiet, _ = said(engine, replace(FOX, gain_db=-6))
    assert quiet.size == usual.size
    assert np.abs(quiet).max() == pytest.approx(np.abs(usual).max() / 2, rel=0.02)


def test_sound_comes_before_the_text_is_spoken_to_the_end(engine: Kokoro):
    text = "When the evening came, the old man walked slowly down to the harbour. " * 30
    basket = Basket(room=1)
    with pytest.raises(Stopped):
        engine.run(replace(FOX, text=text), basket)
    (first,) = basket.events
    assert isinstance(first, Sound)
    assert 0.5 < len(first.data) / 2 / RATE < 4


def test_parts_are_the_sound_of_the_whole_and_tell_the_same_words(engine: Kokoro):
    text = "When the evening came, the old man walked slowly down to the harbour, as he always did."
    voice = engine.voices.find("alloy")
    (chunk,) = engine.reader.read(text)
    (whole,) = synthesis.synthesise(engine.network, chunk, voice, 1.0, Whole(), lambda: False)
    parts = list(
        synthesis.synthesise(engine.network, chunk, voice, 1.0, PartLengths(), lambda: False)
    )
    assert len(parts) > 2
    assert sum(part.samples.size for part in parts) == pytest.approx(whole.samples.size, rel=0.02)
    given, words = 0, list[synthesis.Place]()
    for part in parts:
        words += [replace(w, first=w.first + given, last=w.last + given) for w in part.words]
        given += part.samples.size
    assert [(word.start, word.end) for word in words] == [(w.start, w.end) for w in whole.words]
    offsets = [word.first - w.first for word, w in zip(words, whole.words, strict=True)]
    assert max(offsets) - min(offsets) < 0.03 * RATE
    joined = np.concatenate([part.samples for part in parts])
    for at in np.cumsum([part.samples.size for part in parts])[:-1]:
        assert np.abs(np.diff(joined[at - 2 : at + 2])).max() < 0.05  # there is no click


def test_words_have_their_times(engine: Kokoro):
    voice = engine.voices.find("alloy")
    (chunk,) = engine.reader.read(FOX.text)
    (spoken,) = synthesis.synthesise(engine.network, chunk, voice, 1.0, Whole(), lambda: False)
    assert [FOX.text[word.start : word.end] for word in spoken.words] == FOX.text[:-1].split()
    flat = [border for word in spoken.words for border in (word.first, word.last)]
    assert flat == sorted(flat)
    assert flat[0] < 0.2 * RATE
    assert spoken.samples.size - 0.5 * RATE < flat[-1] <= spoken.samples.size
    assert all(
        0.03 * RATE < end - start < 1.2 * RATE
        for start, end in zip(flat[::2], flat[1::2], strict=True)
    )


@pytest.mark.parametrize("speed", [1.0, 0.5, 2.0])
def test_every_word_of_the_text_is_told_once_with_its_place_in_the_sound(
    engine: Kokoro, ears: WhisperModel, speed: float
):
    text = "The price was $5,250 in 1999. 안녕하세요, my friend! Goodbye."
    asked = replace(FOX, text=text, format="pcm", speed=speed, words=True)
    basket = Basket()
    engine.run(asked, basket)
    told = [event for event in basket.events if isinstance(event, SpokenWord)]
    shown = [text[word.start : word.end] for word in told]
    assert shown == [part.strip(".,!") for part in text.split()]
    borders = [border for word in told for border in (word.start_s, word.end_s)]
    assert borders == sorted(borders)
    data = b"".join(event.data for event in basket.events if isinstance(event, Sound))
    samples = np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)
    assert samples.size / RATE - 0.7 / speed < borders[-1] < samples.size / RATE
    goodbye = samples[int((told[-1].start_s - 0.1) * RATE) :]
    assert "bye" in heard(ears, goodbye, "en").lower()
    before = samples[: int(told[-1].start_s * RATE)]
    assert "bye" not in heard(ears, before, "en").lower()


@pytest.mark.parametrize("text", ["...", "😀🎉", "—"])
def test_signs_alone_are_a_short_silence(engine: Kokoro, text: str):
    samples, finished = said(engine, replace(FOX, text=text))
    assert 0 < samples.size < RATE
    assert not samples.any()
    assert finished.input_tokens == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": " \n "}, "empty"),
        ({"text": "Привет, как дела?"}, "Cyrillic"),
        ({"voice": "af_bella(2)+zf_nobody(1)"}, "Input should be 'nova', 'shimmer'"),
        ({"language": "de"}, "'de'"),
    ],
)
def test_what_cannot_be_said_is_refused_before_the_first_sound(
    engine: Kokoro, change: dict[str, Any], message: str
):
    basket = Basket()
    with pytest.raises(RequestInvalid, match=message):
        engine.run(replace(FOX, **change), basket)
    assert basket.events == []


def test_every_symbol_of_the_dictionaries_is_in_the_table(
    engine: Kokoro, weights: Callable[[str], Path]
):
    used: set[str] = set()
    for name in ("us_gold", "us_silver", "gb_gold", "gb_silver"):
        entries: dict[str, Entry] = json.loads(
            (weights("kokoro-82m") / f"{name}.json").read_bytes()
        )
        for entry in entries.values():
            variants = (entry,) if isinstance(entry, str) else entry.values()
            used.update(*(as_spoken(phonemes or "") for phonemes in variants))
    for word, phones in cmudict.load(weights("kokoro-82m"), lambda _: True).items():
        for region in ("us", "gb"):
            used.update(as_spoken(arpabet.phonemes(phones.split(), region, word)))
    assert len(used) > 40
    assert used <= engine.network.symbols


def test_a_symbol_outside_the_table_is_a_failure_not_a_gap(engine: Kokoro):
    with pytest.raises(EngineFailed, match="table"):
        engine.network.predict_prosody("☃", np.zeros(256, np.float32), 1.0, lambda: False)
