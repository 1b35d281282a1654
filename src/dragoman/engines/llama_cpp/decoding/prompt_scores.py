"""How likely each token of a prompt is."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from dragoman.domain.continuation import Alternative, PromptToken
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.decoding.backend import NoScores, Scorer
from dragoman.engines.llama_cpp.decoding.sampler import Likely
from dragoman.engines.llama_cpp.vocabulary import TokenBytes


class Scores:
    """Gives prompts their scores; those that begin as the last one did have theirs sooner."""

    def __init__(self, scorer: Scorer | None, spelling: TokenBytes) -> None:
        self._scorer = scorer
        self._spelling = spelling
        self._last: list[int] = []
        self._known: list[PromptToken] = []
        self._top = 0

    def of(
        self, tokens: Sequence[int], top: int, stopped: Callable[[], bool]
    ) -> Generator[list[PromptToken]]:
        """The tokens, in pieces, each with its log-probability and the `top` likeliest there.

        Raises:
            RequestInvalid: nobody can tell.
            Stopped: nobody listens.
        """
        if self._scorer is None:
            raise _unscored()
        known = self._shared(tokens, top)
        yield list(known)
        if len(known) == len(tokens):
            return
        try:
            with closing(self._scorer.scores(tokens, len(known) - 1, top, stopped)) as pieces:
                for piece in pieces:
                    first = len(known)
                    known += map(self._scored, piece, tokens[first : first + len(piece)])
                    yield known[first:]
        except NoScores:
            raise _unscored() from None
        finally:
            # Others may have come meanwhile: whoever ends last is who is remembered.
            self._last, self._known, self._top = list(tokens[: len(known)]), known, top

    def _shared(self, tokens: Sequence[int], top: int) -> list[PromptToken]:
        """The scores of the tokens that are known from the last time; the first token has none."""
        last, known = self._last, self._known
        pairs = zip(last, tokens, strict=False)
        differing = (number for number, (old, new) in enumerate(pairs) if old != new)
        size = next(differing, min(len(last), len(tokens))) if top == self._top else 0
        if size:
            return known[:size]
        return [PromptToken(self._spelling.name(tokens[0]), self._spelling.data(tokens[0]), None)]

    def _scored(self, likely: Likely, token: int) -> PromptToken:
        def alternative(number: int, logprob: float) -> Alternative:
            name, data = self._spelling.name(number), self._spelling.data(number)
            return Alternative(name, min(0.0, logprob), data)

        own = alternative(token, likely.logprob)
        top = tuple(alternative(*each) for each in likely.top)
        return PromptToken(own.token, own.data, own.logprob, top)


def _unscored() -> RequestInvalid:
    return RequestInvalid(
        "'echo' with 'logprobs' is not supported here: probabilities of a prompt take a second "
        "copy of the model, which it does not have, or for which this machine has no memory.",
        param="logprobs",
        code="unsupported_parameter",
    )
