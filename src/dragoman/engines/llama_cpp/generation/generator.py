"""One answer: its choices decoded as the request wants them drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from dragoman.domain.chat import ChatEvent, ChatRequest, ChoiceFinished, FreeText, Sampling
from dragoman.domain.conversation import Tool
from dragoman.domain.engine import Outlet
from dragoman.engines.llama_cpp.constraints import writing_systems
from dragoman.engines.llama_cpp.decoding.backend import Backend, CompletionChunk
from dragoman.engines.llama_cpp.decoding.prompt_budget import Prompt
from dragoman.engines.llama_cpp.decoding.speculative.verifier import SharedVerifier
from dragoman.engines.llama_cpp.generation import sampling_fields
from dragoman.engines.llama_cpp.generation.calls import ToolCalls
from dragoman.engines.llama_cpp.generation.choices import TextChoices, Written
from dragoman.engines.llama_cpp.generation.completer import Completer
from dragoman.engines.llama_cpp.generation.grounded_outlet import GroundedOutlet
from dragoman.engines.llama_cpp.generation.rounds import Rounds
from dragoman.engines.llama_cpp.generation.throughput import watched
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.prompt import own_words
from dragoman.engines.llama_cpp.prompt.rendering import Scribe, UntrustedText
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.engines.llama_cpp.tools.answer_forms import Form, Rejected
from dragoman.engines.llama_cpp.tools.decision import excerpt
from dragoman.engines.llama_cpp.tools.decision.selection import Listings
from dragoman.engines.llama_cpp.tools.grounding.checks import Grounds, Vetting
from dragoman.engines.llama_cpp.tools.grounding.unmentioned import Mentions

CALM_PROMPT_TOKENS = 96
"""Longer prompts may hold text that the answer should repeat word for word."""

LONGEST_PREDICTION = 65_536
"""Characters that are tried: of more there are hardly ever as few tokens as the copy holds."""


class AnswerGenerator:
    """Writes answers with one model."""

    def __init__(
        self,
        binding: Backend,
        completer: Completer,
        scribe: Scribe,
        vocabulary: Vocabulary,
        settings: Settings,
        verifier: SharedVerifier | None,
    ) -> None:
        self._binding = binding
        self._completer = completer
        self._scribe = scribe
        self._vocabulary = vocabulary
        self._settings = settings
        self._verifier = verifier

    def answer(
        self,
        request: ChatRequest,
        prompt: Prompt,
        form: Form,
        numbers: range,
        outlet: Outlet[ChatEvent],
        rounds: Rounds,
    ) -> Written:
        """Decode choices `numbers`, round after round."""
        fields = self.fields(request, prompt, form)
        decoded = cached = drafted = taken = 0
        together = 1 if form.kind == "calls" else rounds.together
        first = numbers.start
        while first < numbers.stop:
            left = numbers.stop - first
            if first > numbers.start:
                rounds.turn(prompt, min(together, left))
            some = range(first, first + min(together, rounds.width, left))
            if form.kind == "calls":
                more, known = self._calls(request, prompt, form, first, outlet, rounds)
            elif form.unbacked and form.redrawn:
                more, known = self._checked(request, prompt, form, first, outlet, rounds)
            else:
                need, ends_loops = rounds.need(prompt.size), self._settings.ends_loops
                answer = TextChoices(request, form, some, outlet, need, ends_loops=ends_loops)
                seeded = {**fields, "seed": fields["seed"] + first, "n": len(some)}
                self._decode(request, prompt, seeded, answer, outlet)
                drafted += answer.drafted[0]
                taken += answer.drafted[1]
                more, known = answer.decoded, answer.cached
            decoded += more
            cached = cached if first > numbers.start else known
            first = some.stop
        return Written(decoded, cached, drafted, taken)

    def _calls(
        self,
        request: ChatRequest,
        prompt: Prompt,
        form: Form,
        choice: int,
        outlet: Outlet[ChatEvent],
        rounds: Rounds,
    ) -> tuple[int, int]:
        """Decode one choice as calls, or as what is written in place of them.

        How many tokens were decoded comes back, and how many of the prompt were cached.
        """
        decoded, cached = 0, None
        rejected: list[Rejected] = []
        vetted = form.instead is not None
        grounds = Grounds(request.messages, request.tools) if vetted else None
        mentions = _mentions(request, form) if vetted else None
        own = own_words.bare(request.messages)
        meant = Listings(own, request.tools).meant if vetted else None
        answered = excerpt.answered(own)
        while form.kind == "calls":
            vetting = Vetting(answered, grounds, mentions, meant) if form.instead else None
            fields = self.fields(request, prompt, form)
            fields["seed"] += choice
            need = rounds.need(prompt.size)
            answer = ToolCalls(request, form, choice, outlet, need, vetting)
            answer.write(self._completer, prompt.source, self._binding.tokens, self._scribe, fields)
            decoded += answer.decoded
            cached = answer.cached if cached is None else cached
            if not (answer.rejected and form.instead):
                return decoded, cached
            rejected.append(answer.rejected)
            form, prompt = form.instead(rejected)
        decoded += self._text(request, form, prompt, choice, outlet, rounds)
        return decoded, cached or 0

    def _checked(
        self,
        request: ChatRequest,
        prompt: Prompt,
        form: Form,
        choice: int,
        outlet: Outlet[ChatEvent],
        rounds: Rounds,
    ) -> tuple[int, int]:
        """Decode one choice as text that tells no number which nothing backs, or as calls."""
        decoded, cached, size = 0, None, prompt.answer_tokens
        grounded = GroundedOutlet(outlet, form.unbacked)
        while True:
            answer = TextChoices(request, form, [choice], grounded, rounds.need(prompt.size))
            self._draw(request, prompt, form, answer, grounded)
            decoded += answer.decoded
            cached = answer.cached if cached is None else cached
            if not (grounded.unbacked and form.redrawn):
                answer.check()
                return decoded, cached
            anew = form.redrawn(grounded.unbacked, grounded.written)
            grounded.discard()
            if anew is None:
                grounded.emit(ChoiceFinished(choice, "stop"))
                return decoded, cached
            form, prompt = anew
            if form.kind == "calls":
                more, _ = self._calls(request, prompt, form, choice, outlet, rounds)
                return decoded + more, cached
            grounded.missing = form.unbacked
            written = self._binding.tokens(self._scribe.pieces((UntrustedText(grounded.written),)))
            left = min(prompt.answer_tokens - len(written), size - decoded)
            prompt = prompt.followed_by(written if grounded.written else [], "", left)

    def _draw(
        self,
        request: ChatRequest,
        prompt: Prompt,
        form: Form,
        answer: TextChoices,
        grounded: GroundedOutlet,
    ) -> None:
        """Decode the first choice as text, up to a number that nothing backs."""

        def on_chunk(chunk: CompletionChunk) -> bool:
            return answer.on_chunk(chunk) or bool(grounded.unbacked)

        fields = {**self.fields(request, prompt, form), "n": 1}
        taking = watched(on_chunk, request, prompt.size, grounded)
        self._completer.complete(prompt.source, fields, taking)

    def _text(
        self,
        request: ChatRequest,
        form: Form,
        prompt: Prompt,
        choice: int,
        outlet: Outlet[ChatEvent],
        rounds: Rounds,
    ) -> int:
        """Decode one choice as text; how many tokens it has comes back."""
        fields = self.fields(request, prompt, form)
        answer = TextChoices(request, form, [choice], outlet, rounds.need(prompt.size))
        seeded = {**fields, "seed": fields["seed"] + choice, "n": 1}
        on_chunk = watched(answer.on_chunk, request, prompt.size, outlet)
        self._completer.complete(prompt.source, seeded, on_chunk)
        answer.check()
        return answer.decoded

    def _decode(
        self,
        request: ChatRequest,
        prompt: Prompt,
        fields: Mapping[str, Any],
        answer: TextChoices,
        outlet: Outlet[ChatEvent],
    ) -> None:
        """Decode text, on the second copy where it takes one to try a prediction."""
        if self._binding.scorer:
            fields = {**fields, "predicted": self._predicted(request)}
        drawn = self._tried(request, prompt, fields, answer)
        if drawn:
            left = {**fields, "n_predict": fields["n_predict"] - len(drawn)}
            self._completer.complete(
                [*prompt.tokens, *drawn], left, lambda chunk: answer.on_later(chunk, len(drawn))
            )
        elif not answer.over:
            on_chunk = watched(answer.on_chunk, request, prompt.size, outlet)
            self._completer.complete(prompt.source, fields, on_chunk)
        answer.check()

    def _tried(
        self, request: ChatRequest, prompt: Prompt, fields: Mapping[str, Any], answer: TextChoices
    ) -> Sequence[int]:
        """Decode on the second copy, if it can; the tokens after which it has no room for more."""
        shared = self._verifier
        if not (shared and self.tries(request, prompt)):
            return ()
        predicted = self._predicted(request)
        # Where a seed counts, the same ways are to be gone; else it is not worth waiting.
        seeded = request.sampling.seed is not None and request.sampling.is_random
        with shared.turn(answer.is_stopped, wait=seeded) as verifier:
            if verifier is None:
                return ()
            singly = bool(request.stop)
            return verifier.decode(prompt.tokens, predicted, fields, answer.on_chunk, singly=singly)

    def tries(self, request: ChatRequest, prompt: Prompt) -> bool:
        """Whether the second copy can do it: it draws text freely, sees nothing, and is small."""
        return (
            self._verifier is not None
            and bool(request.prediction)
            and request.choices == 1
            and request.top_logprobs is None
            and isinstance(request.format, FreeText)
            and not (request.tools or prompt.shown)
            and not _weighted(request.sampling)
            and not _narrowed(request.sampling)
            and not self._dry(request, prompt)
            and self._verifier.fit(
                len(prompt.tokens), len(self._predicted(request)), prompt.answer_tokens
            )
        )

    def _predicted(self, request: ChatRequest) -> list[int]:
        """The tokens to try."""
        return self._binding.tokens([(request.prediction or "")[:LONGEST_PREDICTION]])

    def fields(self, request: ChatRequest, prompt: Prompt, form: Form) -> dict[str, Any]:
        """How an answer of that form is drawn, in llama.cpp's words."""
        # Of a translation, and of what a tool is called with, the likeliest words are wanted.
        exact = form.kind == "calls" or writing_systems.translating(request.messages)
        drawn = sampling_fields.greedy_if_exact(request, exact=exact)
        fields: dict[str, Any] = {"n_predict": prompt.answer_tokens}
        fields |= sampling_fields.fields(drawn, self._settings, prompt.tokens, self._vocabulary)
        if form.grammar:
            fields["grammar"] = form.grammar
        if request.top_logprobs is not None or (form.kind == "calls" and form.instead):
            fields["n_probs"] = max(1, request.top_logprobs or 0)
        # With log-probabilities, too: to look at an answer must not change it.
        if form.kind == "text" and self._dry(request, prompt):
            fields |= sampling_fields.DRY
        return fields

    def _dry(self, request: ChatRequest, prompt: Prompt) -> bool:
        """Whether loops are discouraged in its text."""
        short = len(prompt.tokens) <= CALM_PROMPT_TOKENS
        free = self._settings.dry and request.continuation is None
        return free and short and not _weighted(request.sampling)


def _mentions(request: ChatRequest, form: Form) -> Mentions:
    functions = [tool for tool in request.tools if isinstance(tool, Tool)]
    return Mentions(
        request.messages,
        form.arguments,
        {tool.name: tool.parameters for tool in functions if tool.name in form.arguments},
    )


def _weighted(drawn: Sampling) -> bool:
    """Whether some tokens are made likelier than the model has them."""
    penalties = drawn.presence_penalty or drawn.frequency_penalty
    return bool(penalties or drawn.logit_bias) or drawn.repeat_penalty not in (None, 1.0)


def _narrowed(drawn: Sampling) -> bool:
    """Whether fewer tokens are drawn from than `ServerSampler` knows how to."""
    return (drawn.top_k or 0) > 0 or drawn.typical_p not in (None, 1.0)
