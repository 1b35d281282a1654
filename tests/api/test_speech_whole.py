"""Nothing is left out: what is spoken through the endpoint, written down again."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from faster_whisper import WhisperModel
from rapidfuzz.distance import Levenshtein

from clients import Shelf, http_client
from dragoman.api import speech
from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import SPEECH
from dragoman.engines import kokoro_onnx
from dragoman.phonemes.sentences import sentences
from dragoman.serving.app import create_app
from fake_engines import Held

TEXT = (Path(__file__).parents[1] / "data/alice.txt").read_text("utf-8").strip()
KOREAN = (Path(__file__).parents[1] / "data/korean.txt").read_text("utf-8").strip()
PARAGRAPH = TEXT.partition("\n\n")[0]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"['’-]", "", text.lower()))


def characters(text: str) -> list[str]:
    """Korean is written with spaces in several right ways."""
    return list("".join(words(text)))


def in_place(wanted: list[str], heard: list[str]) -> list[bool]:
    """Which of `wanted` stand in `heard`, in the one alignment of the whole with fewest changes.

    A search for the longest common run would, in a text that repeats itself, set one repetition
    beside another, and find nothing of all that is before it.
    """
    found = [False] * len(wanted)
    for block in Levenshtein.opcodes(wanted, heard):
        if block.tag == "equal":
            length = block.src_end - block.src_start
            found[block.src_start : block.src_end] = [True] * length
    return found


def missing(text: str, heard: str, units: Callable[[str], list[str]] = words) -> dict[str, float]:
    """Every sentence of `text`, and the part of its units that was heard in its place."""
    wanted = [units(text[part.start : part.end]) for part in sentences(text)]
    flat = [word for sentence in wanted for word in sentence]
    found = in_place(flat, units(heard))
    rates: dict[str, float] = {}
    at = 0
    for sentence in wanted:
        hits = sum(found[at : at + len(sentence)])
        rates[f"{len(rates)}: {' '.join(sentence)}"] = hits / len(sentence)
        at += len(sentence)
    return rates


def test_the_check_would_see_a_sentence_that_is_missing():
    whole = missing(TEXT, TEXT)
    assert set(whole.values()) == {1.0}
    gone = missing(TEXT, TEXT.replace("Down, down, down. There was nothing else to do,", ""))
    assert [sentence for sentence, rate in gone.items() if rate < 0.5] == ["31: down down down"]


def test_the_check_would_see_one_repetition_that_is_missing():
    thrice = "\n\n".join([PARAGRAPH] * 3)
    twice = "\n\n".join([PARAGRAPH] * 2)
    assert set(missing(thrice, thrice.lower()).values()) == {1.0}
    rates = list(missing(thrice, twice).values())
    assert sum(rate < 0.5 for rate in rates) >= len(rates) // 3


async def listened(
    text: str, weights: Callable[[str], Path], language: str = "en"
) -> dict[str, float]:
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(weights("kokoro-82m"))))
    held = Held({SPEECH: {"kokoro-82m": engine}})
    body = {"model": "kokoro-82m", "voice": "alloy", "input": text, "response_format": "pcm"}
    async with http_client(create_app(held, Shelf(), more=speech.routes(held))) as client:
        answer = await client.post("/v1/audio/speech", json=body, timeout=None)
    assert answer.status_code == 200
    samples = np.frombuffer(answer.content, "<i2").astype(np.float32) / np.float32(32768)
    places = np.arange(0, samples.size, 1.5)
    slower = np.interp(places, np.arange(samples.size), samples).astype(np.float32)
    ears = WhisperModel(str(weights("whisper-base")), device="cpu", compute_type="int8")
    segments, _ = cast("Any", ears).transcribe(slower, language=language, beam_size=1)
    units = characters if language == "ko" else words
    return missing(text, " ".join(segment.text for segment in segments), units)


@pytest.mark.model
async def test_a_paragraph_is_spoken_whole(weights: Callable[[str], Path]):
    rates = await listened(PARAGRAPH, weights)
    assert {sentence: rate for sentence, rate in rates.items() if rate < 0.7} == {}


@pytest.mark.model
@pytest.mark.slow
async def test_four_thousand_characters_are_spoken_whole(weights: Callable[[str], Path]):
    rates = await listened(TEXT, weights)
    assert len(rates) == len(sentences(TEXT))
    assert {sentence: rate for sentence, rate in rates.items() if rate < 0.5} == {}
    assert sum(rates.values()) / len(rates) > 0.93


@pytest.mark.model
@pytest.mark.slow
async def test_four_thousand_korean_characters_are_spoken_whole(weights: Callable[[str], Path]):
    text = "\n\n".join([KOREAN] * 5)
    assert 3900 < len(text) <= 4096
    rates = await listened(text, weights, "ko")
    assert len(rates) == len(sentences(text)) == 5 * len(sentences(KOREAN))
    assert {sentence: rate for sentence, rate in rates.items() if rate < 0.5} == {}
    assert sum(rates.values()) / len(rates) > 0.8
