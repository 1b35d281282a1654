"""17. JSON mode: the answer always parses."""

import json
from typing import Any

from openai import OpenAI

MODELS = ("gpt-3.5-turbo-0125", "gpt-4-turbo-preview")


def main(client: OpenAI) -> dict[str, Any]:
    """Each model's answer, parsed."""
    answers: dict[str, Any] = {}
    for model in MODELS:
        completion = client.chat.completions.create(
            model=model,
            response_format={"type": "json_object"},
            messages=[
                {"role": "system", "content": "You are an assistant that answers in JSON."},
                {"role": "user", "content": "Who won the world series in 2020?"},
            ],
        )
        answers[model] = json.loads(completion.choices[0].message.content or "")
    return answers


if __name__ == "__main__":
    print(json.dumps(main(OpenAI()), indent=2, ensure_ascii=False))
