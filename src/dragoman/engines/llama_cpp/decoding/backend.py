"""The contract of a backend, which runs the model: llama.cpp's server, or the decode loop."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dragoman.domain.chat import TokenLogprob
from dragoman.engines.llama_cpp.decoding.sampler import Likely
from dragoman.engines.llama_cpp.prompt.vision import Shown


@dataclass(frozen=True, slots=True)
class CompletionChunk:
    """One token of one choice, or progress in the prompt."""

    choice: int
    text: str
    token: TokenLogprob | None
    end: str | None
    """`stop` or `length` in a choice's last chunk."""
    decoded: int
    """Tokens of this choice so far."""
    cached: int
    """Prompt tokens that needed no work."""
    drafted: int = 0
    """Tokens of the prediction that were tried so far."""
    accepted: int = 0
    """The tokens of the prediction that were tried and then drawn."""
    read: int = 0
    """Prompt tokens that were read so far, without the cached ones."""
    read_s: float = 0.0


class NoScores(Exception):
    """Prompts have no scores here."""


class Scorer(Protocol):
    """Tells how likely the tokens of a prompt are."""

    def scores(
        self, tokens: Sequence[int], first: int, top: int, stopped: Callable[[], bool]
    ) -> Generator[Sequence[Likely]]:
        """Score each token after place `first`, in pieces, with the `top` likeliest at its place.

        Raises:
            NoScores: it cannot.
            Stopped: nobody listens.
        """
        ...


class Backend(Protocol):
    """A loaded model, called on several threads."""

    @property
    def version(self) -> str:
        """The name and release of the library that decodes."""
        ...

    @property
    def mark(self) -> str | None:
        """The marker of a picture in a prompt, unguessable; None: the model does not see."""
        ...

    @property
    def scorer(self) -> Scorer | None:
        """Who gives prompts their scores, and tries what a body has under `predicted`.

        None: that takes a second copy of the model.
        """
        ...

    def tokens(self, pieces: Sequence[int | str]) -> list[int]:
        """Turn text into tokens; ids stay, and no text becomes a control token."""
        ...

    def template(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The conversation as the model's own template writes it."""
        ...

    def complete(
        self, body: Mapping[str, Any], on_chunk: Callable[[CompletionChunk], bool]
    ) -> None:
        """Decode, in the words of llama.cpp's server; `on_chunk` returns True to stop all choices.

        Raises:
            EngineFailed: it could not.
        """
        ...

    def builds(self, grammar: str, stopped: Callable[[], bool]) -> bool:
        """Whether answers can be made to follow `grammar`.

        Raises:
            Stopped: nobody listens.
        """
        ...

    def read(self, prompt: Shown, most: int, stopped: Callable[[], bool]) -> tuple[int, int]:
        """Read a prompt with pictures into the cache, unless it has more than `most` tokens.

        How many it has, and how many of them needed no work, comes back.
        """
        ...

    def remembers(self, prompt: Sequence[int], /) -> bool:
        """Whether a prompt that was read as `durable` before this start need not be read again."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...
