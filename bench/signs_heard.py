"""What is heard of signs and numbers: each row of `signs.toml` spoken and written down by a server.

    python bench/signs_heard.py http://127.0.0.1:8000/v1 [--half choosing] [--json OUT] [LANGUAGE …]

A row counts as understood if at most a quarter of its letters differ from one of the ways in which
it may be said; texts are compared as they are read aloud, so "$5" and "five dollars" are the same.
The letters of Korean are those that its syllables are made of, those of Chinese pinyin with tones,
those of Japanese the sounds of its kana: which characters a recogniser writes for a sound tells
nothing of the sound.
Short texts are hard for a small recogniser: with `--words` the first of these ways is spoken in
place of what is written, which tells what the recogniser alone gets wrong. `--again OUT`: judge
what was heard in an earlier run, without a server.
"""

import argparse
import io
import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openai import OpenAI
from pypinyin import Style, lazy_pinyin
from signs import ROWS

from dragoman.phonemes.japanese.reading import phonemes
from dragoman.phonemes.saying import differences, spoken_form
from dragoman.phonemes.scan import Language

TOLERATED = 0.25


def heard(client: OpenAI, text: str, language: str, recogniser: str) -> str:
    """What is written down of a text that was spoken."""
    spoken = client.audio.speech.create(
        model="kokoro-82m",
        voice="nova",
        input=text,
        response_format="wav",
        extra_body={"x_language": language},
    )
    file = io.BytesIO(spoken.content)
    file.name = "spoken.wav"
    return client.audio.transcriptions.create(
        model=recogniser, file=file, language=language, temperature=0
    ).text


def letters(text: str, language: Language) -> str:
    """What a text sounds like, in letters."""
    said = spoken_form(text, language)
    if language == "zh":
        return "".join(lazy_pinyin(said, style=Style.TONE3))
    if language == "ja":
        return "".join(phonemes([said])) if said else ""
    return unicodedata.normalize("NFD", said) if language == "ko" else said


def share_wrong(text: str, ways: Sequence[str], language: Language) -> float:
    """The least share of letters in which a text differs from one of the ways to say it."""
    meant = [letters(way, language) for way in ways]
    apart = re.sub(r"(?<=\d)[-.]?(?=\d)", " ", text)  # "4001234567" may be a telephone number
    got = [letters(each, language) for each in (text, apart)]
    return min(differences(way, each) / max(1, len(way)) for way in meant for each in got)


def main() -> None:
    parser = argparse.ArgumentParser(description="What is heard of signs and numbers.")
    parser.add_argument("url")
    parser.add_argument("languages", nargs="*")
    parser.add_argument("--half", default="choosing")
    parser.add_argument("--recogniser", default="whisper-base")
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--again", type=Path)
    asked = parser.parse_args()
    client = OpenAI(base_url=asked.url, api_key="none", timeout=600)
    kept: list[dict[str, str]] = json.loads(asked.again.read_text("utf-8")) if asked.again else []
    known = {(row["language"], row["written"]): row["heard"] for row in kept}
    results: list[dict[str, Any]] = []
    for language, table in ROWS[asked.half].items():
        if asked.languages and language not in asked.languages:
            continue
        understood = 0
        for written, *ways in table["rows"]:
            text = known.get((language, written)) if asked.again else None
            if text is None:
                spoken = ways[0] if asked.words else written
                text = heard(client, spoken, language, asked.recogniser)
            share = share_wrong(text, ways, language)
            understood += share <= TOLERATED
            results.append(
                {"language": language, "written": written, "heard": text, "wrong": round(share, 3)}
            )
            if share > TOLERATED:
                print(f"    {written}  |  {text}  |  {ways[0]}", flush=True)
        print(f"{language}: {understood} of {len(table['rows'])} understood", flush=True)
        if asked.json:
            asked.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
