"""English of foreign speech, beside Whisper's own: chrF, and whether it is English every time.

    python bench/translations.py fetch CORPUS
    python bench/translations.py measure CORPUS STORE [--languages ko es fr it ru] [--json OUT]

CORPUS: a directory. `fetch` downloads Debian's `asterisk-core-sounds-{en,es,fr,it,ru}` and the
`-wav` packages beside them with `apt-get download` and unpacks them there, as data: studio prompts
of a telephone exchange, 8 kHz (CC-BY-SA-3.0). The same ids have texts in English. STORE: a model
store with whisper-base, qwen2.5-coder-1.5b-instruct and kokoro-82m.

Prompts of four words or more whose texts are whole, 40 a language, drawn with a fixed seed.
Korean is synthetic: the 19 sentences of `korean.json`, spoken by our own engine, and the clip of
the tests. No prompt and no rule was tuned on any of these clips.

`chat`: transcription, then the chat model. `own`: Whisper's `task=translate` by the same engine.
chrF is sacrebleu's, of the whole corpus; `nobody` counts segments that did not pass for English.
"""

import argparse
import asyncio
import gzip
import json
import random
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sacrebleu.metrics.chrf import CHRF

from dragoman.domain.engine import EngineSpec, ask
from dragoman.domain.speech import Sound, SpeechRequest
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    DecodeRequest,
    LanguageFound,
    Segment,
    TranscriptionRequest,
)
from dragoman.engines import codecs, kinds_by_engine, kokoro_onnx, llama_cpp, whisper_ct2
from dragoman.models import catalogue
from dragoman.serving.in_process import InProcessEngines
from dragoman.skills.translation.identifier import Identifier
from dragoman.skills.translation.translator import Translator

VOICES = {
    "en": "en_US_f_Allison",
    "es": "es_MX_f_Allison",
    "fr": "fr_CA_f_June",
    "it": "it_IT_m_Carlo",
    "ru": "ru_RU_f_IvrvoiceRU",
}
LANGUAGES = ("ko", "es", "fr", "it", "ru")
SHORTEST = 4
"""Words."""
CLIPS = 40
HERE = Path(__file__).parent
GREETING = (HERE.parent / "tests/data/speech.mp3", "Hello. Nice to meet you.")
SPEAKERS = ("alloy", "echo", "nova", "onyx")
EARS, CHATTER, VOICE = "whisper-base", "qwen2.5-coder-1.5b-instruct", "kokoro-82m"


@dataclass(frozen=True)
class Clip:
    name: str
    sound: Path
    english: str


@dataclass(frozen=True)
class Result:
    language: str
    clip: str
    english: str
    heard: str
    chat: str
    ways: list[str]
    own: str
    seconds: float


class Basket:
    stopped = False

    def __init__(self) -> None:
        self.events: list[Any] = []

    def emit(self, event: object) -> None:
        self.events.append(event)


def fetch(corpus: Path) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    names = [f"asterisk-core-sounds-{language}" for language in VOICES]
    packages = [*names, *(f"{name}-wav" for name in names)]
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["apt-get", "download", *packages], cwd=scratch, check=True)
        for package in sorted(Path(scratch).glob("*.deb")):
            subprocess.run(["dpkg-deb", "--extract", str(package), str(corpus)], check=True)


def texts(corpus: Path, language: str) -> dict[str, str]:
    folder = corpus / f"usr/share/doc/asterisk-core-sounds-{language}"
    with gzip.open(folder / f"core-sounds-{language}.txt.gz", "rt", errors="replace") as lines:
        named = (re.match(r"([\w/-]+): (.*)", line) for line in lines)
        return {match[1]: match[2].strip() for match in named if match}


def prompts(corpus: Path, language: str, seed: int) -> list[Clip]:
    """Without notes in brackets, damaged signs and references that occur twice."""
    spoken, english = texts(corpus, language), texts(corpus, "en")
    sounds = corpus / "usr/share/asterisk/sounds" / VOICES[language]
    found: list[Clip] = []
    for name in sorted(spoken.keys() & english.keys()):
        pair = spoken[name], english[name]
        damaged = any(re.search(r"[\[\]#<>()\ufffd]|\w\?\w", text) for text in pair)
        short = min(len(text.split()) for text in pair) < SHORTEST
        sound = sounds / f"{name}.wav"
        if not damaged and not short and sound.exists():
            found.append(Clip(name, sound, english[name]))
    random.Random(seed).shuffle(found)
    once = {clip.english.lower(): clip for clip in reversed(found)}
    return [clip for clip in found if once[clip.english.lower()] is clip][:CLIPS]


