"""How one turn is answered: with calls, or with text, and after which prompt."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from dragoman.domain.chat import Alternative, ChatEvent, ChatRequest, FreeText
from dragoman.domain.conversation import AnyTool
from dragoman.domain.engine import Outlet
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.decoding.prompt_budget import Prompt, PromptBudget
from dragoman.engines.llama_cpp.generation import throughput
from dragoman.engines.llama_cpp.generation.completer import Completer
from dragoman.engines.llama_cpp.generation.generator import AnswerGenerator
from dragoman.engines.llama_cpp.generation.rounds import Rounds
from dragoman.engines.llama_cpp.prompt import conversation, own_words
from dragoman.engines.llama_cpp.prompt.rendering import Turn
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.engines.llama_cpp.tools import call_parser
from dragoman.engines.llama_cpp.tools.answer_forms import Form, Forms, Rejected, Values
from dragoman.engines.llama_cpp.tools.decision import enumeration, retry
from dragoman.engines.llama_cpp.tools.decision.deciding import Decider
from dragoman.engines.llama_cpp.tools.decision.effects import changes
from dragoman.engines.llama_cpp.tools.decision.remarks import remark
from dragoman.engines.llama_cpp.tools.grounding.backing import Backing

LONGEST_ENDED = 400
"""Characters of an answer that may end before a sentence which cannot be written truthfully."""
MOST_REJECTED = 3
"""Functions that are tried in turn, before the user is asked."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One request under way."""

    request: ChatRequest
    forms: Forms
    offered: Sequence[AnyTool]
    outlet: Outlet[ChatEvent]
    rounds: Rounds


