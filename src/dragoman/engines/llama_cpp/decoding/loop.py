"""The decode loop, for a room that speaks the words of llama.cpp's server."""

import math
import queue
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.decoding import adapters, prefix_files
from dragoman.engines.llama_cpp.decoding.alignment import RUN, Repeats
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk, Scorer
from dragoman.engines.llama_cpp.decoding.decode_task import (
    DecodeTask,
    Ended,
    Failed,
    Scored,
)
from dragoman.engines.llama_cpp.decoding.detokenisation import Detokeniser
from dragoman.engines.llama_cpp.decoding.kv_cache import KvCache
from dragoman.engines.llama_cpp.decoding.library import Loading
from dragoman.engines.llama_cpp.decoding.masks import Grammars
from dragoman.engines.llama_cpp.decoding.prefix_files import PrefixFiles
from dragoman.engines.llama_cpp.decoding.sampler import Dry, Likely, Sampling
from dragoman.engines.llama_cpp.decoding.scheduler import Scheduler
from dragoman.engines.llama_cpp.gguf import Head
from dragoman.engines.llama_cpp.prompt.chat_template import template
from dragoman.engines.llama_cpp.prompt.vision import Shown
from dragoman.engines.llama_cpp.settings import Settings

GLANCE_S = 0.05
"""How often one who waits for a token looks whether his client is still there."""
KEPT_TOKENS = 2_048
"""Cells that an answer without a lower limit keeps from the start."""
BESIDE = 2
"""Sequences for each slot: one that is worked on, and one that is kept."""


