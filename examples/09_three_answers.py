"""9. Three different answers to one question, in Korean."""

from openai import OpenAI
from openai.types.chat import ChatCompletion


def main(client: OpenAI) -> ChatCompletion:
    """A completion with three choices."""
    return client.chat.completions.create(
        model="gpt-3.5-turbo-0613",
        n=3,
        messages=[{"role": "user", "content": "너가 가장 잘 하는 걸 한 줄로 말해줘."}],
    )


if __name__ == "__main__":
    for choice in main(OpenAI()).choices:
        print(choice.index, choice.message.content)
