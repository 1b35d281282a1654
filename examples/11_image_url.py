"""11. A picture by its URL: asked in English, answered in Korean."""

import sys

from openai import OpenAI


def main(client: OpenAI, url: str) -> str:
    """The answer."""
    completion = client.chat.completions.create(
        model="gpt-4-turbo-2024-04-09",
        max_tokens=300,
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What's in this image? Please answer me in Korean."},
                    {"type": "image_url", "image_url": {"url": url}},
                ],
            }
        ],
    )
    return completion.choices[0].message.content or ""


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python 11_image_url.py https://…/picture.jpg")
    print(main(OpenAI(), sys.argv[1]))
