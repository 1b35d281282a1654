"""14. A streamed answer: every chunk has a choice to read."""

from collections.abc import Iterator

from openai import OpenAI


def main(client: OpenAI) -> Iterator[str]:
    """The pieces, as they come."""
    stream = client.chat.completions.create(
        model="gpt-3.5-turbo-0613",
        messages=[{"role": "user", "content": "Tell me in three sentences what the sea is like."}],
        stream=True,
    )
    for chunk in stream:
        yield chunk.choices[0].delta.content or ""


if __name__ == "__main__":
    for piece in main(OpenAI()):
        print(piece, end="", flush=True)
    print()
