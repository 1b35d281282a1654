"""Speculative decoding of a prediction: its tokens are tried several at a time.

The model's choice after every token tried is drawn as it would be without; a token that was tried
stays where it is the one drawn. So the answer is what it would be, but for what other steps change
in the last digits of a sum.
"""

import codecs
import logging
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.llama_cpp.decoding.alignment import Alignment
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk, NoScores
from dragoman.engines.llama_cpp.decoding.sampler import Likely, likely
from dragoman.engines.llama_cpp.decoding.speculative.model_instance import STEP, ModelInstance
from dragoman.engines.llama_cpp.settings import Settings

log = logging.getLogger(__name__)

GLANCE_S = 0.05
"""How often one who waits for his turn looks whether his client is still there."""
MOST_CELLS = 8_192
"""Tokens of a prompt and its answer that the copy has room for: cells of a whole context would take
as much memory again as the weights do, and predictions are of files that are edited."""
BEYOND = 1_024
"""Tokens that an answer may have more than its prediction, where the request sets no limit."""
COPY = 2.0
"""Times the weights: the memory that a copy and its cells take, about."""
WIDER = 1.0
"""Times the weights: the memory that cells of a whole context take, about."""


class ServerSampler:
    """Draws tokens as llama.cpp's server does with the same fields."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._temperature: float = fields["temperature"]
        self._top_p: float = fields["top_p"]
        self._tail: float = fields["min_p"]
        self._chance = np.random.default_rng(fields["seed"])

    def draw(self, logits: npt.NDArray[np.float32]) -> int:
        """One token."""
        likeliest = int(logits.argmax())
        if self._temperature <= 0:
            return likeliest
        weights = np.exp(logits - logits[likeliest], dtype=np.float64)
        kept = np.flatnonzero(weights >= self._tail)
        kept = kept[np.argsort(-weights[kept], kind="stable")]
        before = np.cumsum(weights[kept]) - weights[kept]
        # The likeliest is always kept, as nothing comes before it.
        kept = kept[(before < self._top_p * weights.sum()) | (before <= 0)]
        shares = weights[kept] ** (1 / self._temperature)
        return int(self._chance.choice(kept, p=shares / shares.sum()))


class Verifier:
    """Verifies predicted tokens with a second copy of the model, and knows what that has read."""

    def __init__(self, instance: ModelInstance) -> None:
        self._instance = instance
        self._read: list[int] = []

    @property
    def cells(self) -> int:
        """How many tokens it has room for, beside those of one step."""
        return self._instance.context - STEP

    def widen(self, cells: int) -> None:
        """Have room for `cells` tokens; what has been read is forgotten.

        Raises:
            EngineUnavailable: there is no memory for them.
        """
        self._instance.begin(cells + STEP)
        self._read.clear()

    def decode(
        self,
        prompt: Sequence[int],
        predicted: Sequence[int],
        fields: Mapping[str, Any],
        on_chunk: Callable[[CompletionChunk], bool],
        *,
        singly: bool,
    ) -> list[int]:
        """Decode after `prompt`, as `Completer.complete` does, trying what is `predicted`.

        What comes back are the answer's tokens where there is no room for more of them; none where
        it is over. `singly`: each token is a chunk, to be stopped at; else those of a step come
        together, as telling the client of each takes a tenth of the time of writing it.
        """
        cached = self._prefill(prompt, on_chunk)
        following, drawing = Alignment(predicted), ServerSampler(fields)
        stream = _ChunkStream(self._instance, on_chunk, fields["n_predict"], cached, singly=singly)
        last = prompt[-1]
        while True:
            if self._is_full(stream):
                return [*self._read[len(prompt) :], last]
            tried = following.ahead(min(stream.left - 1, self.cells - len(self._read)))
            self._instance.step([last, *tried], len(self._read), with_logits=True)
            drawn = self._draw(drawing, tried)
            if stream.send(drawn, len(tried)):
                return []
            following.went_on(tried, len(drawn) - 1, drawn[-1])
            self._read += [last, *drawn[:-1]]
            self._instance.forget(len(self._read))
            last = drawn[-1]

    def read(
        self, prompt: Sequence[int], first: int
    ) -> Iterator[tuple[int, Sequence[npt.NDArray[np.float32]]]]:
        """Read `prompt`, step by step: a place in it, and the logits after the tokens from there.

        Those after all tokens from place `first` on come, perhaps some before; each is valid until
        the next step.
        """
        start = min(self._common(prompt), first)
        del self._read[start:]
        self._instance.forget(start)
        for at in range(start, len(prompt), STEP):
            part = prompt[at : at + STEP]
            self._instance.step(part, at, with_logits=True)
            self._read += part
            yield at, [self._instance.logits(number) for number in range(len(part))]

    def close(self) -> None:
        """Free it."""
        self._instance.close()

    def _is_full(self, stream: "_ChunkStream") -> bool:
        """Whether another is to go on; where a character is half sent, a step's room is left."""
        beyond = len(self._read) - self.cells
        return beyond >= STEP or (beyond >= 0 and not stream.midway)

    def _common(self, prompt: Sequence[int]) -> int:
        """How many of the first tokens have been read."""
        differing = (
            number
            for number, (old, new) in enumerate(zip(self._read, prompt, strict=False))
            if old != new
        )
        return next(differing, min(len(self._read), len(prompt)))

    def _draw(self, drawing: ServerSampler, tried: Sequence[int]) -> list[int]:
        """The tokens after a step: those tried that are right, and one more."""
        drawn: list[int] = []
        for number, expected in enumerate([*tried, None]):
            drawn.append(drawing.draw(self._instance.logits(number)))
            if drawn[-1] != expected or self._instance.ends(drawn[-1]):
                break
        return drawn

    def _prefill(self, prompt: Sequence[int], on_chunk: Callable[[CompletionChunk], bool]) -> int:
        """Read all of the prompt but its last token; how much of it had been read comes back."""
        cached = self._common(prompt[:-1])
        del self._read[cached:]
        self._instance.forget(cached)
        for start in range(cached, len(prompt) - 1, STEP):
            part = prompt[start : min(start + STEP, len(prompt) - 1)]
            self._instance.step(part, start, with_logits=False)
            self._read += part
            on_chunk(CompletionChunk(0, "", None, None, 0, cached))
        return cached


