"""18. The objects themselves: a completion, a chunk, a transcription and a verbose one."""

import sys
from pathlib import Path
from typing import Any

from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Say hello."}]


def main(client: OpenAI, recording: Path) -> dict[str, dict[str, Any]]:
    """Each object as the client read it."""
    model = "gpt-3.5-turbo-0613"
    completion = client.chat.completions.create(model=model, messages=HELLO)
    with client.chat.completions.create(model=model, messages=HELLO, stream=True) as stream:
        chunk = next(iter(stream))
    with recording.open("rb") as file:
        transcription = client.audio.transcriptions.create(model="whisper-1", file=file)
    with recording.open("rb") as file:
        verbose = client.audio.transcriptions.create(
            model="whisper-1", file=file, response_format="verbose_json"
        )
    objects = (completion, chunk, transcription, verbose)
    return {type(thing).__name__: thing.to_dict() for thing in objects}


if __name__ == "__main__":
    for name, fields in main(OpenAI(), Path(*sys.argv[1:] or ["speech.mp3"])).items():
        print(name, fields, sep="\n", end="\n\n")
