"""OpenAI's token ids, put into the model's own by the bytes that they stand for."""

import lzma
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import accumulate

from dragoman.domain.chat import ChatRequest
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.openai_tokens import Encoding
from dragoman.engines.llama_cpp.vocabulary import TokenBytes, named

COUNTS: Mapping[Encoding, int] = {"cl100k_base": 100_256, "o200k_base": 199_998}
"""Tokens that stand for text."""
ENDS: Mapping[Encoding, int] = {"cl100k_base": 100_257, "o200k_base": 199_999}
"""`<|endoftext|>`, which here is whatever ends an answer."""


@dataclass(frozen=True, slots=True)
class Table:
    """One vocabulary."""

    ends: tuple[int, ...]
    """Where the bytes of each token end."""
    text: bytes

    def data(self, token: int) -> bytes | None:
        """The token's bytes; None: it stands for no text."""
        if not 0 <= token < len(self.ends):
            return None
        return self.text[self.ends[token - 1] if token else 0 : self.ends[token]]


def read(encoding: Encoding) -> Table:
    """Read a vocabulary: the lengths of its tokens, then the tokens; some 0.1 s."""
    packed = files("dragoman.engines.llama_cpp").joinpath(f"data/{encoding}.xz").read_bytes()
    raw = lzma.decompress(packed)
    count = COUNTS[encoding]
    return Table(tuple(accumulate(raw[:count])), raw[count:])


class OpenAITokens:
    """Reads requests whose ids are OpenAI's."""

    def __init__(self, spelling: TokenBytes, end: int) -> None:
        """`end`: the model's own token for the end of an answer."""
        self._spelling = spelling
        self._end = end
        self._tables: dict[Encoding, Table] = {}
        self._lock = threading.Lock()

    def own(self, request: ChatRequest) -> ChatRequest:
        """The request with the model's own ids.

        Raises:
            RequestInvalid: one of its ids means nothing to the model.
        """
        sampling, text = request.sampling, request.continuation
        if sampling.encoding and sampling.logit_bias:
            bias = self._bias(sampling.encoding, sampling.logit_bias)
            sampling = replace(sampling, logit_bias=bias, encoding=None)
            request = replace(request, sampling=sampling)
        if text and text.encoding and text.tokens is not None:
            known = self._text(text.encoding, text.tokens)
            text = replace(text, text=known, tokens=None, encoding=None)
            request = replace(request, continuation=text)
        return request

    def _bias(self, encoding: Encoding, bias: Mapping[int, float]) -> Mapping[int, float]:
        own: dict[int, float] = {}
        for token, weight in bias.items():
            data = self._table(encoding).data(token)
            if token == ENDS[encoding]:
                found = [self._end]
            else:
                found = self._spelling.tokens(data) if data is not None else []
            if not found:
                raise _not_here(token, encoding, data)
            own.update(dict.fromkeys(found, weight))
        return own

    def _text(self, encoding: Encoding, tokens: tuple[int, ...]) -> str:
        data: list[bytes] = []
        for number, token in enumerate(tokens):
            part = self._table(encoding).data(token)
            if part is None:
                raise RequestInvalid(
                    f"Invalid 'prompt[{number}]': {token} stands for no text in {encoding}, whose "
                    "tokens are meant under this model's name.",
                    param="prompt",
                    code="invalid_value",
                )
            data.append(part)
        return b"".join(data).decode("utf-8", "replace")

    def _table(self, encoding: Encoding) -> Table:
        with self._lock:
            if encoding not in self._tables:
                self._tables[encoding] = read(encoding)
            return self._tables[encoding]


def _not_here(token: int, encoding: Encoding, data: bytes | None) -> RequestInvalid:
    meant = "no text" if data is None else repr(named(data))
    return RequestInvalid(
        f"Invalid key in 'logit_bias': {token}. Under this model's name it is a token of "
        f"{encoding} and means {meant}, for which the model that answers has no token of its own. "
        "Call the model by its own name to send ids of its own.",
        param="logit_bias",
        code="invalid_value",
    )
