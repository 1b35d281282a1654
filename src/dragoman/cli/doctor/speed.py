"""How fast the models that are here answer, through the same engines as a server's workers."""

import io
import json
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import click

from dragoman.audio.wav import SAMPLE_RATE, whole
from dragoman.cli.answers import answered, events
from dragoman.cli.connection import Connection, Failed, Wish, connected
from dragoman.cli.doctor.finding import Finding, ok, problem, warning
from dragoman.domain.chat import CHAT
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import TRANSCRIPTION

MEASURE_S = 180.0
"""The seconds that a model has to load and to be measured."""
READABLE = 5.0
"""Tokens a second below which an answer is slower than its reader."""
ANSWER_TOKENS = 64
SENTENCE = "The keeper of the lighthouse counts the ships, and every one of them has a lamp. "
REPEATED = 40
"""The sentences of the prompt, some 700 tokens."""
SHORT, LONG = "Good morning.", SENTENCE * 2
SAMPLE_BYTES = 2
HEADER_BYTES = 44

Clock = Callable[[], float]


class TooLong(Exception):
    """A measure has taken all its time."""


class Meter:
    """Measures models at the other end of `connection`, each on its own clock."""

    def __init__(self, connection: Connection, clock: Clock = time.monotonic) -> None:
        self._connection, self._clock = connection, clock
        self._end = 0.0
        self._recordings: dict[str, bytes] = {}
        connection.client.timeout = MEASURE_S

    def measured(self, check: str, measure: Callable[[], Finding]) -> Finding:
        """Run one measure on a fresh clock."""
        self._end = self._clock() + MEASURE_S
        try:
            return measure()
        except TooLong:
            advice = "Look at the cores, the memory and other programs, or take a smaller model."
            return warning(check, f"not done after {MEASURE_S:g} s", advice)
        except Failed as error:
            text = f"does not answer: {error.message}"
            return problem(check, text, "What is above may say why.")

    def chat(self) -> Finding:
        """Measure how fast a prompt is read and an answer is written."""
        self._ask(SHORT, 1)  # loads it
        # Another beginning each time, or the prompt would be found in the prefix cache.
        prompt = f"{secrets.token_hex(8)}\n{SENTENCE * REPEATED}\nWrite a long story about a cat."
        began = self._clock()
        times, usage = self._ask(prompt, ANSWER_TOKENS)
        read = usage["prompt_tokens"] - _cached(usage)
        written = usage["completion_tokens"]
        return judged_chat(read, times[0] - began, written, times[-1] - times[0])

    def speech(self) -> Finding:
        """Measure how fast a text is spoken."""
        self._recordings["short"] = self._spoken(SHORT)  # loads it
        began = self._clock()
        self._recordings["long"] = recording = self._spoken(LONG)
        return judged_sound("speech", seconds_of(recording), self._clock() - began)

    def transcription(self) -> Finding:
        """Measure how fast what was spoken before is written down."""
        if not self._recordings:
            advice = "There is no voice here to make a recording: `dragoman models pull`."
            return warning(TRANSCRIPTION.name, "not measured", advice)
        self._written(self._recordings["short"])  # loads it
        recording = self._recordings["long"]
        began = self._clock()
        text = self._written(recording)
        taken = self._clock() - began
        if not text.strip():
            advice = "Nothing of a spoken sentence was written down: `dragoman models verify`."
            return problem(TRANSCRIPTION.name, "hears nothing", advice)
        return judged_sound(TRANSCRIPTION.name, seconds_of(recording), taken)

    def _ask(self, prompt: str, most: int) -> tuple[Sequence[float], Mapping[str, Any]]:
        """When each piece of the answer came, and the usage."""
        body = {
            "model": self._connection.model(CHAT.name, None),
            "messages": [{"role": "user", "content": prompt}],
            "max_tokens": most,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        times: list[float] = []
        usage: Mapping[str, Any] = {}
        with answered(self._connection, "chat/completions", json=body) as response:
            for event in events(response):
                self._look()
                usage = event.get("usage") or usage
                if any(choice["delta"].get("content") for choice in event["choices"]):
                    times.append(self._clock())
        if not times or not usage:
            raise Failed("the answer is empty")
        return times, usage

    def _spoken(self, text: str) -> bytes:
        model = self._connection.model(SPEECH.name, None)
        body = {"model": model, "voice": "alloy", "input": text, "response_format": "wav"}
        pieces: list[bytes] = []
        with answered(self._connection, "audio/speech", json=body) as response:
            for piece in response.iter_bytes():
                self._look()
                pieces.append(piece)
        return whole("wav", b"".join(pieces))

    def _written(self, recording: bytes) -> str:
        form: dict[str, str | list[str]] = {
            "model": self._connection.model(TRANSCRIPTION.name, None),
            "language": "en",
        }
        file = ("doctor.wav", io.BytesIO(recording))
        with answered(self._connection, "audio/transcriptions", data=form, file=file) as response:
            text: str = json.loads(response.read())["text"]
        self._look()
        return text

    def _look(self) -> None:
        if self._clock() > self._end:
            raise TooLong


def findings(kinds: Collection[str]) -> Sequence[Finding]:
    """Measure what of `kinds` can be measured: a model of each is here, and is loaded for it."""
    if not kinds:
        advice = "`dragoman models pull` fetches the default models."
        return [warning("engines", "nothing to measure: no model is here", advice)]
    measured = list[Finding]()
    try:
        with connected(Wish(here=True), [*kinds]) as connection:
            meter = Meter(connection)
            measures = (
                (CHAT.name, meter.chat),
                (SPEECH.name, meter.speech),
                (TRANSCRIPTION.name, meter.transcription),
            )
            for check, measure in measures:
                if check in kinds:
                    measured.append(meter.measured(check, measure))
    except click.ClickException as error:  # settings that are wrong are one, too
        measured.append(problem("engines", error.message, "What is above may say why."))
    return measured


def judged_chat(read: int, read_s: float, written: int, written_s: float) -> Finding:
    """Judge the tokens of a prompt and of an answer, and the seconds that they took."""
    prefill = read / max(read_s, 1e-6)
    decode = (written - 1) / max(written_s, 1e-6)
    text = f"{prefill:.0f} tokens/s read (of {read}), {decode:.1f} tokens/s written (of {written})"
    facts = {
        "prompt_tokens": read,
        "prefill_tokens_per_second": round(prefill, 1),
        "completion_tokens": written,
        "decode_tokens_per_second": round(decode, 1),
    }
    if decode < READABLE:
        advice = (
            "Slower than one reads. Look at the cores and at other programs, or take a smaller "
            "model: `dragoman models pull qwen2.5-coder-0.5b-instruct`."
        )
        return warning(CHAT.name, text, advice, **facts)
    return ok(CHAT.name, text, **facts)


def judged_sound(check: str, sound_s: float, taken_s: float) -> Finding:
    """Judge how much faster than it sounds a recording is made or written down."""
    rate = sound_s / max(taken_s, 1e-6)
    text = f"{rate:.1f} × real time ({sound_s:.1f} s of sound in {taken_s:.1f} s)"
    facts = {"audio_seconds": round(sound_s, 2), "times_real_time": round(rate, 2)}
    if rate < 1:
        advice = "Slower than it sounds: streams have gaps. Look at the cores and other programs."
        return warning(check, text, advice, **facts)
    return ok(check, text, **facts)


def seconds_of(recording: bytes) -> float:
    """The length of a WAV of the API, in seconds."""
    return (len(recording) - HEADER_BYTES) / (SAMPLE_BYTES * SAMPLE_RATE)


def _cached(usage: Mapping[str, Any]) -> int:
    details: Mapping[str, int | None] = usage.get("prompt_tokens_details") or {}
    return details.get("cached_tokens") or 0
