"""`kill -9` of each engine, twenty times, while everything is asked of a server with real weights.

    .venv/bin/python bench/kills.py [--kills 20] [--only chat,whisper,kokoro] [--json OUT]

The server is a process of its own, as a user starts it. Four loops ask it without a pause: two
streams of chat at temperature 0, a recording to write down, a sentence to speak. First each of
their answers is kept undisturbed; then one engine is killed, its requests and the others' are
followed to their end, and when it has answered again the next kill comes. Of the engine that was
killed: answers that are byte for byte what they were, that ended with an error, and that were
neither (which must not be); of the others, how many were not as before (which must be none).
Transcripts are compared as texts, speech by its length, since it is made by several threads.
"""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sysconfig
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import openai
from openai import OpenAI

ENGINES = {
    "chat": "qwen2.5-coder-1.5b-instruct",
    "whisper": "whisper-base",
    "kokoro": "kokoro-82m",
}
RECORDING = Path(__file__).parents[1] / "examples/data/speech.mp3"
QUESTIONS = (
    "Count from one to fifteen in words, one a line.",
    "Name the twelve months in order, one a line.",
)
SENTENCE = "The museum opens at ten and closes at six."
LONGEST_S = 120.0
STREAMING = 5
"""Pieces after which a stream is under way."""


@dataclass
class Outcome:
    """What came of one request."""

    kind: str
    """The engine that answers it."""
    verdict: str
    """`same`, `error` or `other`."""
    began: float
    ended: float


@dataclass
class Load:
    """The loops that ask, and what came of their requests."""

    client: OpenAI
    expected: dict[str, object] = field(default_factory=dict[str, object])
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    pieces: dict[str, int] = field(default_factory=dict[str, int])
    """How much of a stream under way has come."""
    over: threading.Event = field(default_factory=threading.Event)

    def chat(self, name: str, question: str) -> str:
        """A stream without chance, whole."""
        text, self.pieces[name] = "", 0
        stream = self.client.chat.completions.create(
            model="gpt-4o-mini",
            messages=[{"role": "user", "content": question}],
            temperature=0,
            max_tokens=60,
            stream=True,
        )
        for chunk in stream:
            if chunk.choices:
                text += chunk.choices[0].delta.content or ""
                self.pieces[name] += 1
        self.pieces[name] = 0
        return text

    def transcribe(self) -> str:
        """The text of a recording."""
        with RECORDING.open("rb") as file:
            return self.client.audio.transcriptions.create(model="whisper-1", file=file).text

    def speak(self) -> int:
        """The bytes of a spoken sentence."""
        answer = self.client.audio.speech.create(
            model="tts-1", voice="alloy", input=SENTENCE, response_format="pcm"
        )
        return len(answer.content)

    def loops(self) -> dict[str, tuple[str, Callable[[], object]]]:
        """The engine and the request of each loop."""
        chats = {
            f"chat {number}": (
                "chat",
                lambda question=question, name=f"chat {number}": self.chat(name, question),
            )
            for number, question in enumerate(QUESTIONS)
        }
        return {
            **chats,
            "transcript": ("whisper", self.transcribe),
            "speech": ("kokoro", self.speak),
        }

    def ask_on(self, name: str, kind: str, request: Callable[[], object]) -> None:
        """Ask the same again and again until it is over."""
        while not self.over.is_set():
            began = time.monotonic()
            try:
                verdict = "same" if request() == self.expected[name] else "other"
            except openai.APIError:
                verdict = "error"
                self.pieces[name] = 0
            self.outcomes.append(Outcome(kind, verdict, began, time.monotonic()))


def pid_of(log: Path, engine: str) -> int:
    """The process of an engine, as the log tells."""
    pids = re.findall(rf"engine={re.escape(engine)} event=ready pid=(\d+)", log.read_text())
    return int(pids[-1])


@dataclass
class Kill:
    """What one kill did."""

    kind: str
    own: dict[str, int]
    """The requests that the engine had, by verdict."""
    later: dict[str, int]
    """Requests for the same engine that came while it was away."""
    others: dict[str, int]
    """Requests for the other engines that ended meanwhile."""
    errors_after_s: list[float]
    answered_again_s: float


