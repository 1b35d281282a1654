"""12. A picture as base64. This one is a PNG that is labelled a JPEG, as people do."""

import base64
import sys
from pathlib import Path

from openai import OpenAI


def main(client: OpenAI, picture: Path) -> str:
    """The answer."""
    data = base64.b64encode(picture.read_bytes()).decode()
    completion = client.chat.completions.create(
        model="gpt-4-turbo-2024-04-09",
        max_tokens=300,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What's in this image?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}},
                ],
            }
        ],
    )
    return completion.choices[0].message.content or ""


if __name__ == "__main__":
    print(main(OpenAI(), Path(*sys.argv[1:] or [str(Path(__file__).parent / "data/otter.png")])))
