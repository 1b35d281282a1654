"""What the room asks of whoever runs the model: llama.cpp's server, or the decode loop."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from dragoman.engines.llama_cpp.decoding.server import Chunk
from dragoman.engines.llama_cpp.prompt.vision import Shown


class Backend(Protocol):
    """A loaded model, called on several threads."""

    @property
    def version(self) -> str:
        """What decodes, and its release."""
        ...

    @property
    def mark(self) -> str | None:
        """What stands for a picture in a prompt, unguessable; None: the model does not see."""
        ...

    def tokens(self, pieces: Sequence[int | str]) -> list[int]:
        """Turn text into tokens; ids stay, and no text becomes a control token."""
        ...

    def template(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The conversation as the model's own template writes it."""
        ...

    def complete(self, body: Mapping[str, Any], on_chunk: Callable[[Chunk], bool]) -> None:
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

    def close(self) -> None:
        """Free the model."""
        ...
