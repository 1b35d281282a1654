"""The chat engine: one request, from the conversation to the last event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dragoman.domain.chat import (
    Alternative,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    EffortIgnored,
    Estimate,
    LimitTooLow,
    Usage,
)
from dragoman.domain.continuation import Continuation, Tokenised
from dragoman.domain.engine import Outlet
from dragoman.engines.llama_cpp.constraints.smallest import smallest
from dragoman.engines.llama_cpp.decoding.backend import Backend
from dragoman.engines.llama_cpp.decoding.prompt_budget import Prompt, PromptBudget
from dragoman.engines.llama_cpp.decoding.speculative.verifier import SharedVerifier
from dragoman.engines.llama_cpp.generation import sampling_fields, thinking
from dragoman.engines.llama_cpp.generation.admission import KvBudget
from dragoman.engines.llama_cpp.generation.completer import Completer
from dragoman.engines.llama_cpp.generation.continuation import CompletionPrompts
from dragoman.engines.llama_cpp.generation.generator import AnswerGenerator
from dragoman.engines.llama_cpp.generation.plan import Plan, Planner
from dragoman.engines.llama_cpp.generation.rounds import Rounds, shares, together
from dragoman.engines.llama_cpp.generation.thinking import Thought
from dragoman.engines.llama_cpp.generation.throughput import Throughput, Timed
from dragoman.engines.llama_cpp.generation.warmup import OwnPrefixes, PrefixWarmup
from dragoman.engines.llama_cpp.gguf import Head
from dragoman.engines.llama_cpp.openai_tokens import OpenAITokens
from dragoman.engines.llama_cpp.prompt import conversation, few_shot, vision
from dragoman.engines.llama_cpp.prompt.rendering import Scribe, Turn, writer
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.engines.llama_cpp.tools import call_parser
from dragoman.engines.llama_cpp.tools.answer_forms import Form, Forms
from dragoman.engines.llama_cpp.tools.decision.deciding import Decider
from dragoman.engines.llama_cpp.vocabulary import TokenBytes

COUNTED = 65_536
"""Characters of the smallest answer of a format whose tokens are counted, in some 0.1 s."""
WAITING = 2
"""How many times as many requests may be in `run` as are decoded together."""


class LlamaCpp:
    """See `domain.engine.BlockingEngine`."""

    def __init__(
        self,
        binding: Backend,
        head: Head,
        settings: Settings,
        verifier: SharedVerifier | None = None,
    ) -> None:
        self._binding = binding
        self._verifier = verifier
        self._vocabulary = head.vocabulary
        self._settings = settings
        self._context = settings.context
        self._throughput = Throughput()
        self._budget = KvBudget(settings.n_parallel, settings.n_ctx)
        self._completer = Completer(binding)
        self._scribe = Scribe(head.vocabulary)
        self._writer = writer(self._scribe, head.vocabulary, binding.template)
        longest = head.vocabulary.longest
        self._prompts = PromptBudget(binding, self._scribe, self._writer, self._context, longest)
        question = binding.template([{"role": "user", "content": "Hello"}])
        self._opened = question.rstrip().endswith(settings.thinking_start_tag)
        self._answers = AnswerGenerator(
            binding, self._completer, self._scribe, head.vocabulary, settings, verifier
        )
        spelling = TokenBytes(head.vocabulary)
        self._openai_tokens = OpenAITokens(spelling, head.vocabulary.end)
        self._continuing = CompletionPrompts(
            binding,
            self._scribe,
            head.vocabulary,
            self._context,
            binding.scorer or verifier,
            spelling,
        )
        self.decider = self._deciding()
        """What asks whether to call; None: the first token tells."""
        self._prefixes = self._own_prefixes()
        self._planner = Planner(
            self._completer, self._prompts, self._answers, settings, binding.mark, self.decider
        )
        self._warmup = self._begun_warmup()

    @property
    def concurrency(self) -> int:
        """See `BlockingEngine.concurrency`."""
        # Who waits does so at the KV budget, where one choice need not wait for many.
        return WAITING * self._settings.n_parallel

    def gauges(self) -> Mapping[str, float]:
        """See `domain.engine.Gauged`."""
        return {"kv_cache_usage_perc": self._budget.usage}

    def close(self) -> None:
        """See `BlockingEngine.close`."""
        if self._warmup:
            self._warmup.close()
        if self._verifier:
            self._verifier.close()
        self._binding.close()

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`."""
        request = self._openai_tokens.own(request)
        if request.tokens_only:
            outlet.emit(self._tokenised(request))
        elif request.continuation is not None:
            self._continue(request, request.continuation, outlet)
        else:
            self._answer(request, outlet)

    def _tokenised(self, request: ChatRequest) -> Tokenised:
        """The tokens of the prompt, without its pictures."""
        if request.continuation is not None:
            return self._continuing.tokenised(self._continuing.tokens(request.continuation))
        offered = call_parser.offered(request.tools, request.tool_choice)
        system, mark = self._writer.default_system, self._binding.mark
        turns = conversation.turns(request.messages, offered, system, mark)
        self._prompts.ensure_countable(turns)
        pieces = vision.without_marks(self._writer.write(turns), mark or "\0")
        return self._continuing.tokenised(self._binding.tokens(pieces))

    def _answer(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """Answer a conversation."""
        thinking.budget(request, self._settings, 1)
        offered = call_parser.offered(request.tools, request.tool_choice)
        system = self._writer.default_system
        mark = self._binding.mark
        turns = conversation.turns(request.messages, offered, system, mark)
        if not request.dry_run:
            self._prompts.ensure_countable(turns)
        forms = Forms(request, offered, self._vocabulary.special)
        least = self._least(request, forms)
        if not self._settings.reasoning and thinking.asks_thought(request):
            outlet.emit(EffortIgnored())
        if request.dry_run:
            for loosened in forms.loosened:
                outlet.emit(loosened)
            outlet.emit(self._estimate(request, turns, outlet))
            return
        prompt = self._prompts.of(request, turns)
        most, all_cells = self._together(request, prompt), self._settings.n_ctx
        (slots, cells), *smaller = shares(request, prompt, most, all_cells)
        with self._budget.reserve(
            slots, cells, lambda: outlet.stopped, wide=request.choices > 1, smaller=smaller
        ) as reservation:
            outlet = Timed(outlet)
            forms.ensure(lambda grammar: self._completer.builds(grammar, lambda: outlet.stopped))
            for loosened in forms.loosened:
                outlet.emit(loosened)
            if least is not None:
                outlet.emit(LimitTooLow(least))
            prompt, read = self._prompts.read(prompt, lambda: outlet.stopped)
            alone = request.choices <= reservation.slots
            answering = Plan(
                request, forms, offered, outlet, Rounds(request, reservation, most, all_cells)
            )
            usage = Usage(prompt.size, 0, 0, prompt.picture_tokens)
            if self._settings.reasoning:
                usage = self._think(answering, prompt, usage)
            else:
                usage = self._write(answering, prompt, range(request.choices), usage)
        # What is read after the prompt is cached, too, from one step to the next.
        cached = min(usage.cached_tokens if read is None else read, usage.prompt_tokens)
        usage = replace(usage, cached_tokens=cached)
        if alone:
            self._throughput.note(usage, outlet, request.choices)
        outlet.emit(ChatFinished(usage))

    def _continue(
        self, request: ChatRequest, text: Continuation, outlet: Outlet[ChatEvent]
    ) -> None:
        """Go on with a text, without a template, tools or thoughts."""
        forms = Forms(request, (), self._vocabulary.special)
        prompt = self._continuing.prompt(request, text)
        sampling_fields.fields(request.sampling, self._settings, (), self._vocabulary)
        most, all_cells = (
            together(request, prompt, self._budget.widest, self._context, self._settings.n_ctx),
            self._settings.n_ctx,
        )
        (slots, cells), *smaller = shares(request, prompt, most, all_cells)
        wide = request.choices > 1
        with self._budget.reserve(
            slots, cells, lambda: outlet.stopped, wide=wide, smaller=smaller
        ) as reservation:
            forms.ensure(lambda grammar: self._completer.builds(grammar, lambda: outlet.stopped))
            for loosened in forms.loosened:
                outlet.emit(loosened)
            self._continuing.show(request, text, prompt, outlet)
            usage = Usage(prompt.size, 0)
            if prompt.answer_tokens:
                rounds = Rounds(request, reservation, most, all_cells)
                written = self._answers.answer(
                    request, prompt, forms.only(), range(request.choices), outlet, rounds
                )
                usage = Usage(prompt.size, written.decoded, min(written.cached, prompt.size))
            else:
                for number in range(request.choices):
                    outlet.emit(ChoiceFinished(number, "length"))
        outlet.emit(ChatFinished(usage))

    def _together(self, request: ChatRequest, prompt: Prompt) -> int:
        """How many choices are decoded at once."""
        if self._settings.reasoning:
            return 1
        cells = self._settings.n_ctx
        return together(request, prompt, self._budget.widest, self._context, cells)

    def _least(self, request: ChatRequest, forms: Forms) -> int | None:
        """Tokens of the smallest answer of the format, where the request allows fewer."""
        if request.max_tokens is None or forms.document is None:
            return None
        least = smallest(forms.document)
        if least is None:
            return None
        tokens = len(self._binding.tokens([least.text(COUNTED)]))
        if least.length > COUNTED:
            # More than is counted: at least so many, whichever is more.
            tokens = max(tokens, least.length // (self._vocabulary.longest or least.length))
        return tokens if tokens > request.max_tokens else None

    def _estimate(
        self, request: ChatRequest, turns: Sequence[Turn], outlet: Outlet[ChatEvent]
    ) -> Estimate:
        """What the request would take; pictures are looked at, because their size counts."""
        size = self._prompts.size(turns)
        if size >= self._context:
            return Estimate(size, 0, self._context, fits=False)
        prompt = self._prompts.of(request, turns)
        if prompt.shown:
            with self._budget.reserve(1, self._context, lambda: outlet.stopped):
                prompt, _ = self._prompts.read(prompt, lambda: outlet.stopped)
        most = prompt.answer_tokens
        rounds = -(-request.choices // self._together(request, prompt))
        seconds = self._throughput.seconds(prompt.size, most * rounds)
        return Estimate(prompt.size, most, self._context, fits=True, seconds=seconds)

    def _write(self, plan: Plan, prompt: Prompt, numbers: range, usage: Usage) -> Usage:
        """Decode the answers of choices `numbers`; the usage comes back with theirs."""
        request, outlet = plan.request, plan.outlet
        form, prompt, looked = self._planner.settle(plan, prompt)
        if form.kind == "calls":
            plan.rounds.keep(prompt, 1)
        written = self._answers.answer(request, prompt, form, numbers, outlet, plan.rounds)
        known = written.cached if looked is None else looked
        usage = replace(
            usage,
            completion_tokens=usage.completion_tokens + written.decoded,
            cached_tokens=usage.cached_tokens if numbers.start else known,
        )
        if request.prediction is None:
            return usage
        rejected = written.drafted - written.accepted
        return replace(
            usage,
            completion_tokens=usage.completion_tokens + rejected,
            accepted_prediction_tokens=written.accepted,
            rejected_prediction_tokens=rejected,
        )

    def _think(self, plan: Plan, prompt: Prompt, usage: Usage) -> Usage:
        """Each choice's thought and its answer, one choice after the other."""
        request, outlet = plan.request, plan.outlet
        most = thinking.budget(request, self._settings, prompt.answer_tokens)
        cached = usage.cached_tokens
        for number in range(request.choices):
            if number:
                plan.rounds.turn(prompt, 1)
            thought = Thought(
                number, self._settings, outlet, plan.rounds.need(prompt.size), opened=self._opened
            )
            if most:
                opened = self._prompts.after(prompt, self._scribe.pieces(thought.opening), most)
                drawn = self._answers.fields(request, opened, Form("text"))
                drawn = thinking.fields({**drawn, "seed": drawn["seed"] + number}, most)
                self._completer.complete(opened.source, drawn, thought.on_chunk)
                thought.check()
                cached = cached if number else thought.cached
            spent = thought.decoded
            usage = replace(
                usage,
                completion_tokens=usage.completion_tokens + spent,
                reasoning_tokens=usage.reasoning_tokens + spent,
            )
            left = prompt.answer_tokens - spent
            after = self._prompts.after(prompt, self._scribe.pieces(thought.written), left)
            if after.answer_tokens <= 0:
                outlet.emit(ChoiceFinished(number, "length"))
                continue
            usage = self._write(plan, after, range(number, number + 1), usage)
        return replace(usage, cached_tokens=cached) if most else usage

    def _deciding(self) -> Decider | None:
        """What asks whether to call, where the first token is not to tell."""
        # A model that thinks was trained to decide after its thought.
        if self._settings.tool_decision != "questions" or self._settings.reasoning:
            return None
        read = self._first_tokens, self._binding.tokens, self._writer
        return Decider(*read, self._settings, self._context)

    def _first_tokens(
        self, prompt: Sequence[int], stopped: Callable[[], bool]
    ) -> tuple[tuple[Alternative, ...], int]:
        """The likeliest tokens after a question."""
        self._prefixes.read_before(prompt, stopped)
        return self._completer.first_tokens(prompt, stopped)

    def _own_prefixes(self) -> OwnPrefixes:
        """What requests with tools begin with, as far as that leaves room."""
        prompts: list[list[int]] = []
        if self._settings.prefix_warmup:
            taught = self._binding.tokens(self._writer.write(few_shot.turns(conversation.listing)))
            prompts = [taught, *(self.decider.prompts() if self.decider else ())]
        fitting = [prompt for prompt in prompts if len(prompt) < self._context]
        return OwnPrefixes(self._completer.prefill, fitting, self._binding.remembers)

    def _begun_warmup(self) -> PrefixWarmup | None:
        """Read ahead what nobody has read yet."""
        if not self._prefixes.unread:
            return None
        return PrefixWarmup(self._completer.prefill, self._budget, self._prefixes)