class Planner:
    """Settles how a turn is answered, with one model."""

    def __init__(
        self,
        completer: Completer,
        prompts: PromptBudget,
        writing: AnswerGenerator,
        settings: Settings,
        mark: str | None,
        decider: Decider | None,
    ) -> None:
        """`mark` stands for pictures; without `decider` the first token tells whether to call."""
        self._completer = completer
        self._prompts = prompts
        self._writing = writing
        self._settings = settings
        self._mark = mark
        self._decider = decider

    def settle(self, plan: Plan, prompt: Prompt) -> tuple[Form, Prompt, int | None]:
        """How the answer is constrained, after which prompt, and how much of that was cached.

        The last is None where it is not known by now.
        """
        request = plan.request
        turns = self._without_tools(plan, prompt)
        plan = self._narrowed(plan)
        form, looked = self._form(plan, prompt)
        if turns is not None:
            if form.kind != "calls":
                (form, prompt), looked = self._checked(plan, turns, prompt), None
            elif not plan.forms.decided:
                form = replace(form, instead=self._instead(plan, prompt, turns))
        free = request.sampling.seed is None and request.sampling.is_random
        if looked is None and not (free or self._writing.tries(request, prompt)):
            # Equal requests are to be decoded from an equal cache.
            _, looked = self._look(plan, prompt)
        return form, prompt, looked

    def _narrowed(self, plan: Plan) -> Plan:
        """The request with those of its functions that may be called."""
        if self._decider is None or plan.forms.decided:
            return plan
        own_messages = own_words.bare(plan.request.messages)
        need, stopped = plan.rounds.reservation.need, lambda: plan.outlet.stopped
        return replace(
            plan, offered=self._decider.permitted(own_messages, plan.offered, need, stopped)
        )

    def _form(self, plan: Plan, prompt: Prompt) -> tuple[Form, int | None]:
        """How the answer is constrained, and how much of the prompt was cached if it was read."""
        request, forms, settings = plan.request, plan.forms, self._settings
        if forms.decided:
            return forms.only(), None
        if not plan.offered:
            return forms.text(), None
        if self._decider:
            asks = own_words.bare(request.messages), plan.offered
            if request.messages[-1].role == "tool" and (left := enumeration.unserved(*asks)):
                return self._calls(plan, [left]), None
            need, stopped = plan.rounds.reservation.need, lambda: plan.outlet.stopped
            called = self._decider.calls(*asks, need, stopped)
            if called:
                return self._calls(plan, self._decider.names(*asks, need, stopped)), None
            if called is not None:
                return forms.text(), None
        first, cached = self._look(plan, prompt)
        again = request.messages[-1].role == "tool"
        threshold = settings.tool_again_threshold if again else settings.tool_threshold
        called = call_parser.call_probability(first, plan.offered) > threshold
        return (forms.calls() if called else forms.text()), cached

    def _calls(
        self,
        plan: Plan,
        names: Sequence[str],
        without: Collection[str] = (),
        among: Values | None = None,
    ) -> Form:
        """Calls that begin with one of `names`; for the rest see `Forms.calls`."""
        decider = self._decider
        form = plan.forms.calls(names, without, among)
        if decider is None:
            return form
        own_messages = own_words.bare(plan.request.messages)
        need, stopped = plan.rounds.reservation.need, lambda: plan.outlet.stopped

        def further(calls: Sequence[tuple[str, str]], share: float) -> Form | None:
            if left := enumeration.unserved(own_messages, plan.offered, calls):
                return replace(plan.forms.calls([left]), further=further)
            more = decider.further(own_messages, calls, share, need, stopped)
            names = [tool.name for tool in plan.offered]
            return replace(plan.forms.calls(names), further=further) if more else None

        return replace(form, further=further)

    def _without_tools(self, plan: Plan, prompt: Prompt) -> Sequence[Turn] | None:
        """The conversation for an answer in text; None: as it is.

        Tools that are shown draw small models to them, and results that stand where they came.
        """
        request = plan.request
        # A model that thinks was trained to answer where the result stands.
        if self._settings.reasoning:
            return None
        if conversation.is_answered(request.messages):
            return conversation.answering(request.messages, self._mark, remark)
        if self._decider and plan.offered and not prompt.shown:
            return conversation.turns(request.messages, (), None, self._mark)
        return None

    def _look(self, plan: Plan, prompt: Prompt) -> tuple[tuple[Alternative, ...], int]:
        def watched(
            on_chunk: Callable[[CompletionChunk], bool],
        ) -> Callable[[CompletionChunk], bool]:
            return throughput.watched(on_chunk, plan.request, prompt.size, plan.outlet)

        return self._completer.first_tokens(prompt.source, lambda: plan.outlet.stopped, watched)

    def _text(self, plan: Plan, turns: Sequence[Turn]) -> tuple[Form, Prompt]:
        """An answer in text after `turns`, which do not show the tools."""
        plain = self._prompts.of(plan.request, turns)
        plain, _ = self._prompts.read(plain, lambda: plan.outlet.stopped)
        return plan.forms.text(shown=False), plain

    def _checked(
        self, plan: Plan, turns: Sequence[Turn], shown: Prompt, *, again: bool = False
    ) -> tuple[Form, Prompt]:
        """The same; where it tells what was looked up, its numbers are looked at.

        `shown`: what a call is made after; `again`: it is written anew for its numbers.
        """
        form, plain = self._text(plan, turns)
        request = plan.request
        free = isinstance(request.format, FreeText) and request.choices == 1
        if self._decider is None or not (free and conversation.is_answered(request.messages)):
            return form, plain
        unbacked = Backing(own_words.bare(request.messages)).missing
        redrawn = self._redrawing(plan, turns, shown, again=again)
        return replace(form, unbacked=unbacked, redrawn=redrawn), plain

    def _redrawing(
        self, plan: Plan, turns: Sequence[Turn], shown: Prompt, *, again: bool
    ) -> Callable[[Sequence[str], str], tuple[Form, Prompt] | None]:
        """A function that gives the form and prompt for another answer, after unbacked numbers."""

        def redrawn(numbers: Sequence[str], written: str) -> tuple[Form, Prompt] | None:
            if again:
                ends = 0 < len(written.strip()) <= LONGEST_ENDED
                return None if ends else self._text(plan, turns)
            doubting = conversation.doubting(turns, numbers)
            if not written and (sources := self._sources(plan, numbers)):
                form = self._calls(plan, sources)
                return replace(form, instead=self._instead(plan, shown, doubting)), shown
            return self._checked(plan, doubting, shown, again=True)

        return redrawn

    def _instead(
        self, plan: Plan, prompt: Prompt, turns: Sequence[Turn]
    ) -> Callable[[Sequence[Rejected]], tuple[Form, Prompt]]:
        """A function that gives the form and prompt after rejected calls: another call, or text."""

        def instead(rejected: Sequence[Rejected]) -> tuple[Form, Prompt]:
            last = rejected[-1]
            same = [each for each in rejected if each.name == last.name]
            if form := self._mended(plan, rejected, same):
                last_try = last.among and len(same) > MOST_REJECTED
                return (form if last_try else replace(form, instead=instead)), prompt
            if last.invented and (others := self._others(plan, rejected)):
                return replace(self._calls(plan, others), instead=instead), prompt
            if doubtful := next((each for each in rejected if each.doubtful), None):
                return self._calls(plan, [doubtful.name]), prompt
            return self._text(
                plan, conversation.asking(turns, last.invented) if last.invented else turns
            )

        return instead

    def _mended(
        self, plan: Plan, rejected: Sequence[Rejected], same: Sequence[Rejected]
    ) -> Form | None:
        """The last of the calls that are `rejected` with other arguments, if there are any.

        `same`: those of its function.
        """
        last = rejected[-1]
        if last.among:
            among = {name: values for each in same for name, values in each.among.items()}
            return self._calls(plan, [last.name], among=among)
        if not last.invented:
            values = self._retry_values(plan, last.name)
            return (
                self._calls(plan, [last.name], among=values)
                if values and not rejected[1:]
                else None
            )
        left_out = {name for each in same[:-1] for name in each.invented}
        new = not left_out.issuperset(last.invented)
        if new and not last.doubtful and plan.forms.optional(last.name, last.invented):
            return self._calls(plan, [last.name], left_out.union(last.invented))
        return None

    def _retry_values(self, plan: Plan, name: str) -> Values:
        """The values for another call of a function whose last call failed; see `retry`."""
        tools = (tool for tool in plan.offered if tool.name == name)
        tool = next(tools) if self._decider else None
        return retry.later_values(plan.request.messages, tool) if tool else {}

    def _others(self, plan: Plan, rejected: Sequence[Rejected]) -> list[str]:
        """The functions that find out what was invented for calls that are not made."""
        names = {each.name for each in rejected}
        if self._decider is None or len(names) > MOST_REJECTED:
            return []
        left = [tool for tool in plan.offered if tool.name not in names]
        need, stopped = plan.rounds.reservation.need, lambda: plan.outlet.stopped
        own_messages = own_words.bare(plan.request.messages)
        return self._decider.alternatives(own_messages, left, rejected, need, stopped)

    def _sources(self, plan: Plan, numbers: Sequence[str]) -> list[str]:
        """The functions that look up what an answer tells by numbers that stand nowhere."""
        looking = [tool for tool in plan.offered if not changes(tool)]
        if self._decider is None or not looking:
            return []
        need, stopped = plan.rounds.reservation.need, lambda: plan.outlet.stopped
        own_messages = own_words.bare(plan.request.messages)
        return self._decider.sources(own_messages, looking, numbers, need, stopped)
