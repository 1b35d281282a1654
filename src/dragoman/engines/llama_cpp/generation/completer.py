"""Calls of the backend: completions, first tokens, prefill, and whether a grammar builds."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dragoman.domain.chat import Alternative
from dragoman.domain.engine import Stopped
from dragoman.engines.llama_cpp.decoding.backend import Backend, CompletionChunk
from dragoman.engines.llama_cpp.prompt.vision import Shown

LOOK = 60
"""First tokens that are looked at; what is not among them does not matter."""
KNOWN_GRAMMARS = 256


class Completer:
    """Asks the backend for completions, in llama.cpp's words, whatever they are for."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._grammars: OrderedDict[str, bool] = OrderedDict()
        self._lock = threading.Lock()

    def complete(
        self,
        prompt: Sequence[int] | Shown,
        fields: Mapping[str, Any],
        on_chunk: Callable[[CompletionChunk], bool],
    ) -> None:
        """Decode after `prompt`; `on_chunk` returns True to stop."""
        content = prompt.body if isinstance(prompt, Shown) else list(prompt)
        body = {"cache_prompt": True, "return_progress": True, "timings_per_token": True}
        self._backend.complete({**body, **fields, "prompt": content}, on_chunk)

    def first_tokens(
        self,
        prompt: Sequence[int] | Shown,
        stopped: Callable[[], bool],
        watched: Callable[[Callable[[CompletionChunk], bool]], Callable[[CompletionChunk], bool]]
        | None = None,
    ) -> tuple[tuple[Alternative, ...], int]:
        """The likeliest tokens after `prompt`, and how many of its tokens needed no work.

        There are none where the answer begins with a piece of a character. `watched` is put around
        what takes the chunks.

        Raises:
            Stopped: nobody listens.
        """
        chunks: list[CompletionChunk] = []

        def on_chunk(chunk: CompletionChunk) -> bool:
            chunks.append(chunk)
            return stopped()

        taking = watched(on_chunk) if watched else on_chunk
        self.complete(prompt, {"n_predict": 1, "temperature": 0.0, "n_probs": LOOK}, taking)
        if stopped():
            raise Stopped
        token = next((chunk.token for chunk in chunks if chunk.token), None)
        return token.top if token else (), max(chunk.cached for chunk in chunks)

    def prefill(
        self, prompt: Sequence[int], stopped: Callable[[], bool], *, durable: bool = False
    ) -> None:
        """Read `prompt` into the cache, so that the next prompt which begins so has less to do.

        `durable`: also in processes to come, where the backend can.

        Raises:
            Stopped: nobody wants it any more.
        """
        if not stopped():
            fields = {"n_predict": 0, **({"durable": True} if durable else {})}
            self.complete(prompt, fields, lambda _: stopped())
        if stopped():
            raise Stopped

    def builds(self, grammar: str, stopped: Callable[[], bool]) -> bool:
        """Whether `grammar` can be built: looked at the first time, remembered later.

        Building is one step of the library, which `constraints/schema.py`
        and llguidance's own limits bound.

        Raises:
            Stopped: nobody listens.
        """
        digest = hashlib.sha256(grammar.encode()).hexdigest()
        with self._lock:
            known = self._grammars.get(digest)
            if known is not None:
                self._grammars.move_to_end(digest)
                return known
        if stopped():
            raise Stopped
        built = self._backend.builds(grammar, stopped)
        with self._lock:
            self._grammars[digest] = built
            while len(self._grammars) > KNOWN_GRAMMARS:
                self._grammars.popitem(last=False)
        return built
