"""2. Text to speech in Korean: nothing says so but the text itself."""

from pathlib import Path

from openai import OpenAI


def main(client: OpenAI, folder: Path) -> Path:
    """The spoken greeting."""
    speech = client.audio.speech.create(
        model="tts-1", voice="alloy", input="안녕하세요. 반갑습니다."
    )
    speech.write_to_file(folder / "speech.mp3")
    return folder / "speech.mp3"


if __name__ == "__main__":
    print(main(OpenAI(), Path()))
