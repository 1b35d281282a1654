"""4. Speech to text with the time of each word, or of each segment."""

import sys
from pathlib import Path

from openai import OpenAI
from openai.types.audio import TranscriptionVerbose


def main(client: OpenAI, recording: Path) -> tuple[TranscriptionVerbose, TranscriptionVerbose]:
    """The transcript with words, and the transcript with segments."""
    with recording.open("rb") as file:
        words = client.audio.transcriptions.create(
            model="whisper-1",
            file=file,
            response_format="verbose_json",
            timestamp_granularities=["word"],
        )
    with recording.open("rb") as file:
        segments = client.audio.transcriptions.create(
            model="whisper-1",
            file=file,
            response_format="verbose_json",
            timestamp_granularities=["segment"],
        )
    return words, segments


if __name__ == "__main__":
    with_words, with_segments = main(OpenAI(), Path(*sys.argv[1:] or ["speech.mp3"]))
    for word in with_words.words or []:
        print(f"{word.start:6.2f} {word.end:6.2f} {word.word}")
    for segment in with_segments.segments or []:
        print(f"{segment.start:6.2f} {segment.end:6.2f} {segment.text}")
