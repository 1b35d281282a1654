"""10. What an answer cost: all choices counted, the prompt once."""

from openai import OpenAI


def main(client: OpenAI, choices: int = 3) -> dict[str, object]:
    """The completion's usage."""
    completion = client.chat.completions.create(
        model="gpt-3.5-turbo-0613",
        n=choices,
        max_tokens=20,
        messages=[{"role": "user", "content": "Count from one to one hundred in words."}],
    )
    assert completion.usage is not None
    return completion.usage.to_dict()


if __name__ == "__main__":
    print(main(OpenAI()))
