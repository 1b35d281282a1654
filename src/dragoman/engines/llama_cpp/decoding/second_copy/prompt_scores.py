"""How likely each token of a prompt is, read on the second copy of the model.

llama.cpp's server gives probabilities of what it writes, not of what it reads.
"""

from collections.abc import Callable, Generator, Sequence

import numpy as np
import numpy.typing as npt

from dragoman.domain.continuation import Alternative, PromptToken
from dragoman.domain.engine import Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.decoding.second_copy.predictions import Predictions
from dragoman.engines.llama_cpp.vocabulary import TokenBytes


class Scores:
    """Gives prompts their scores; those that begin as the last one did have theirs sooner."""

    def __init__(self, predictions: Predictions | None, spelling: TokenBytes) -> None:
        self._predictions = predictions
        self._spelling = spelling
        self._last: list[int] = []
        self._told: list[PromptToken] = []
        self._top = 0

    def of(
        self, tokens: Sequence[int], top: int, stopped: Callable[[], bool]
    ) -> Generator[list[PromptToken]]:
        """The tokens, in pieces, each with its log-probability and the `top` likeliest there.

        Raises:
            RequestInvalid: there is no second copy.
            Stopped: nobody listens.
        """
        if self._predictions is None:
            raise _unscored()
        with self._predictions.turn(stopped, wait=True, cells=len(tokens)) as copy:
            if copy is None:
                raise _unscored()
            self._keep(tokens, top)
            yield list(self._told)
            if len(self._told) == len(tokens):
                return
            for at, step in copy.read(tokens, len(self._told) - 1):
                new = [
                    _scored(logits, tokens[place], top, self._spelling)
                    for place, logits in enumerate(step, at + 1)
                    if len(self._told) <= place < len(tokens)
                ]
                self._last += tokens[len(self._last) : len(self._last) + len(new)]
                self._told += new
                yield new
                if stopped():
                    raise Stopped

    def _keep(self, tokens: Sequence[int], top: int) -> None:
        """What is known of the tokens from the last time; the first is as likely as it is."""
        pairs = zip(self._last, tokens, strict=False)
        differing = (number for number, (old, new) in enumerate(pairs) if old != new)
        known = next(differing, min(len(self._last), len(tokens))) if top == self._top else 0
        self._top = top
        if known:
            del self._last[known:], self._told[known:]
        else:
            name, data = self._spelling.name(tokens[0]), self._spelling.data(tokens[0])
            self._last, self._told = [tokens[0]], [PromptToken(name, data, None)]


def _scored(
    logits: npt.NDArray[np.float32], token: int, top: int, spelling: TokenBytes
) -> PromptToken:
    highest = float(logits.max())
    total = highest + float(np.log(np.exp(logits - highest, dtype=np.float64).sum()))
    likeliest: list[int] = []
    if top:
        found = np.argpartition(-logits, top)[:top]
        likeliest = [int(number) for number in found[np.argsort(-logits[found], kind="stable")]]

    def alternative(number: int) -> Alternative:
        logprob = min(0.0, float(logits[number]) - total)
        return Alternative(spelling.name(number), logprob, spelling.data(number))

    drawn = alternative(token)
    return PromptToken(drawn.token, drawn.data, drawn.logprob, tuple(map(alternative, likeliest)))


def _unscored() -> RequestInvalid:
    return RequestInvalid(
        "'echo' with 'logprobs' is not supported here: probabilities of a prompt take a second "
        "copy of the model, which it does not have, or for which this machine has no memory.",
        param="logprobs",
        code="unsupported_parameter",
    )
