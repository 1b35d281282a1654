"""The choice among the builds of libllama: the first one that loads and reads alike."""

import logging
from collections.abc import Sequence

from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp.decoding import ik, upstream
from dragoman.engines.llama_cpp.decoding.library import Batch, DecodingLibrary, Loading
from dragoman.engines.llama_cpp.decoding.sampler import likely

log = logging.getLogger(__name__)

LOADERS = {"ik": ik.load, "llamacpp": upstream.load}
"""The loaders by name, the faster one first."""
FIRST_THAT_LOADS = "auto"
TRIAL_TEXT = """The river rises in the hills, and herons wait where the water is slow. 1 + 2 = 3.
def read(path): return open(path).read()  # 강은 흐른다"""
SHORT_STEP = 8
"""Tokens of the steps that are taken as right."""
TRIAL_SEQUENCES = 3
"""How many sequences the trial reads: a model is loaded for so many at least."""
FARTHEST = 0.3
"""How far log-probabilities may be apart in the mean; 0.05 is usual where sums are in 8 bits."""


def load(loading: Loading, adapter: str = FIRST_THAT_LOADS) -> DecodingLibrary:
    """Load a model with the adapter of that name, or with the first that can.

    Raises:
        EngineUnavailable: that one cannot, or none can; the message has the reason of each.
    """
    names = list(LOADERS) if adapter == FIRST_THAT_LOADS else [adapter]
    reasons: list[str] = []
    for name in names:
        try:
            library = _tried(LOADERS[name](loading), loading.step)
        except (EngineUnavailable, EngineFailed) as error:
            log.info("%s is not decoded by %s: %s", loading.path.name, name, error)
            reasons.append(f"{name}: {error}")
        else:
            log.info("%s is decoded by %s (%s)", loading.path.name, name, library.version)
            return library
    raise EngineUnavailable("; ".join(reasons))


def _tried(library: DecodingLibrary, step: int) -> DecodingLibrary:
    """The library, which reads a text alike in long and in short steps, and beside another.

    Kernels for many tokens at once are others than those for few, and not right for all weights:
    of ik-llama-cpp-python 0.1.5, those for 32 tokens and more are not for Q4_1. What one sequence
    reads may not depend on the others: its flash attention does, on some processors. The trial
    takes about a second.

    Raises:
        EngineUnavailable: it does not.
    """
    tokens = library.tokenize(TRIAL_TEXT.encode())[:step]
    short = _scores(library, tokens, SHORT_STEP, 0)
    _scores(library, tokens, SHORT_STEP, 1)
    long = _scores(library, tokens, step, 2)
    for sequence in range(TRIAL_SEQUENCES):
        library.remove(sequence)
    pairs = zip(short, long, strict=True)
    apart = sum(abs(first - second) for first, second in pairs) / max(1, len(short))
    if not apart <= FARTHEST:
        library.close()
        raise EngineUnavailable(
            f"it reads these weights {apart:.2f} differently in steps of {step} tokens"
        )
    return library


def _scores(
    library: DecodingLibrary, tokens: Sequence[int], step: int, sequence: int
) -> list[float]:
    """The log-probability of each token after the first, read in steps of so many."""
    scores: list[float] = []
    for at in range(0, len(tokens), step):
        batch = Batch()
        for number, token in enumerate(tokens[at : at + step]):
            batch.add(token, at + number, sequence, with_logits=True)
        library.decode(batch)
        following = tokens[at + 1 : at + 1 + len(batch)]
        scores += [
            likely(library.logits(row), token, 0).logprob for row, token in enumerate(following)
        ]
    return scores
