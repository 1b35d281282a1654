"""3. Speech to text."""

import sys
from pathlib import Path

from openai import OpenAI


def main(client: OpenAI, recording: Path) -> str:
    """What was said."""
    with recording.open("rb") as file:
        return client.audio.transcriptions.create(model="whisper-1", file=file).text


if __name__ == "__main__":
    print(main(OpenAI(), Path(*sys.argv[1:] or ["speech.mp3"])))