def kill(load: Load, kind: str, log: Path) -> Kill:
    """Kill an engine once it is at work, and follow everything until it has answered again."""
    load.outcomes.clear()
    if kind == "chat":
        wait(lambda: any(number >= STREAMING for number in load.pieces.values()))
    at = time.monotonic()
    os.kill(pid_of(log, ENGINES[kind]), signal.SIGKILL)

    def same_again() -> list[float]:
        """When requests that came after the kill were answered."""
        return [
            each.ended
            for each in load.outcomes
            if each.kind == kind and each.began > at and each.verdict == "same"
        ]

    wait(lambda: bool(same_again()))
    own = [each for each in load.outcomes if each.kind == kind and each.ended > at]
    under_way = [each for each in own if each.began <= at]
    return Kill(
        kind,
        dict(Counter(each.verdict for each in under_way)),
        dict(Counter(each.verdict for each in own if each.began > at)),
        dict(Counter(e.verdict for e in load.outcomes if e.kind != kind and e.ended > at)),
        [round(each.ended - at, 3) for each in under_way if each.verdict == "error"],
        round(min(same_again()) - at, 2),
    )


def wait(condition: Callable[[], bool]) -> None:
    """Until something is so, or too long."""
    until = time.monotonic() + LONGEST_S
    while not condition():
        if time.monotonic() > until:
            raise SystemExit("the server did not come back")
        time.sleep(0.01)


def summary(kills: Sequence[Kill]) -> None:
    """A line for each engine."""
    for kind in ENGINES:
        if rows := [each for each in kills if each.kind == kind]:
            own = sum((Counter(each.own) for each in rows), Counter[str]())
            later = sum((Counter(each.later) for each in rows), Counter[str]())
            others = sum((Counter(each.others) for each in rows), Counter[str]())
            seconds = [each.answered_again_s for each in rows]
            errors = [second for each in rows for second in each.errors_after_s]
            print(
                f"{kind}: {len(rows)} kills; its requests {dict(own)}, those that came while it was"
                f" away {dict(later)}, of other engines {dict(others)}; answered again after"
                f" {statistics.median(seconds):.2f} s (p50), {max(seconds):.2f} s at most;"
                f" errors came after {max(errors, default=0.0):.3f} s at most"
            )


def main() -> None:
    """Kill, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--only", default=",".join(ENGINES))
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "log"
        dragoman = str(Path(sysconfig.get_path("scripts")) / "dragoman")
        command = [dragoman, "serve", "--offline", "--port", "0"]
        apart = {"DRAGOMAN_KEY_FILE": f"{place}/keys", "DRAGOMAN_COMPLETIONS": f"{place}/stored"}
        with (
            log.open("w") as errors,
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **apart},
            ) as process,
        ):
            try:
                assert process.stdout is not None
                line = ""
                while "OPENAI_BASE_URL" not in line:
                    line = process.stdout.readline()
                    assert line, log.read_text()
                url = re.search(r"OPENAI_BASE_URL=(\S+)", line)
                assert url is not None
                client = OpenAI(base_url=url[1], api_key="sk-any", max_retries=0, timeout=300)
                rows = killed(Load(client), chosen.only.split(","), chosen.kills, log)
            finally:
                process.terminate()
    summary(rows)
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(each) for each in rows], indent=1))


def killed(load: Load, kinds: list[str], kills: int, log: Path) -> list[Kill]:
    """All the kills, under load."""
    for name, (_, request) in load.loops().items():
        request()
        load.expected[name] = request()
    threads = [
        threading.Thread(target=load.ask_on, args=(name, kind, request))
        for name, (kind, request) in load.loops().items()
    ]
    for thread in threads:
        thread.start()
    rows: list[Kill] = []
    try:
        for kind in kinds:
            for _ in range(kills):
                rows.append(kill(load, kind, log))
                print(json.dumps(asdict(rows[-1])), flush=True)
    finally:
        load.over.set()
        for thread in threads:
            thread.join()
    return rows


if __name__ == "__main__":
    main()
