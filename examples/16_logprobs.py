"""16. How likely each token was, and which others might have come."""

import math

from openai import OpenAI
from openai.types.chat import ChatCompletion


def main(client: OpenAI) -> ChatCompletion:
    """A completion with log-probabilities."""
    return client.chat.completions.create(
        model="gpt-3.5-turbo-0613",
        messages=[{"role": "user", "content": "Hello! Say hello back in one short sentence."}],
        logprobs=True,
        top_logprobs=2,
    )


if __name__ == "__main__":
    logprobs = main(OpenAI()).choices[0].logprobs
    for token in (logprobs and logprobs.content) or []:
        others = ", ".join(f"{a.token!r} {math.exp(a.logprob):.0%}" for a in token.top_logprobs)
        print(f"{token.token!r:12} {math.exp(token.logprob):4.0%}   ({others})")
