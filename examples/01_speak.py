"""1. Text to speech: six voices read a sentence into an mp3 file each."""

from pathlib import Path

from openai import OpenAI

VOICES = ("alloy", "echo", "fable", "onyx", "nova", "shimmer")


def main(client: OpenAI, folder: Path) -> list[Path]:
    """One file a voice."""
    files: list[Path] = []
    for voice in VOICES:
        speech = client.audio.speech.create(
            model="tts-1", voice=voice, input="The quick brown fox jumped over the lazy dog."
        )
        files.append(folder / f"{voice}.mp3")
        speech.write_to_file(files[-1])
    return files


if __name__ == "__main__":
    print(*main(OpenAI(), Path()), sep="\n")
