"""7. Earlier turns passed back: the model remembers because the caller does."""

from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

MESSAGES: list[ChatCompletionMessageParam] = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": "My name is Hong Gildong."},
    {"role": "assistant", "content": "Nice to meet you, Hong Gildong!"},
    {"role": "user", "content": "What is my name?"},
]


def main(client: OpenAI) -> str:
    """The answer."""
    completion = client.chat.completions.create(model="gpt-3.5-turbo-0613", messages=MESSAGES)
    return completion.choices[0].message.content or ""


if __name__ == "__main__":
    print(main(OpenAI()))
