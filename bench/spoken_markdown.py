"""What is heard of Markdown as chat models write it: spoken and written down by a real server.

    python bench/spoken_markdown.py http://127.0.0.1:8000/v1 [--voice alloy] [--model kokoro-82m]

`spoken_markdown.toml` holds ten texts and, beside each, what a person would read aloud. Prints a
line a text: how many words of that differ in what was written down, and what was written down.
"""

import argparse
import io
import tomllib
from pathlib import Path
from typing import Any

from openai import OpenAI
from voices import units

from dragoman.phonemes.saying import differences

TEXTS: list[dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))[
    "text"
]


def main() -> None:
    parser = argparse.ArgumentParser(description="What is heard of Markdown.")
    parser.add_argument("url")
    parser.add_argument("--voice", default="alloy")
    parser.add_argument("--model", default="kokoro-82m")
    parser.add_argument("--recogniser", default="whisper-base")
    asked = parser.parse_args()
    client = OpenAI(base_url=asked.url, api_key="none", timeout=600)
    wrong = total = 0
    for text in TEXTS:
        voice: Any = asked.voice
        spoken = client.audio.speech.create(
            model=asked.model, voice=voice, input=text["markdown"], response_format="wav"
        )
        file = io.BytesIO(spoken.content)
        file.name = "spoken.wav"
        heard = client.audio.transcriptions.create(
            model=asked.recogniser, file=file, language="en"
        ).text
        meant = units(text["read"], "en")
        count = differences(meant, units(heard, "en"))
        wrong, total = wrong + count, total + len(meant)
        print(f"{text['kind']}: {count} of {len(meant)}  |  {heard}", flush=True)
    print(f"all: {wrong} of {total} = {wrong / total:.1%}")


if __name__ == "__main__":
    main()
