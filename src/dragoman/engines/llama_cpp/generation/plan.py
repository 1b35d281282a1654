"""How one turn is answered: with calls, or with text, and after which prompt."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from dragoman.domain.chat import Alternative, ChatEvent, ChatRequest, FreeText
from dragoman.domain.conversation import AnyTool
from dragoman.domain.engine import Outlet
from dragoman.engines.llama_cpp.decoding.prompt_budget import Prompt, PromptBudget
from dragoman.engines.llama_cpp.decoding.server import Chunk
from dragoman.engines.llama_cpp.generation import throughput
from dragoman.engines.llama_cpp.generation.completer import Completer
from dragoman.engines.llama_cpp.generation.generator import AnswerGenerator
from dragoman.engines.llama_cpp.generation.rounds import Rounds
from dragoman.engines.llama_cpp.prompt import conversation, own_words
from dragoman.engines.llama_cpp.prompt.rendering import Turn
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.engines.llama_cpp.tools import call_parser
from dragoman.engines.llama_cpp.tools.answer_forms import Form, Forms, Rejected, Values
from dragoman.engines.llama_cpp.tools.decision import retry
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

    def settle(self, asked: Plan, prompt: Prompt) -> tuple[Form, Prompt, int | None]:
        """How the answer is constrained, after which prompt, and how much of that was cached.

        The last is None where it is not known by now.
        """
        request = asked.request
        turns = self._without_tools(asked, prompt)
        asked = self._narrowed(asked)
        form, looked = self._form(asked, prompt)
        if turns is not None:
            if form.kind != "calls":
                (form, prompt), looked = self._checked(asked, turns, prompt), None
            elif not asked.forms.decided:
                form = replace(form, instead=self._instead(asked, prompt, turns))
        free = request.sampling.seed is None and request.sampling.is_random
        if looked is None and not (free or self._writing.tries(request, prompt)):
            # Equal requests are to be decoded from an equal cache.
            _, looked = self._look(asked, prompt)
        return form, prompt, looked

    def _narrowed(self, asked: Plan) -> Plan:
        """The request with those of its functions that may be called."""
        if self._decider is None or asked.forms.decided:
            return asked
        said = own_words.bare(asked.request.messages)
        need, stopped = asked.rounds.reservation.need, lambda: asked.outlet.stopped
        return replace(asked, offered=self._decider.permitted(said, asked.offered, need, stopped))

    def _form(self, asked: Plan, prompt: Prompt) -> tuple[Form, int | None]:
        """How the answer is constrained, and how much of the prompt was cached if it was read."""
        request, forms, settings = asked.request, asked.forms, self._settings
        if forms.decided:
            return forms.only(), None
        if not asked.offered:
            return forms.text(), None
        if self._decider:
            asks = own_words.bare(request.messages), asked.offered
            need, stopped = asked.rounds.reservation.need, lambda: asked.outlet.stopped
            called = self._decider.calls(*asks, need, stopped)
            if called:
                return self._calls(asked, self._decider.names(*asks, need, stopped)), None
            if called is not None:
                return forms.text(), None
        first, cached = self._look(asked, prompt)
        again = request.messages[-1].role == "tool"
        threshold = settings.tool_again_threshold if again else settings.tool_threshold
        called = call_parser.call_probability(first, asked.offered) > threshold
        return (forms.calls() if called else forms.text()), cached

    def _calls(
        self,
        asked: Plan,
        names: Sequence[str],
        without: Collection[str] = (),
        among: Values | None = None,
    ) -> Form:
        """Calls that begin with one of `names`; for the rest see `Forms.calls`."""
        decider = self._decider
        form = asked.forms.calls(names, without, among)
        if decider is None:
            return form
        said = own_words.bare(asked.request.messages)
        need, stopped = asked.rounds.reservation.need, lambda: asked.outlet.stopped

        def further(made: Sequence[tuple[str, str]], share: float) -> Form | None:
            more = decider.further(said, made, share, need, stopped)
            names = [tool.name for tool in asked.offered]
            return replace(asked.forms.calls(names), further=further) if more else None

        return replace(form, further=further)

    def _without_tools(self, asked: Plan, prompt: Prompt) -> Sequence[Turn] | None:
        """The conversation for an answer in text; None: as it is.

        Tools that are shown draw small models to them, and results that stand where they came.
        """
        request = asked.request
        # A model that thinks was trained to answer where the result stands.
        if self._settings.reasoning:
            return None
        if conversation.is_answered(request.messages):
            return conversation.answering(request.messages, self._mark, remark)
        if self._decider and asked.offered and not prompt.shown:
            return conversation.turns(request.messages, (), None, self._mark)
        return None

    def _look(self, asked: Plan, prompt: Prompt) -> tuple[tuple[Alternative, ...], int]:
        def watched(on_chunk: Callable[[Chunk], bool]) -> Callable[[Chunk], bool]:
            return throughput.watched(on_chunk, asked.request, prompt.size, asked.outlet)

        return self._completer.first_tokens(prompt.source, lambda: asked.outlet.stopped, watched)

    def _text(self, asked: Plan, turns: Sequence[Turn]) -> tuple[Form, Prompt]:
        """An answer in text after `turns`, which do not show the tools."""
        plain = self._prompts.of(asked.request, turns)
        plain, _ = self._prompts.read(plain, lambda: asked.outlet.stopped)
        return asked.forms.text(shown=False), plain

    def _checked(
        self, asked: Plan, turns: Sequence[Turn], shown: Prompt, *, again: bool = False
    ) -> tuple[Form, Prompt]:
        """The same; where it tells what was looked up, its numbers are looked at.

        `shown`: what a call is made after; `again`: it is written anew for its numbers.
        """
        form, plain = self._text(asked, turns)
        request = asked.request
        free = isinstance(request.format, FreeText) and request.choices == 1
        if self._decider is None or not (free and conversation.is_answered(request.messages)):
            return form, plain
        unbacked = Backing(own_words.bare(request.messages)).missing
        redrawn = self._redrawing(asked, turns, shown, again=again)
        return replace(form, unbacked=unbacked, redrawn=redrawn), plain

    def _redrawing(
        self, asked: Plan, turns: Sequence[Turn], shown: Prompt, *, again: bool
    ) -> Callable[[Sequence[str], str], tuple[Form, Prompt] | None]:
        """What is written in place of an answer that tells what was not looked up."""

        def redrawn(numbers: Sequence[str], written: str) -> tuple[Form, Prompt] | None:
            if again:
                ends = 0 < len(written.strip()) <= LONGEST_ENDED
                return None if ends else self._text(asked, turns)
            doubting = conversation.doubting(turns, numbers)
            if not written and (sources := self._sources(asked, numbers)):
                form = self._calls(asked, sources)
                return replace(form, instead=self._instead(asked, shown, doubting)), shown
            return self._checked(asked, doubting, shown, again=True)

        return redrawn

    def _instead(
        self, asked: Plan, prompt: Prompt, turns: Sequence[Turn]
    ) -> Callable[[Sequence[Rejected]], tuple[Form, Prompt]]:
        """What is written in place of calls that are not made: another call, or text."""

        def instead(rejected: Sequence[Rejected]) -> tuple[Form, Prompt]:
            last = rejected[-1]
            same = [each for each in rejected if each.name == last.name]
            if form := self._mended(asked, rejected, same):
                last_try = last.among and len(same) > MOST_REJECTED
                return (form if last_try else replace(form, instead=instead)), prompt
            if last.invented and (others := self._others(asked, rejected)):
                return replace(self._calls(asked, others), instead=instead), prompt
            if doubtful := next((each for each in rejected if each.doubtful), None):
                return self._calls(asked, [doubtful.name]), prompt
            return self._text(
                asked, conversation.asking(turns, last.invented) if last.invented else turns
            )

        return instead

    def _mended(
        self, asked: Plan, rejected: Sequence[Rejected], same: Sequence[Rejected]
    ) -> Form | None:
        """The last of the calls that are `rejected` with other arguments, if there are any.

        `same`: those of its function.
        """
        last = rejected[-1]
        if last.among:
            among = {name: values for each in same for name, values in each.among.items()}
            return self._calls(asked, [last.name], among=among)
        if not last.invented:
            found = self._found(asked, last.name)
            return (
                self._calls(asked, [last.name], among=found) if found and not rejected[1:] else None
            )
        left_out = {name for each in same[:-1] for name in each.invented}
        new = not left_out.issuperset(last.invented)
        if new and not last.doubtful and asked.forms.optional(last.name, last.invented):
            return self._calls(asked, [last.name], left_out.union(last.invented))
        return None

    def _found(self, asked: Plan, name: str) -> Values:
        """What a function that was called in vain may be called with since; see `retry`."""
        tools = (tool for tool in asked.offered if tool.name == name)
        tool = next(tools) if self._decider else None
        return retry.found(asked.request.messages, tool) if tool else {}

    def _others(self, asked: Plan, rejected: Sequence[Rejected]) -> list[str]:
        """The functions that find out what was invented for calls that are not made."""
        names = {each.name for each in rejected}
        if self._decider is None or len(names) > MOST_REJECTED:
            return []
        left = [tool for tool in asked.offered if tool.name not in names]
        need, stopped = asked.rounds.reservation.need, lambda: asked.outlet.stopped
        said = own_words.bare(asked.request.messages)
        return self._decider.alternatives(said, left, rejected, need, stopped)

    def _sources(self, asked: Plan, numbers: Sequence[str]) -> list[str]:
        """The functions that look up what an answer tells by numbers that stand nowhere."""
        looking = [tool for tool in asked.offered if not changes(tool)]
        if self._decider is None or not looking:
            return []
        need, stopped = asked.rounds.reservation.need, lambda: asked.outlet.stopped
        said = own_words.bare(asked.request.messages)
        return self._decider.sources(said, looking, numbers, need, stopped)
