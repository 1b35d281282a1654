"""Whether a call is made, decided by short questions to the model."""

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from dragoman.domain.chat import Alternative
from dragoman.domain.conversation import AnyTool, Message
from dragoman.domain.engine import Stopped
from dragoman.engines.llama_cpp.prompt.rendering import Pieces, Turn, Writer
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.engines.llama_cpp.tools.answer_forms import Rejected
from dragoman.engines.llama_cpp.tools.decision import (
    candidates,
    conditions,
    examples,
    questions,
    retry,
)
from dragoman.engines.llama_cpp.tools.decision.effects import changes
from dragoman.engines.llama_cpp.tools.decision.excerpt import (
    STEP,
    STEPS,
    alone,
    clipped,
    listed,
    repeats,
    request,
    taken,
)
from dragoman.engines.llama_cpp.tools.decision.shares import (
    LEAST,
    NEARLY,
    Asker,
    likeliest,
    odds,
    share_of,
)

Look: TypeAlias = Callable[
    [Sequence[int], Callable[[], bool]], tuple[tuple[Alternative, ...], object]
]
"""The likeliest tokens after a prompt: `Completer.first_tokens`."""

GLANCE_S = 0.05
"""How often one who waits for his turn looks whether his client is still there."""
MOST_FITS = 2
"""Functions that are looked at alone, until one fits."""
FARTHEST = 6.0
"""The log-odds that one question hardly ever exceeds."""
MORE = 0.02
"""The share of going on above which, without a question, there is another call."""
NOT_MET = 0.95
"""Log-odds of a condition that is not met, from which on nothing is changed."""
LEAST_SHARE = 1e-4
"""Where the model goes on more seldom, it is not asked whether it should."""


class TooLong(Exception):
    """A question does not fit the context."""


