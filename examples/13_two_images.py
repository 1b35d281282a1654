"""13. Two pictures in one question: with the client, and without it."""

import os
import sys
from typing import Any

import httpx2
from openai import OpenAI


def question(first: str, second: str) -> dict[str, Any]:
    """The request's body."""
    ask = "What are in these images? Is there any difference between them?"
    return {
        "model": "gpt-4-turbo-2024-04-09",
        "max_tokens": 300,
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": ask},
                    {"type": "image_url", "image_url": {"url": first}},
                    {"type": "image_url", "image_url": {"url": second}},
                ],
            }
        ],
    }


def with_client(client: OpenAI, first: str, second: str) -> str:
    """The answer, through the official client."""
    completion = client.chat.completions.create(**question(first, second))
    return completion.choices[0].message.content or ""


def with_plain_http(base_url: str, first: str, second: str) -> str:
    """The answer, by an HTTP library: `requests` does it in the same words."""
    response = httpx2.post(
        f"{base_url.rstrip('/')}/chat/completions",
        headers={"Authorization": "Bearer anything"},
        json=question(first, second),
        timeout=300,
    )
    response.raise_for_status()
    return response.json()["choices"][0]["message"]["content"]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python 13_two_images.py URL URL")
    print(with_client(OpenAI(), *sys.argv[1:]))
    print(with_plain_http(os.environ["OPENAI_BASE_URL"], *sys.argv[1:]))