def korean(store: Path, scratch: Path) -> Iterator[Clip]:
    yield Clip("speech.mp3", *GREETING)
    voice = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(store / VOICE)))
    for number, (text, english) in enumerate(json.loads((HERE / "korean.json").read_text())):
        basket = Basket()
        speaker = SPEAKERS[number % len(SPEAKERS)]
        voice.run(SpeechRequest(text, speaker, "wav"), basket)
        sound = scratch / f"{number}.wav"
        sound.write_bytes(b"".join(e.data for e in basket.events if isinstance(e, Sound)))
        yield Clip(f"{number:02} {speaker}", sound, english)
    voice.close()


class Bench:
    def __init__(self, store: Path, scratch: Path) -> None:
        models = catalogue.load(engines=kinds_by_engine())
        self._scratch = scratch
        loaded = {
            EARS: whisper_ct2.load(_spec("whisper-ct2", store / EARS)),
            CHATTER: llama_cpp.load(_spec("llama-cpp", store / CHATTER)),
            "audio-codec": codecs.load_audio(_spec("audio-codec", "")),
        }
        self._engines = InProcessEngines(
            (models.find(name).card(()), each) for name, each in loaded.items()
        )
        self._identifier = Identifier()

    async def measure(self, language: str, clip: Clip) -> Result:
        decoding = DecodeRequest(str(clip.sound), str(self._scratch / "samples"), 600.0)
        recording = await ask(self._engines, AUDIO_CODEC, decoding)
        async with self._engines.lease(TRANSCRIPTION) as ears:
            own = TranscriptionRequest(recording, task="translate")
            async with aclosing(ears.engine.stream(own)) as stream:
                plain = [event async for event in stream]
            translator = Translator(ears.engine, ears.card, self._engines, self._identifier, "chat")
            began = time.perf_counter()
            async with aclosing(translator.stream(own)) as stream:
                events = [event async for event in stream]
        segments = [event for event in events if isinstance(event, Segment)]
        return Result(
            language=language,
            clip=clip.name,
            english=clip.english,
            heard=next(e.language for e in events if isinstance(e, LanguageFound)),
            chat="".join(segment.text for segment in segments).strip(),
            ways=[str(segment.translated) for segment in segments],
            own="".join(event.text for event in plain if isinstance(event, Segment)).strip(),
            seconds=round(time.perf_counter() - began, 2),
        )


def _spec(engine: str, directory: Path | str) -> EngineSpec:
    return EngineSpec(engine, str(directory))


def table(results: Sequence[Result]) -> Iterator[str]:
    yield "| language | clips | chat | own | ways of the segments | wrong language heard |"
    yield "|---|---|---|---|---|---|"
    metric = CHRF()
    for language in dict.fromkeys(result.language for result in results):
        rows = [result for result in results if result.language == language]
        references = [[row.english for row in rows]]
        chat = metric.corpus_score([row.chat for row in rows], references).score
        own = metric.corpus_score([row.own for row in rows], references).score
        ways = Counter(way for row in rows for way in row.ways)
        told = ", ".join(f"{way} {count}" for way, count in ways.most_common())
        wrong = sum(row.heard != language for row in rows)
        yield f"| {language} | {len(rows)} | {chat:.1f} | {own:.1f} | {told} | {wrong} |"


async def measured(options: argparse.Namespace) -> None:
    results: list[Result] = []
    if options.json and options.json.exists():
        results = [Result(**row) for row in json.loads(options.json.read_text())]
    done = {(result.language, result.clip) for result in results}
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        bench = Bench(options.store, scratch)
        for language in options.languages:
            clips = (
                korean(options.store, scratch)
                if language == "ko"
                else prompts(options.corpus, language, options.seed)
            )
            for clip in clips:
                if (language, clip.name) in done:
                    continue
                results.append(await bench.measure(language, clip))
                if options.json:
                    rows = [asdict(result) for result in results]
                    options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1))
    print("\n".join(table(results)))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    fetching = commands.add_parser("fetch")
    fetching.add_argument("corpus", type=Path)
    measuring = commands.add_parser("measure")
    measuring.add_argument("corpus", type=Path)
    measuring.add_argument("store", type=Path)
    measuring.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    measuring.add_argument("--seed", type=int, default=5)
    measuring.add_argument("--json", type=Path, help="kept, and gone on with")
    options = parser.parse_args()
    if options.command == "fetch":
        fetch(options.corpus)
    else:
        asyncio.run(measured(options))


if __name__ == "__main__":
    main()
