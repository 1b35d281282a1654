"""With the weights: what was said, and when, of a recording whose every word is known."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pysubs2
import pytest
import webvtt
from numpy.typing import NDArray

from dragoman.audio import subtitles
from dragoman.audio.cues import cues
from dragoman.audio.resample import resampled
from dragoman.domain.engine import BlockingEngine, EngineSpec
from dragoman.domain.speech import Sound, SpeechEvent, SpeechRequest, SpokenWord
from dragoman.domain.transcription import (
    SAMPLE_RATE,
    Recording,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
    Word,
)
from dragoman.engines import kokoro_onnx, whisper_ct2
from outlets import Basket
from sounds import hum, music, pink, white
from transcripts import likeness

pytestmark = pytest.mark.model

SENTENCES = (
    "The children walk along the river every Sunday morning.",
    "My grandmother keeps her letters in a green wooden chest.",
    "Please turn off the kitchen lights when you go upstairs.",
    "He borrowed a ladder and painted the ceiling by himself.",
)
PAUSES_S = (0.4, 3.0, 0.7, 5.0)
"""After each of them."""


Hearing = BlockingEngine[TranscriptionRequest, TranscriptionEvent]


def kept(samples: NDArray[np.int16], path: Path) -> Recording:
    samples.astype("<i2").tofile(path)
    return Recording(str(path), len(samples))


@pytest.fixture(scope="module")
def hearing(weights: Callable[[str], Path]) -> Hearing:
    return whisper_ct2.load(EngineSpec("whisper-ct2", str(weights("whisper-base")), threads=2))


@pytest.fixture(scope="module")
def said() -> list[Word]:
    """What is said in `recording`, to the sample."""
    return []


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> BlockingEngine[SpeechRequest, SpeechEvent]:
    return kokoro_onnx.load(EngineSpec("kokoro-onnx", str(weights("kokoro-82m")), threads=2))


@pytest.fixture(scope="module")
def recording(
    engine: BlockingEngine[SpeechRequest, SpeechEvent],
    said: list[Word],
    tmp_path_factory: pytest.TempPathFactory,
) -> Recording:
    """The sentences, spoken by our own engine, which knows when it says each word."""
    parts: list[NDArray[np.int16]] = []
    for number, (sentence, pause_s) in enumerate(zip(SENTENCES, PAUSES_S, strict=True)):
        basket = Basket()
        voice = ("nova", "onyx")[number % 2]
        engine.run(SpeechRequest(sentence, voice, "pcm", words=True), basket)
        now_s = sum(map(len, parts)) / SAMPLE_RATE
        for event in basket.events:
            if isinstance(event, SpokenWord):
                text = sentence[event.start : event.end]
                said.append(Word(text, now_s + event.start_s, now_s + event.end_s, 1.0))
        sound = b"".join(event.data for event in basket.events if isinstance(event, Sound))
        parts.append(resampled(np.frombuffer(sound, "<i2"), 24_000, SAMPLE_RATE))
        parts.append(np.zeros(round(pause_s * SAMPLE_RATE), np.int16))
    return kept(np.concatenate(parts), tmp_path_factory.mktemp("said") / "samples")


@pytest.fixture(scope="module")
def segments(hearing: Hearing, recording: Recording) -> list[Segment]:
    basket = Basket()
    hearing.run(TranscriptionRequest(recording, words=True), basket)
    return [event for event in basket.events if isinstance(event, Segment)]


def bare(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalpha())


def test_words_are_where_they_were_said(segments: list[Segment], said: list[Word]):
    heard = [word for segment in segments for word in segment.words]
    assert [bare(word.text) for word in heard] == [bare(word.text) for word in said]
    for times in ("start_s", "end_s"):
        off = [abs(getattr(a, times) - getattr(b, times)) for a, b in zip(heard, said, strict=True)]
        assert median(off) < 0.2
        assert max(off) < 1.0


def over_silence(start_s: float, end_s: float, said: Sequence[Word]) -> float:
    """The longest stretch of a cue in which nothing is said, in seconds."""
    inside = [word for word in said if word.end_s > start_s and word.start_s < end_s]
    edges = [start_s, *(at for word in inside for at in (word.start_s, word.end_s)), end_s]
    return max(b - a for a, b in pairwise(edges)) if inside else end_s - start_s


@pytest.mark.parametrize("width", [None, 20])
def test_subtitles_are_read_by_others_go_forward_and_hang_over_no_silence(
    width: int | None, segments: list[Segment], said: list[Word], tmp_path: Path
):
    timed = segments if width is None else cues(segments, width)
    (tmp_path / "a.vtt").write_text(subtitles.vtt(timed, width))
    srt = pysubs2.SSAFile.from_string(subtitles.srt(timed, width), "srt")
    vtt: Any = webvtt.read(str(tmp_path / "a.vtt"))
    shown = [(cue.start / 1000, cue.end / 1000, cue.plaintext) for cue in srt]
    assert [(c.start_in_seconds, c.end_in_seconds, c.text) for c in vtt] == [
        (int(start_s), int(end_s), text) for start_s, end_s, text in shown
    ]
    assert (
        " ".join(text for *_, text in shown).split()
        == "".join(segment.text for segment in segments).split()
    )
    moments = [moment for start_s, end_s, _ in shown for moment in (start_s, end_s)]
    assert moments == sorted(moments)
    for start_s, end_s, _ in shown:
        assert over_silence(start_s, end_s, said) < 1.0


def test_one_worker_hears_what_two_do(
    weights: Callable[[str], Path], segments: list[Segment], recording: Recording
):
    spec = EngineSpec("whisper-ct2", str(weights("whisper-base")), threads=1)
    basket = Basket()
    whisper_ct2.load(spec).run(TranscriptionRequest(recording, words=True), basket)
    alone = [event.text for event in basket.events if isinstance(event, Segment)]
    assert alone == [segment.text for segment in segments]


def test_who_reads_along_reads_the_same_words(
    hearing: Hearing, recording: Recording, said: list[Word]
):
    basket = Basket()
    hearing.run(TranscriptionRequest(recording, streamed=True), basket)
    segments = [event for event in basket.events if isinstance(event, Segment)]
    # Where a segment's window begins is told: there are several, though all fits into one.
    assert len({segment.seek for segment in segments}) > 1
    heard = "".join(segment.text for segment in segments).split()
    assert [bare(word) for word in heard] == [bare(word.text) for word in said]


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("sound", [white, pink, hum, music])
def test_noise_hum_and_music_have_no_words(
    sound: Callable[[float], NDArray[np.float64]], streamed: bool, hearing: Hearing, tmp_path: Path
):
    samples = np.clip(sound(40.0) * 32767, -32768, 32767).astype(np.int16)
    basket = Basket()
    request = TranscriptionRequest(kept(samples, tmp_path / "samples"), streamed=streamed)
    hearing.run(request, basket)
    assert [event.text for event in basket.events if isinstance(event, Segment)] == []
    assert isinstance(basket.events[-1], TranscriptionFinished)


def text_of(hearing: Hearing, samples: NDArray[np.floating], path: Path) -> str:
    basket = Basket()
    whole = np.clip(samples, -32768, 32767).astype(np.int16)
    hearing.run(TranscriptionRequest(kept(whole, path / "samples")), basket)
    return "".join(event.text for event in basket.events if isinstance(event, Segment))


def with_music(speech: NDArray[np.float64]) -> NDArray[np.float64]:
    """As loud as the speech."""
    chords = music(len(speech) / SAMPLE_RATE + 1)[: len(speech)]
    return speech + chords * np.std(speech) / np.std(chords)


DISTORTIONS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "pink noise": lambda speech: speech + 6000 * pink(len(speech) / SAMPLE_RATE),
    "music": with_music,
    "as soft as -50 dB": lambda speech: speech / 300,
    "clipped": lambda speech: speech * 30,
    "shifted": lambda speech: speech + 8000,
    "without silence around it": lambda speech: speech[: int(24e4)],
}


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_sentence_is_understood_however_it_was_recorded(
    name: str, hearing: Hearing, recording: Recording, tmp_path: Path
):
    first = np.fromfile(recording.path, "<i2")[: 4 * SAMPLE_RATE].astype(np.float64)
    assert likeness(text_of(hearing, DISTORTIONS[name](first), tmp_path), SENTENCES[0]) > 0.7


def spoken(
    engine: BlockingEngine[SpeechRequest, SpeechEvent], text: str, voice: str = "nova"
) -> NDArray[np.float64]:
    basket = Basket()
    engine.run(SpeechRequest(text, voice, "pcm"), basket)
    sound = b"".join(event.data for event in basket.events if isinstance(event, Sound))
    return resampled(np.frombuffer(sound, "<i2"), 24_000, SAMPLE_RATE).astype(np.float64)


@pytest.mark.parametrize("word", ["Seven", "Tomorrow", "Cancel", "Wednesday"])
def test_one_word_is_enough(
    word: str,
    hearing: Hearing,
    engine: BlockingEngine[SpeechRequest, SpeechEvent],
    tmp_path: Path,
):
    heard = text_of(hearing, spoken(engine, f"{word}."), tmp_path)
    assert bare(heard) == bare(word) or heard.strip(" .") == "7"


SPANISH = (
    "Usted tiene dos mensajes nuevos en su buzón. Por favor, marque el número de su habitación. "
    "La reunión de mañana empieza a las nueve en la oficina del tercer piso. "
    "Si necesita ayuda, espere en la línea y le atenderemos muy pronto. "
    "El tren de la tarde sale de la estación a las cinco."
)


@pytest.mark.parametrize(
    "order",
    [
        pytest.param((0, 1), marks=pytest.mark.slow, id="English first"),
        pytest.param((1, 0), marks=pytest.mark.slow, id="Spanish first"),  # tests/live has it
    ],
)
def test_each_language_of_a_recording_is_written_as_itself(
    order: tuple[int, int],
    hearing: Hearing,
    engine: BlockingEngine[SpeechRequest, SpeechEvent],
    tmp_path: Path,
):
    texts = (" ".join([*SENTENCES, *SENTENCES]), f"{SPANISH} {SPANISH}")
    parts = [spoken(engine, texts[which]) for which in order]
    assert all(len(part) > 20 * SAMPLE_RATE for part in parts)
    heard = text_of(hearing, np.concatenate(parts), tmp_path)
    # A window or so may hold the end of one language and the beginning of the other.
    halves = [heard[: len(heard) // 2], heard[len(heard) // 2 :]]
    english, other = (halves[order.index(which)].lower() for which in (0, 1))
    assert "sunday morning" in english
    assert "upstairs" in english
    assert "estación a las" in other
    assert "tercer piso" in other
