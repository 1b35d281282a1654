"""The chat engine: one request, from the conversation to the last event."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    Tool,
    Usage,
)
from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.llama_cpp import conversation, grammar, sampling, schema, tools
from dragoman.engines.llama_cpp.answer import Answer
from dragoman.engines.llama_cpp.binding import Binding, Chunk
from dragoman.engines.llama_cpp.forms import Form, Forms
from dragoman.engines.llama_cpp.gate import Gate
from dragoman.engines.llama_cpp.gguf import Head
from dragoman.engines.llama_cpp.prompt import Scribe, Turn, Writer, writer
from dragoman.engines.llama_cpp.settings import Settings

CALM_PROMPT_TOKENS = 96
"""Longer prompts may hold text that the answer should repeat word for word."""
UNBOUNDED_TOKENS = 2048
"""Cells kept for an answer without max_tokens."""
KNOWN_GRAMMARS = 256
CALLS_END_BIAS = 3.0
"""Small models add calls nobody asked for; the grammar lets them end only after a whole call."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is decoded from."""

    tokens: list[int]
    answer_tokens: int
    """The most that an answer may take."""
    limited: bool
    """Whether the request says so itself."""
    offered: tuple[Tool, ...]


class LlamaCpp:
    """See `domain.engine.BlockingEngine`."""

    def __init__(self, binding: Binding, head: Head, settings: Settings) -> None:
        self._binding = binding
        self._head = head
        self._settings = settings
        self._context = min(settings.context, head.context)
        self._gate = Gate(settings.slots, settings.cells)
        self._writer: Writer = writer(Scribe(head.vocabulary), head.vocabulary, binding.template)
        self._grammars: OrderedDict[str, bool] = OrderedDict()
        self._grammars_lock = threading.Lock()
        told = f"{head.digest} {binding.version} {settings}"
        self._fingerprint = "fp_" + hashlib.sha256(told.encode()).hexdigest()[:10]

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        return self._settings.slots

    def close(self) -> None:
        """See `BlockingEngine.close`."""
        self._binding.close()

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`."""
        prompt = self._prompt(request)
        forms = Forms(request, prompt.offered, self._head.vocabulary.special)
        together = min(request.choices, self._settings.slots)
        wanted = prompt.answer_tokens if prompt.limited else UNBOUNDED_TOKENS
        most = self._settings.cells - len(prompt.tokens)
        cells = len(prompt.tokens) + min(most, together * min(wanted, prompt.answer_tokens))
        with self._gate.hold(together, cells, lambda: outlet.stopped):
            for text in forms.grammars():
                self._try(text, forms.where, outlet)
            form, cached = self._form(request, prompt, forms, outlet)
            if form.kind != "calls" and conversation.is_answered(request.messages):
                prompt = self._sized(request, conversation.answering(request.messages), ())
            usage = self._answer(request, prompt, form, outlet)
        cached = usage.cached_tokens if cached is None else cached
        usage = Usage(usage.prompt_tokens, usage.completion_tokens, cached)
        outlet.emit(ChatFinished(usage, self._fingerprint))

    def _prompt(self, request: ChatRequest) -> Prompt:
        offered = tools.offered(request.tools, request.tool_choice)
        turns = conversation.turns(request.messages, offered, self._writer.default_system)
        return self._sized(request, turns, offered)

    def _sized(
        self, request: ChatRequest, turns: Sequence[Turn], offered: tuple[Tool, ...]
    ) -> Prompt:
        tokens = self._binding.tokens(self._writer.write(turns))
        if request.max_tokens is not None and request.max_tokens > self._context:
            raise RequestInvalid(
                f"max_tokens is too large: {request.max_tokens}. This model supports at most "
                f"{self._context} completion tokens, whereas you provided {request.max_tokens}.",
                param="max_tokens",
                code="invalid_value",
            )
        if len(tokens) >= self._context:
            raise RequestInvalid(
                f"This model's maximum context length is {self._context} tokens. However, your "
                f"messages resulted in {len(tokens)} tokens. Please reduce the length of the "
                "messages.",
                param="messages",
                code="context_length_exceeded",
            )
        room = self._context - len(tokens)
        limit = min(room, request.max_tokens or room)
        return Prompt(tokens, limit, request.max_tokens is not None, offered)

    def _try(self, text: str, where: schema.Where, outlet: Outlet[ChatEvent]) -> None:
        """Find out whether the library can build a grammar, once for each.

        Raises:
            RequestInvalid: it cannot.
        """
        digest = hashlib.sha256(text.encode()).hexdigest()
        with self._grammars_lock:
            built = self._grammars.get(digest)
        if built is None:
            first: list[str] = []

            def on_chunk(chunk: Chunk) -> bool:
                first.append(chunk.text)
                return outlet.stopped

            self._binding.complete(
                {
                    "prompt": [self._head.vocabulary.end],
                    "n_predict": 1,
                    "temperature": 0.0,
                    "grammar": grammar.witnessed(text),
                },
                on_chunk,
            )
            if outlet.stopped:
                raise Stopped
            built = "".join(first).startswith(grammar.WITNESS)
            with self._grammars_lock:
                self._grammars[digest] = built
                while len(self._grammars) > KNOWN_GRAMMARS:
                    self._grammars.popitem(last=False)
        if not built:
            problem = "it cannot be enforced: no value is valid, or options of 'oneOf' overlap"
            raise schema.refusal(where, (), problem)

    def _form(
        self, request: ChatRequest, prompt: Prompt, forms: Forms, outlet: Outlet[ChatEvent]
    ) -> tuple[Form, int | None]:
        """How the answer is constrained, and how much of the prompt was cached if known by now."""
        deciding = bool(prompt.offered) and request.tool_choice.mode == "auto"
        if not deciding and request.sampling.seed is None and request.sampling.temperature > 0:
            return forms.only(), None
        first: list[Chunk] = []

        def on_chunk(chunk: Chunk) -> bool:
            first.append(chunk)
            return outlet.stopped

        # Also so that equal requests are decoded from an equal cache, and come out equal.
        self._binding.complete(
            self._body(prompt) | {"n_predict": 1, "temperature": 0.0, "n_probs": tools.LOOK},
            on_chunk,
        )
        if outlet.stopped:
            raise Stopped
        cached = first[0].cached
        if not deciding:
            return forms.only(), cached
        token = next((chunk.token for chunk in first if chunk.token), None)
        if token is None:
            raise EngineFailed("llama.cpp gave no probabilities")
        again = request.messages[-1].role == "tool"
        threshold = self._settings.tool_again_threshold if again else self._settings.tool_threshold
        called = tools.call_probability(token.top, prompt.offered) > threshold
        return (forms.calls() if called else forms.text()), cached

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        return {
            "prompt": prompt.tokens,
            "cache_prompt": True,
            "return_progress": True,
            "timings_per_token": True,
        }

    def _answer(
        self, request: ChatRequest, prompt: Prompt, form: Form, outlet: Outlet[ChatEvent]
    ) -> Usage:
        body = self._body(prompt) | {"n_predict": prompt.answer_tokens}
        body |= sampling.fields(
            request.sampling, self._settings, prompt.tokens, self._head.vocabulary
        )
        if form.grammar:
            body["grammar"] = form.grammar
        if form.kind == "calls":
            end: tuple[int, float | bool] = (self._head.vocabulary.end, CALLS_END_BIAS)
            body["logit_bias"] = [*body.get("logit_bias", ()), end]
        if request.top_logprobs is not None:
            body["n_probs"] = max(1, request.top_logprobs)
        elif self._calm(request, prompt, form):
            body |= sampling.CALM
        decoded, cached = 0, 0
        for first in range(0, request.choices, self._settings.slots):
            count = min(self._settings.slots, request.choices - first)
            answer = Answer(request, form, range(first, first + count), outlet)
            part: Mapping[str, Any] = {"n": count, "seed": body["seed"] + first}
            self._binding.complete({**body, **part}, answer.on_chunk)
            answer.check()
            decoded += answer.decoded
            cached = cached if first else answer.cached
        return Usage(len(prompt.tokens), decoded, cached)

    def _calm(self, request: ChatRequest, prompt: Prompt, form: Form) -> bool:
        drawn = request.sampling
        return (
            self._settings.calm
            and form.kind == "text"
            and len(prompt.tokens) <= CALM_PROMPT_TOKENS
            and not (drawn.presence_penalty or drawn.frequency_penalty or drawn.logit_bias)
        )
