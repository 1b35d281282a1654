"""6. A question and its answer."""

from openai import OpenAI
from openai.types.chat import ChatCompletion


def main(client: OpenAI) -> ChatCompletion:
    """The completion."""
    return client.chat.completions.create(
        model="gpt-3.5-turbo-0613",
        messages=[
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Hello! Please say hello back in one short sentence."},
        ],
    )


if __name__ == "__main__":
    print(main(OpenAI()).choices[0].message.content)
