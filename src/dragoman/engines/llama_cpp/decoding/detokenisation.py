"""Detokenisation: from the events of a decode task to chunks of text, half characters held back."""

import codecs
from collections.abc import Mapping
from dataclasses import replace

from dragoman.domain.chat import Alternative, TokenLogprob
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.decoding.decode_task import (
    Drawn,
    Ended,
    Event,
    Failed,
    Progress,
    Scored,
    Ticket,
)
from dragoman.engines.llama_cpp.decoding.library import DecodingLibrary
from dragoman.engines.llama_cpp.decoding.sampler import Likely
from dragoman.engines.llama_cpp.vocabulary import named


class Detokeniser:
    """Turns the events of one decode task into chunks, as a backend promises them."""

    def __init__(self, ticket: Ticket, library: DecodingLibrary, names: Mapping[int, str]) -> None:
        self._library = library
        self._names = names
        choices = range(ticket.task.choices)
        self._characters = [codecs.getincrementaldecoder("utf-8")("replace") for _ in choices]
        self._held = [b"" for _ in choices]
        """The bytes of a character that is not whole, by choice."""
        self._decoded = [0 for _ in choices]
        self._open = len(choices)
        self._progress = Progress(0, 0, 0.0)

    @property
    def is_over(self) -> bool:
        """Whether every choice has ended."""
        return self._open == 0

    @property
    def unchanged(self) -> CompletionChunk:
        """A chunk without news, on which the taker looks whether the client is still there."""
        return self._chunk(0, "", None, None)

    def chunk(self, event: Event) -> CompletionChunk:
        """The event as a chunk.

        Raises:
            EngineFailed: the task is lost.
        """
        match event:
            case Progress():
                self._progress = event
                return self.unchanged
            case Scored():
                return self.unchanged
            case Drawn():
                return self._drawn(event)
            case Ended(choice, whole):
                # A character that the limit cut in two is not shown.
                self._open -= 1
                return self._chunk(choice, "", None, "stop" if whole else "length")
            case Failed(error):
                raise error

    def _drawn(self, drawn: Drawn) -> CompletionChunk:
        choice = drawn.choice
        self._decoded[choice] += 1
        data = b"" if drawn.ends else self._library.piece(drawn.token)
        text = self._characters[choice].decode(data)
        self._held[choice] += data
        token = None
        if drawn.likely and (text or not data):
            spelt = b"" if drawn.ends else self._held[choice]
            token = self._token(drawn, drawn.likely, spelt)
        if text:
            self._held[choice] = b""
        return replace(
            self._chunk(choice, text, token, None), drafted=drawn.tried, accepted=drawn.accepted
        )

    def _token(self, drawn: Drawn, likely: Likely, data: bytes) -> TokenLogprob:
        top = tuple(
            self._alternative(token, logprob, self._data(token)) for token, logprob in likely.top
        )
        own = self._alternative(drawn.token, likely.logprob, data)
        return TokenLogprob(own.token, own.logprob, own.data, top)

    def _data(self, token: int) -> bytes:
        return b"" if self._library.ends(token) else self._library.piece(token)

    def _alternative(self, token: int, logprob: float, data: bytes) -> Alternative:
        name = named(data) if data else self._names.get(token, "")
        return Alternative(name, min(0.0, logprob), data)

    def _chunk(
        self, choice: int, text: str, token: TokenLogprob | None, end: str | None
    ) -> CompletionChunk:
        return CompletionChunk(
            choice=choice,
            text=text,
            token=token,
            end=end,
            decoded=self._decoded[choice],
            cached=self._progress.cached,
            read=self._progress.read,
            read_s=self._progress.seconds,
        )