class Decider:
    """Asks the questions of one model."""

    def __init__(
        self,
        look: Look,
        tokens: Callable[[Pieces], list[int]],
        writer: Writer,
        settings: Settings,
        context: int,
    ) -> None:
        """`context`: tokens that a question may have at most."""
        self._look = look
        self._tokens = tokens
        self._writer = writer
        self._settings = settings
        self._context = context
        self._turn = threading.Lock()

    def prompts(self) -> list[list[int]]:
        """The questions about nothing: what is read for every request begins like them."""
        return [
            self._tokens(self._writer.write(turns))
            for turns in (
                questions.kind(""),
                questions.name((), ""),
                questions.fit("", ""),
                questions.first((), ""),
                questions.further("", ("",)),
                questions.state("", ("",)),
                questions.following((), "", ("",)),
                questions.met("", ("",)),
            )
        ]

    def calls(
        self,
        messages: Sequence[Message],
        tools: Sequence[AnyTool],
        need: Callable[[int], None],
        stopped: Callable[[], bool],
    ) -> bool | None:
        """Whether one of `tools` is to be called now; None: the questions do not fit.

        `need` takes cells for a question.

        Raises:
            Stopped: nobody listens.
        """
        settings = self._settings
        if repeats(messages):
            return False
        if messages[-1].role == "tool":
            score = settings.next_bias
            weights = [settings.state_weight, settings.next_weight, settings.next_fit_weight]
        else:
            score = settings.call_bias
            weights = [settings.kind_weight, settings.name_weight, settings.fit_weight]
        evidence = self.evidence(messages, tools, need, stopped)
        try:
            while weights and abs(score) < FARTHEST * sum(weights):
                score += weights.pop(0) * next(evidence)
        except TooLong:
            return None
        return score > 0

    def permitted(
        self,
        messages: Sequence[Message],
        tools: Sequence[AnyTool],
        need: Callable[[int], None],
        stopped: Callable[[], bool],
    ) -> list[AnyTool]:
        """Those of `tools` that may be called at all; see `candidates`.

        Raises:
            Stopped: nobody listens.
        """
        left = candidates.allowed(messages, tools)
        looking = [tool for tool in left if not changes(tool)]
        if len(looking) == len(left):
            return left
        ask = self._asker(questions.kind(request(messages)), need, stopped)
        try:
            action = odds(ask(""), [examples.ACTION], [examples.LOOKUP])
            to_do = self._settings.action_bias + action > 0
            waits = to_do and self._waits(messages, need, stopped, may_look=bool(looking))
        except TooLong:
            return left
        return looking if waits or not to_do else left

    def _waits(
        self,
        messages: Sequence[Message],
        need: Callable[[int], None],
        stopped: Callable[[], bool],
        *,
        may_look: bool,
    ) -> bool:
        """Whether a change must wait, because its condition is not known yet, or is not to be.

        Raises:
            TooLong: the question does not fit.
        """
        spoken = [message.text for message in messages if message.role == "user"]
        if not spoken or not conditions.is_set(spoken[-1]):
            return False
        if messages[-1].role != "tool":
            return may_look
        if conditions.outcome(messages) is not None:
            return False
        ask = self._asker(questions.met(request(messages), taken(messages)), need, stopped)
        against = odds(ask(""), [examples.NO], [examples.YES])
        return against > NOT_MET

    def names(
        self,
        messages: Sequence[Message],
        tools: Sequence[AnyTool],
        need: Callable[[int], None],
        stopped: Callable[[], bool],
    ) -> list[str]:
        """Which of `tools` the call that is to be made now may be of.

        A small model that writes a call at once calls what ends a task, and invents what it does
        not know yet.

        Raises:
            Stopped: nobody listens.
        """
        request_text = request(messages)
        if messages[-1].role == "tool":
            turns = questions.following(listed(tools), request_text, taken(messages))
        else:
            turns = questions.first(listed(tools, signatures=True), request_text)
        ask = self._asker(turns, need, stopped)
        try:
            return list(likeliest([tool.name for tool in tools], ask))
        except TooLong:
            return [tool.name for tool in tools]

    def further(
        self,
        messages: Sequence[Message],
        calls: Sequence[tuple[str, str]],
        share: float,
        need: Callable[[int], None],
        stopped: Callable[[], bool],
    ) -> bool:
        """Whether another call is to be made beside `calls`, names with arguments, at once.

        `share`: of the probability of going on or ending, what is for going on.

        Raises:
            Stopped: nobody listens.
        """
        if share < LEAST_SHARE:
            return False
        made = [f"{name}({clipped(arguments, STEP)})" for name, arguments in calls[-STEPS:]]
        turns = questions.further(request(messages), made)
        try:
            first = self._asker(turns, need, stopped)("")
        except TooLong:
            return share > MORE
        settings = self._settings
        score = settings.share_weight * math.log((share + LEAST) / (1 - share + LEAST))
        score += settings.further_weight * odds(first, [examples.MORE], [examples.DONE])
        return settings.further_bias + score > 0

    def alternatives(
        self,
        messages: Sequence[Message],
        tools: Sequence[AnyTool],
        rejected: Sequence[Rejected],
        need: Callable[[int], None],
        stopped: Callable[[], bool],
    ) -> list[str]:
        """Which of `tools` finds out what was invented for the calls that are `rejected`; or none.

        Raises:
            Stopped: nobody listens.
        """
        names = [tool.name for tool in tools]
        steps = [
            *taken(messages),
            *(questions.unknown(each.name, each.invented) for each in rejected),
        ]
        turns = questions.following(listed(tools, signatures=True), request(messages), steps)
        try:
            first = self._asker(turns, need, stopped)("") if names else ()
        except TooLong:
            return []
        shares = {name: share_of(first, [name]) for name in (*names, examples.DONE)}
        most = max(shares.values())
        return (
            []
            if shares[examples.DONE] == most
            else [n for n in names if shares[n] >= NEARLY * most]
        )

    def sources(
        self,
        messages: Sequence[Message],
        tools: Sequence[AnyTool],
        numbers: Sequence[str],
        need: Callable[[int], None],
        stopped: Callable[[], bool],
    ) -> list[str]:
        """Which of `tools` finds out what an answer tells by `numbers` that stand nowhere; or none.

        Raises:
            Stopped: nobody listens.
        """
        unknown = [Rejected("answer", numbers)]
        names = self.alternatives(messages, tools, unknown, need, stopped)
        request_text = request(messages)

        def ask(turns: Sequence[Turn]) -> Asker:
            return self._asker(turns, need, stopped)

        try:
            return [t.name for t in tools if t.name in names and _fit(t, request_text, ask) > 0]
        except TooLong:
            return []

    def evidence(
        self,
        messages: Sequence[Message],
        tools: Sequence[AnyTool],
        need: Callable[[int], None],
        stopped: Callable[[], bool],
    ) -> Iterator[float]:
        """The log-odds of a call, by each of three questions; after a result two are others.

        Each is asked when it is taken. See `calls`.

        Raises:
            TooLong: one does not fit.
        """
        functions, names = listed(tools), [tool.name for tool in tools]
        request_text = request(messages)

        def ask(turns: Sequence[Turn]) -> Asker:
            return self._asker(turns, need, stopped)

        if messages[-1].role == "tool":
            steps = taken(messages)
            yield odds(
                ask(questions.state(request_text, steps))(""), [examples.MORE], [examples.DONE]
            )
            following = ask(questions.following(functions, request_text, steps))
            yield odds(following(""), names, [examples.DONE])
            chosen = _best(likeliest(names, following), tools)
            # What failed before something was looked up may be what was meant all along.
            again = (each for each in tools if retry.later_values(messages, each))
            others = [each for each in again if each.name != chosen.name]
            yield max(_fit(each, request_text, ask) for each in [chosen, *others][:MOST_FITS])
            return
        outside = [examples.LOOKUP, examples.ACTION]
        yield odds(ask(questions.kind(request_text))(""), outside, [examples.TEXT])
        named = ask(questions.name(functions, request_text))
        yield odds(named(""), names, [examples.NONE])
        best = -math.inf
        for _ in range(MOST_FITS):
            # What ends a chain of calls fits, what begins it may not seem to.
            shares = likeliest(names, named)
            chosen = _best(shares, tools)
            names.remove(chosen.name)
            best = max(best, _fit(chosen, request_text, ask))
            if best > 0 or not names:
                break
        yield best

    def _asker(
        self, turns: Sequence[Turn], need: Callable[[int], None], stopped: Callable[[], bool]
    ) -> Asker:
        """A function that gives the likeliest tokens after `turns` and a written beginning.

        It raises TooLong where that does not fit.
        """
        question = self._writer.write(turns)
        known: dict[str, Sequence[Alternative]] = {}

        def ask(written: str) -> Sequence[Alternative]:
            if written not in known:
                prompt = self._tokens([*question, written] if written else question)
                if len(prompt) >= self._context:
                    raise TooLong
                need(len(prompt) + 1)
                known[written] = self._first(prompt, stopped)
            return known[written]

        return ask

    def _first(self, prompt: Sequence[int], stopped: Callable[[], bool]) -> Sequence[Alternative]:
        """The likeliest tokens after `prompt`.

        One question at a time: llama.cpp keeps what it has read with one answer, so that two at
        once would both read all the examples.
        """
        while not self._turn.acquire(timeout=GLANCE_S):
            if stopped():
                raise Stopped
        try:
            return self._look(prompt, stopped)[0]
        finally:
            self._turn.release()


def _best(shares: Mapping[str, float], tools: Sequence[AnyTool]) -> AnyTool:
    name = max(shares, key=shares.__getitem__)
    return next(tool for tool in tools if tool.name == name)


def _fit(tool: AnyTool, request_text: str, ask: Callable[[Sequence[Turn]], Asker]) -> float:
    """The log-odds of a tool, looked at alone, giving what the request needs."""
    return odds(ask(questions.fit(alone(tool), request_text))(""), [examples.YES], [examples.NO])
