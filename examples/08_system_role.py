"""8. The system role sets the task: translate Korean text into English."""

from openai import OpenAI


def main(client: OpenAI) -> str:
    """The translation."""
    completion = client.chat.completions.create(
        model="gpt-3.5-turbo-0613",
        messages=[
            {"role": "system", "content": "Please translate it into English."},
            {"role": "user", "content": "안녕하세요. 반갑습니다."},
        ],
    )
    return completion.choices[0].message.content or ""


if __name__ == "__main__":
    print(main(OpenAI()))
