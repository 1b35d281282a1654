"""Whether long answers come to an end by themselves, without `max_tokens`.

    python bench/long_answers.py [--base-url URL] [--model NAME] [--together 4]

Twenty requests for long texts, ten in Korean and ten in English, each with a seed of its own and
the default temperature: how many tokens each answer has, why it ended, and whether it was ended
because it went round in circles.
"""

import argparse
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import openai

ASKS = (
    "고려와 조선의 정치, 경제, 사회, 문화를 자세히 비교하는 긴 글을 써 줘.",
    "조선 시대의 과거 제도에 대해 아주 자세히 설명해 줘.",
    "지구 온난화의 원인과 영향, 해결책을 길게 설명해 줘.",
    "한국의 사계절을 주제로 긴 수필을 써 줘.",
    "인터넷의 역사를 처음부터 지금까지 자세히 써 줘.",
    "건강한 생활 습관 서른 가지를 설명과 함께 알려 줘.",
    "용감한 어부에 대한 긴 동화를 써 줘.",
    "민주주의와 왕정의 장단점을 길게 논해 줘.",
    "김치의 역사와 종류, 만드는 법을 자세히 알려 줘.",
    "서울에서 일주일 동안 여행하는 계획을 하루씩 자세히 짜 줘.",
    "Write a long essay that compares the Tang and the Song dynasty in every respect.",
    "Write a long story about a lighthouse keeper, with several chapters.",
    "Explain in great detail how a processor executes a program.",
    "Give me forty tips for learning a language, each with an explanation.",
    "Write a complete beginner's guide to gardening, month by month.",
    "Describe the history of mathematics from antiquity to today in detail.",
    "Write a long dialogue between Socrates and a modern programmer.",
    "Explain the causes, the course and the consequences of the First World War at length.",
    "Write a detailed business plan for a small bakery.",
    "List a hundred animals, with one sentence about each.",
)


class Length(NamedTuple):
    """How an answer ended."""

    tokens: int
    reason: str
    circling: bool
    end: str


def answer(client: openai.OpenAI, model: str, number: int) -> Length:
    raw = client.chat.completions.with_raw_response.create(
        model=model, messages=[{"role": "user", "content": ASKS[number]}], seed=number
    )
    came = raw.parse()
    choice = came.choices[0]
    tokens = came.usage.completion_tokens if came.usage else 0
    circling = "x-dragoman-circling" in raw.headers
    return Length(tokens, choice.finish_reason, circling, (choice.message.content or "")[-60:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", default="http://127.0.0.1:8000/v1")
    parser.add_argument("--model", default="gpt-4o")
    parser.add_argument("--together", type=int, default=4)
    chosen = parser.parse_args()
    client = openai.OpenAI(base_url=chosen.base_url, api_key="none", timeout=3600, max_retries=0)
    lengths: list[Length] = []
    with ThreadPoolExecutor(chosen.together) as pool:
        asks = [pool.submit(answer, client, chosen.model, each) for each in range(len(ASKS))]
        for number, ask in enumerate(asks):
            length = ask.result()
            lengths.append(length)
            print(number, *length[:3], repr(length.end), flush=True)
    stopped = sum(length.reason == "stop" for length in lengths)
    circling = sum(length.circling for length in lengths)
    most = max(length.tokens for length in lengths)
    print(f"{stopped} of {len(ASKS)} ended by themselves, {circling} were ended as circles")
    print(f"the longest has {most} tokens")


if __name__ == "__main__":
    main()
