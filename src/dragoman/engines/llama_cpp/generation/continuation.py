"""Texts that are continued as they are: their prompts, and what is shown of them."""

import codecs
from contextlib import closing

from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.continuation import Continuation, PromptShown, Tokenised
from dragoman.domain.engine import Outlet
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.decoding.backend import Backend, Scorer
from dragoman.engines.llama_cpp.decoding.prompt_budget import Prompt
from dragoman.engines.llama_cpp.decoding.prompt_scores import Scores
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.prompt.rendering import Pieces, Scribe
from dragoman.engines.llama_cpp.vocabulary import TokenBytes


class CompletionPrompts:
    """Makes prompts of texts, for one model."""

    def __init__(
        self,
        binding: Backend,
        scribe: Scribe,
        vocabulary: Vocabulary,
        context: int,
        scorer: Scorer | None,
        spelling: TokenBytes,
    ) -> None:
        """`context`: tokens of a prompt and its answer together."""
        self._binding = binding
        self._scribe = scribe
        self._vocabulary = vocabulary
        self._context = context
        self._spelling = spelling
        self._first = vocabulary.end if vocabulary.start is None else vocabulary.start
        self._scores = Scores(scorer, self._spelling)

    def prompt(self, request: ChatRequest, text: Continuation) -> Prompt:
        """The text, with room for what follows it.

        Raises:
            RequestInvalid: it does not fit, has a token that the model does not, or a suffix where
                the model cannot fill in.
        """
        tokens = self.tokens(text) or [self._first]
        room = self._context - len(tokens)
        if room < (0 if request.max_tokens == 0 else 1):
            raise self._too_long(str(len(tokens)))
        return Prompt(tokens, room if request.max_tokens is None else min(room, request.max_tokens))

    def tokens(self, text: Continuation) -> list[int]:
        """The tokens of its prompt.

        Raises:
            RequestInvalid: it certainly does not fit, or see `prompt`.
        """
        least = len(text.tokens or ())
        if longest := self._vocabulary.longest:
            words = text.text + (text.suffix or "")
            least += len(words.encode("utf-8", "replace")) // longest
        if least > self._context:
            raise self._too_long(f"at least {least}")
        return self._binding.tokens(self._pieces(text))

    def show(
        self, request: ChatRequest, text: Continuation, prompt: Prompt, outlet: Outlet[ChatEvent]
    ) -> None:
        """Emit the prompt, if that is wanted.

        Raises:
            RequestInvalid: its log-probabilities are wanted, and cannot be had.
            Stopped: nobody listens.
        """
        if not text.echo:
            return
        if request.top_logprobs is None:
            shown = text.text if text.tokens is None else self._spelling.text(text.tokens)
            if shown:
                outlet.emit(PromptShown(shown))
            return
        characters = codecs.getincrementaldecoder("utf-8")("replace")
        # What we put before the text is no part of it.
        hidden = len(self._before(text)) or int(not (text.text or text.tokens))
        top = request.top_logprobs
        with closing(self._scores.of(prompt.tokens, top, lambda: outlet.stopped)) as pieces:
            for piece in pieces:
                tokens, hidden = tuple(piece[hidden:]), max(0, hidden - len(piece))
                if tokens:
                    words = "".join(characters.decode(token.data) for token in tokens)
                    outlet.emit(PromptShown(words, tokens))

    def tokenised(self, tokens: list[int]) -> Tokenised:
        """The event of a request that only has its text tokenised."""
        name, vocabulary = self._spelling.name, self._vocabulary
        return Tokenised(
            tuple(tokens),
            tuple(map(name, tokens)),
            self._spelling.text(tuple(tokens)),
            self._context,
            None if vocabulary.start is None else name(vocabulary.start),
            name(vocabulary.end),
        )

    def _pieces(self, text: Continuation) -> Pieces:
        vocabulary = self._vocabulary
        before: Pieces = self._before(text)
        if text.suffix is None:
            return [*before, *self._bare(text)]
        if vocabulary.fim is None:
            raise RequestInvalid(
                "Unsupported parameter: 'suffix' is not supported with this model: it has no "
                "tokens for filling in.",
                param="suffix",
                code="unsupported_parameter",
            )
        prefix, suffix, middle = vocabulary.fim
        around = self._scribe.untrusted(text.text) if text.tokens is None else self._bare(text)
        after = self._scribe.untrusted(text.suffix)
        return [*before, prefix, *around, suffix, *after, middle]

    def _before(self, text: Continuation) -> Pieces:
        """The start token, where the model was trained with one before every text."""
        start = self._vocabulary.start
        return [start] if self._vocabulary.starts and start is not None and not text.bare else []

    def _bare(self, text: Continuation) -> Pieces:
        """The text itself."""
        if text.tokens is None:
            return self._scribe.trusted(text.text)
        for number, token in enumerate(text.tokens):
            if not 0 <= token < self._vocabulary.size:
                raise RequestInvalid(
                    f"Invalid 'prompt[{number}]': {token}. Expected a token id below "
                    f"{self._vocabulary.size}.",
                    param="prompt",
                    code="invalid_value",
                )
        return list(text.tokens)

    def _too_long(self, size: str) -> RequestInvalid:
        return RequestInvalid(
            f"This model's maximum context length is {self._context} tokens. However, your prompt "
            f"has {size} tokens. Please reduce the length of the prompt.",
            param="prompt",
            code="context_length_exceeded",
        )
