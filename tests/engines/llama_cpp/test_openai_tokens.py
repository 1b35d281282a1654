"""OpenAI's token ids: their bytes, and the model's own tokens for them."""

import base64
import hashlib
from dataclasses import replace

import pytest

from dragoman.domain.chat import ChatRequest, Sampling
from dragoman.domain.continuation import Continuation
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.openai_tokens import Encoding, encoding_of
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.openai_tokens import COUNTS, OpenAITokens, read
from dragoman.engines.llama_cpp.vocabulary import TokenBytes

SUMS: dict[Encoding, str] = {
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}
"""Those that tiktoken expects of the files that it fetches."""
VOCABULARY = Vocabulary(4, {"<|end|>": 3}, 3, tokens=("Yes", "No", "Ġworld", "<|end|>"))


@pytest.fixture
def tokens() -> OpenAITokens:
    return OpenAITokens(TokenBytes(VOCABULARY), VOCABULARY.end)


@pytest.mark.parametrize("encoding", ["cl100k_base", "o200k_base"])
def test_the_tables_are_openais_to_the_letter(encoding: Encoding) -> None:
    table, digest = read(encoding), hashlib.sha256()
    for number in range(COUNTS[encoding]):
        data = table.data(number)
        assert data
        digest.update(base64.b64encode(data) + f" {number}\n".encode())
    assert digest.hexdigest() == SUMS[encoding]
    assert table.data(COUNTS[encoding]) is table.data(-1) is None


@pytest.mark.parametrize(
    ("encoding", "bias", "own"),
    [
        ("cl100k_base", {9642: 100, 2822: -100}, {0: 100, 1: -100}),
        ("cl100k_base", {1917: 1.5}, {2: 1.5}),
        ("o200k_base", {2375: 1.5}, {2: 1.5}),
        ("cl100k_base", {100_257: -100}, {3: -100}),
        ("o200k_base", {199_999: -100}, {3: -100}),
        (None, {1: 5.0}, {1: 5.0}),
    ],
)
def test_a_bias_is_of_the_token_with_the_same_bytes(
    tokens: OpenAITokens,
    encoding: Encoding | None,
    bias: dict[int, float],
    own: dict[int, float],
) -> None:
    sampling = Sampling(logit_bias=bias, encoding=encoding)
    assert tokens.own(ChatRequest((), sampling=sampling)).sampling == Sampling(logit_bias=own)


@pytest.mark.parametrize(
    ("token", "meaning"), [(15339, "means 'hello'"), (100_270, "means no text")]
)
def test_an_id_that_means_nothing_here_is_refused_with_what_it_means(
    tokens: OpenAITokens, token: int, meaning: str
) -> None:
    sampling = Sampling(logit_bias={9642: 1, token: 1}, encoding="cl100k_base")
    with pytest.raises(RequestInvalid, match=f"'logit_bias': {token}.*{meaning}") as caught:
        tokens.own(ChatRequest((), sampling=sampling))
    assert caught.value.param == "logit_bias"


def test_a_prompt_of_openais_tokens_is_its_text(tokens: OpenAITokens) -> None:
    text = Continuation(tokens=(15339, 1917), encoding="cl100k_base", echo=True)
    read_ = tokens.own(ChatRequest((), continuation=text)).continuation
    assert read_ == Continuation("hello world", echo=True)
    own = replace(text, encoding=None)
    assert tokens.own(ChatRequest((), continuation=own)).continuation == own
    with pytest.raises(RequestInvalid, match=r"'prompt\[1\]': 100276 stands for no text"):
        tokens.own(ChatRequest((), continuation=replace(text, tokens=(1, 100_276))))


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (("gpt-4", "gpt-4-0613", "gpt-4-turbo", "gpt-4-32k-0314"), "cl100k_base"),
        (("gpt-3.5-turbo", "gpt-3.5-turbo-instruct", "davinci-002"), "cl100k_base"),
        (("gpt-4o", "gpt-4o-mini", "gpt-4.1-nano", "chatgpt-4o-latest"), "o200k_base"),
        (("gpt-5", "gpt-5.4-mini", "gpt-6.2-astra", "o1", "o3-mini", "gpt-audio"), "o200k_base"),
        (("qwen2.5-coder-1.5b-instruct", "gpt-oss-20b", "gpt2", "gpt-j", "o", "olmo"), None),
    ],
)
def test_names_of_openai_mean_its_vocabularies(names: tuple[str, ...], encoding: str) -> None:
    assert {encoding_of(name) for name in names} == {encoding}