class DecodeLoop:
    """See `backend.Backend`: a model in a decode loop of our own."""

    mark: str | None = None

    def __init__(self, path: Path, head: Head, settings: Settings, threads: int) -> None:
        """Load the model.

        Raises:
            EngineUnavailable: no build of the library can.
        """
        self._template = template(head)
        sequences = max(adapters.TRIAL_SEQUENCES, BESIDE * settings.n_parallel)
        loading = Loading(
            path, settings.n_ctx, sequences, settings.n_batch, threads, settings.small
        )
        self._library = adapters.load(loading, settings.adapter)
        self.version = f"{self._library.version}, loop"
        self._cells = settings.n_ctx
        self._special = head.vocabulary.special
        self._names = {number: name for name, number in self._special.items()}
        memory = settings.cache_ram_mib << 20
        cells = KvCache(self._library, settings.n_ctx, sequences, memory)
        self._files: PrefixFiles | None = None
        if settings.prefix_warmup and settings.prefix_files:
            # Long models choose their rotation by the cells; no other option changes a state.
            kind = f"{settings.n_ctx} cells, {settings.cache_type}"
            build = f"{head.digest} {self._library.name} {self._library.version} {kind}"
            self._files = PrefixFiles(prefix_files.directory(), build, memory)
            for tokens, state in self._files.load():
                cells.add_durable(tokens, state)
        self._scheduler = Scheduler(self._library, cells, settings.n_batch, self._files)
        self._tries = settings.predictions
        self.scorer: Scorer | None = self
        self._grammars: Grammars | None = None
        self._building = threading.Lock()

    def tokens(self, pieces: Sequence[int | str]) -> list[int]:
        """See `Backend.tokens`."""
        tokens: list[int] = []
        for piece in pieces:
            if isinstance(piece, int):
                tokens.append(piece)
            else:
                tokens += self._library.tokenize(piece.encode("utf-8", "replace"))
        return tokens

    def template(self, messages: Sequence[Mapping[str, str]]) -> str:
        """See `Backend.template`."""
        return self._template(messages)

    def builds(self, grammar: str, stopped: Callable[[], bool]) -> bool:
        """See `Backend.builds`."""
        if stopped():
            raise Stopped
        return self._known_grammars.builds(grammar)

    def complete(
        self, body: Mapping[str, Any], on_chunk: Callable[[CompletionChunk], bool]
    ) -> None:
        """See `Backend.complete`."""
        ticket = self._scheduler.submit(self._work(body))
        detokeniser = Detokeniser(ticket, self._library, self._names)
        try:
            while not detokeniser.is_over:
                try:
                    event = ticket.events.get(timeout=GLANCE_S)
                except queue.Empty:
                    if self._scheduler.is_stuck:
                        continue  # no sign of life, so that this process is replaced
                    chunk = detokeniser.unchanged
                else:
                    chunk = detokeniser.chunk(event)
                if on_chunk(chunk):
                    return
        finally:
            ticket.cancel()

    def scores(
        self, tokens: Sequence[int], first: int, top: int, stopped: Callable[[], bool]
    ) -> Generator[Sequence[Likely]]:
        """See `Scorer.scores`."""
        cells = min(len(tokens), self._cells)
        ticket = self._scheduler.submit(DecodeTask(tokens, top=top, scored=first, cells=cells))
        try:
            while True:
                try:
                    event = ticket.events.get(timeout=GLANCE_S)
                except queue.Empty:
                    event = None
                if stopped():
                    raise Stopped
                match event:
                    case Scored(likely):
                        yield likely
                    case Failed(error):
                        raise error
                    case Ended():
                        return
                    case _:
                        pass
        finally:
            ticket.cancel()

    def read(self, prompt: Shown, most: int, stopped: Callable[[], bool]) -> tuple[int, int]:
        """See `Backend.read`: this one does not see."""
        if stopped():
            raise Stopped
        raise EngineFailed(f"the loop cannot read {len(prompt.pictures)} pictures in {most} tokens")

    def remembers(self, prompt: Sequence[int], /) -> bool:
        """See `Backend.remembers`."""
        return self._files is not None and self._files.holds(prompt)

    def close(self) -> None:
        """See `Backend.close`."""
        self._scheduler.close()
        if self._files:
            self._files.close()
        self._library.close()

    @property
    def _known_grammars(self) -> Grammars:
        # Working through a whole vocabulary takes a second, and not everybody wants a grammar.
        with self._building:
            if self._grammars is None:
                self._grammars = Grammars(self._library, self._special)
            return self._grammars

    def _work(self, body: Mapping[str, Any]) -> DecodeTask:
        prompt: list[int] = list(body["prompt"])
        most: int = body["n_predict"]
        choices: int = body.get("n", 1)
        grammar: str | None = body.get("grammar")
        cells = len(prompt) + choices * min(most, KEPT_TOKENS)
        return DecodeTask(
            prompt=prompt,
            choices=choices,
            most=most,
            sampling=sampling(body),
            top=body["n_probs"] if body.get("n_probs") else None,
            mask=self._known_grammars.mask(grammar) if grammar else None,
            cells=min(cells, self._cells),
            durable=body.get("durable", False),
            predicted=body.get("predicted", ()) if self._tries else (),
            repeats=Repeats.of(prompt) if self._tries and most > RUN and not grammar else None,
        )


def sampling(body: Mapping[str, Any]) -> Sampling:
    """How to draw, out of the fields of a completion."""
    dry = None
    if body.get("dry_multiplier"):
        dry = Dry(
            body["dry_multiplier"],
            body["dry_base"],
            body["dry_allowed_length"],
            body["dry_penalty_last_n"],
        )
    bias = {
        token: -math.inf if weight is False else float(weight)
        for token, weight in body.get("logit_bias", ())
    }
    return Sampling(
        temperature=body.get("temperature", 1.0),
        top_k=body.get("top_k", 0),
        top_p=body.get("top_p", 1.0),
        min_p=body.get("min_p", 0.0),
        typical_p=body.get("typical_p", 1.0),
        seed=body.get("seed", 0),
        repeat_penalty=body.get("repeat_penalty", 1.0),
        presence_penalty=body.get("presence_penalty", 0.0),
        frequency_penalty=body.get("frequency_penalty", 0.0),
        penalty_last=body.get("repeat_last_n", 0),
        bias=tuple(bias.items()),
        dry=dry,
    )