class _ChunkStream:
    """One answer, told as it is drawn."""

    def __init__(
        self,
        instance: ModelInstance,
        on_chunk: Callable[[CompletionChunk], bool],
        most: int,
        cached: int,
        *,
        singly: bool,
    ) -> None:
        self._instance = instance
        self._on_chunk = on_chunk
        self._cached = cached
        self._singly = singly
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._decoded = self._tried = self._accepted = 0
        self.left = most
        """Tokens that may still come."""

    @property
    def midway(self) -> bool:
        """Whether the last token ended inside a character."""
        return bool(self._characters.getstate()[0])

    def send(self, drawn: Sequence[int], tried: int) -> bool:
        """Tell of the tokens of a step, all of which but the last were tried; True: it is over."""
        self._tried += tried
        parts = [[token] for token in drawn] if self._singly else [drawn]
        for number, part in enumerate(parts, 1):
            self._decoded += len(part)
            self.left -= len(part)
            self._accepted += len(part) - (number == len(parts))
            over = self._instance.ends(part[-1])
            text = "".join(map(self._text, part))
            end = "stop" if over else None if self.left else "length"
            chunk = CompletionChunk(
                0, text, None, end, self._decoded, self._cached, self._tried, self._accepted
            )
            if self._on_chunk(chunk) or end:
                return True
        return False

    def _text(self, token: int) -> str:
        if self._instance.ends(token):
            return ""
        return self._characters.decode(self._instance.text(token))


class SharedVerifier:
    """The verifier, loaded when it is first needed and lent to one answer at a time."""

    def __init__(self, path: Path, settings: Settings, threads: int) -> None:
        self._context = settings.context
        self._cells = min(MOST_CELLS, settings.context)
        room = self._cells + STEP
        self._load = lambda: Verifier(ModelInstance(path, room, threads, small=settings.small))
        self._weights = path.stat().st_size
        self._verifier: Verifier | None = None
        self._may_load = True
        self._turn = threading.Lock()

    def fit(self, prompt: int, predicted: int, most: int) -> bool:
        """Whether there is room for a prompt, and an answer of at most `most` tokens."""
        return prompt + min(predicted + BEYOND, most) <= self._cells

    @contextmanager
    def turn(
        self, stopped: Callable[[], bool], *, wait: bool, cells: int = 0
    ) -> Generator[Verifier | None]:
        """The copy, for a while; None: there is none, or somebody has it and we do not `wait`.

        It has room for `cells` tokens, should they be more than a prediction may take.

        Raises:
            Stopped: `stopped` while waiting.
        """
        acquired = self._turn.acquire(blocking=False)
        while wait and not acquired:
            if stopped():
                raise Stopped
            acquired = self._turn.acquire(timeout=GLANCE_S)
        try:
            yield self._loaded(cells) if acquired else None
        finally:
            if acquired:
                self._turn.release()

    def scores(
        self, tokens: Sequence[int], first: int, top: int, stopped: Callable[[], bool]
    ) -> Generator[Sequence[Likely]]:
        """See `backend.Scorer`."""
        with self.turn(stopped, wait=True, cells=len(tokens)) as verifier:
            if verifier is None:
                raise NoScores
            for at, step in verifier.read(tokens, first):
                places = range(max(first, at), min(at + len(step), len(tokens) - 1))
                yield [likely(step[place - at], tokens[place + 1], top) for place in places]
                if stopped():
                    raise Stopped

    def close(self) -> None:
        """Free the copy; nothing may be decoded any more."""
        if self._verifier:
            self._verifier.close()

    def _loaded(self, cells: int) -> Verifier | None:
        if self._verifier is None and self._may_load:
            # Weights are kept once more in the order in which they are multiplied, and the cells.
            if self._is_short(COPY):
                log.info("no memory for a second copy of the model: predictions are not tried")
                return None
            try:
                self._verifier = self._load()
            except EngineUnavailable as error:
                self._may_load = False
                log.warning("predictions are not tried: %s", error)
        if self._verifier and self._verifier.cells < cells:
            return self._widened(self._verifier)
        return self._verifier

    def _widened(self, verifier: Verifier) -> Verifier | None:
        """The copy with room for a whole context, which it keeps."""
        if self._is_short(WIDER):
            log.info("no memory for a longer prompt on the second copy of the model")
            return None
        try:
            verifier.widen(self._context)
        except EngineUnavailable as error:
            log.warning("a prompt is too long for the second copy of the model: %s", error)
            return None
        return verifier

    def _is_short(self, share: float) -> bool:
        """Whether less memory than `share` of the weights is free."""
        free = available_bytes()
        return free is not None and free < share * self._weights


def available_bytes() -> int | None:
    """Memory that may be had without swapping; None: the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    line = next((each for each in lines if each.startswith("MemAvailable:")), None)
    return int(line.split()[1]) * 1024 if line else None
