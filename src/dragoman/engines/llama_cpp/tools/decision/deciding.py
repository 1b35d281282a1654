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
from dragoman.engines.llama_cpp.tools.decision import candidates, examples, questions, retry
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

Look: TypeAlias = Callable[
    [Sequence[int], Callable[[], bool]], tuple[tuple[Alternative, ...], object]
]
"""The likeliest tokens after a prompt: `Decoder.look`."""

Asker: TypeAlias = Callable[[str], Sequence[Alternative]]
"""The likeliest tokens of an answer that begins with a text."""

LEAST = 1e-6
"""A share that is as good as none: beyond it the log-odds say nothing."""
GLANCE_S = 0.05
"""How often one who waits for his turn looks whether his client is still there."""
NEARLY = 0.8
"""Of the likeliest function's share: another that has as much may be called, too."""
BEGINNINGS = 4
"""Tokens of names that begin alike which are looked at."""
MOST_FITS = 2
"""Functions that are looked at alone, until one fits."""
FARTHEST = 6.0
"""The log-odds that one question hardly ever exceeds."""
MORE = 0.02
"""Without a question, called again where going on has more than this share."""
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
        if not any(map(candidates.changes, left)):
            return left
        ask = self._asker(questions.kind(request(messages)), need, stopped)
        try:
            action = odds(ask(""), [examples.ACTION], [examples.LOOKUP])
        except TooLong:
            return left
        to_do = self._settings.action_bias + action > 0
        return left if to_do else [tool for tool in left if not candidates.changes(tool)]

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
        said = request(messages)
        if messages[-1].role == "tool":
            turns = questions.following(listed(tools), said, taken(messages))
        else:
            turns = questions.first(listed(tools, signatures=True), said)
        ask = self._asker(turns, need, stopped)
        try:
            return list(_likeliest([tool.name for tool in tools], ask))
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
        shares = {name: _share(first, [name]) for name in (*names, examples.DONE)}
        most = max(shares.values())
        return (
            []
            if shares[examples.DONE] == most
            else [n for n in names if shares[n] >= NEARLY * most]
        )

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
        said = request(messages)

        def ask(turns: Sequence[Turn]) -> Asker:
            return self._asker(turns, need, stopped)

        if messages[-1].role == "tool":
            steps = taken(messages)
            yield odds(ask(questions.state(said, steps))(""), [examples.MORE], [examples.DONE])
            following = ask(questions.following(functions, said, steps))
            yield odds(following(""), names, [examples.DONE])
            likeliest = _best(_likeliest(names, following), tools)
            # What failed before something was looked up may be what was meant all along.
            again = (each for each in tools if retry.found(messages, each))
            others = [each for each in again if each.name != likeliest.name]
            yield max(_fit(each, said, ask) for each in [likeliest, *others][:MOST_FITS])
            return
        outside = [examples.LOOKUP, examples.ACTION]
        yield odds(ask(questions.kind(said))(""), outside, [examples.TEXT])
        named = ask(questions.name(functions, said))
        yield odds(named(""), names, [examples.NONE])
        best = -math.inf
        for _ in range(MOST_FITS):
            # What ends a chain of calls fits, what begins it may not seem to.
            shares = _likeliest(names, named)
            likeliest = _best(shares, tools)
            names.remove(likeliest.name)
            best = max(best, _fit(likeliest, said, ask))
            if best > 0 or not names:
                break
        yield best

    def _asker(
        self, turns: Sequence[Turn], need: Callable[[int], None], stopped: Callable[[], bool]
    ) -> Asker:
        """What tells the likeliest tokens after a question, once it is known how they begin.

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


def _fit(tool: AnyTool, said: str, ask: Callable[[Sequence[Turn]], Asker]) -> float:
    """The log-odds of a tool, looked at alone, giving what the request needs."""
    return odds(ask(questions.fit(alone(tool), said))(""), [examples.YES], [examples.NO])


def _likeliest(names: Sequence[str], ask: Asker) -> dict[str, float]:
    """The shares of the likeliest of `names`, and of those that are nearly as likely."""
    shares, written = dict.fromkeys(names, 1.0), ""
    for _ in range(BEGINNINGS):
        if len(shares) < 2:
            break
        first = ask(written)
        shares = _largest(first, list(shares), written)
        # Names that begin alike are told apart by what comes after that.
        token = _beginning(first, list(shares), written)
        written += token
        if not token or not all(
            len(name) > len(written) and name.startswith(written) for name in shares
        ):
            break
    return shares


def _largest(first: Sequence[Alternative], names: Sequence[str], written: str) -> dict[str, float]:
    """The shares of those of `names`, begun with `written`, that have the largest, or nearly."""
    shares = {name: _share(first, [name.removeprefix(written)]) for name in names}
    most = max(shares.values())
    return {name: share for name, share in shares.items() if share >= NEARLY * most}


def _beginning(first: Sequence[Alternative], names: Sequence[str], written: str) -> str:
    """The likeliest token with which one of `names` goes on after `written`, if there is one."""
    tokens = (each.token.strip() for each in first)
    starts = (
        token
        for token in tokens
        if token and any(name.startswith(written + token) for name in names)
    )
    return next(starts, "")


def odds(first: Sequence[Alternative], for_it: Sequence[str], against: Sequence[str]) -> float:
    """The log-odds of the words `for_it`, by the tokens that they may begin with."""
    return math.log((_share(first, for_it) + LEAST) / (_share(first, against) + LEAST))


def _share(first: Sequence[Alternative], words: Sequence[str]) -> float:
    lower = [word.lower() for word in words]
    return sum(
        math.exp(item.logprob)
        for item in first
        if (token := item.token.strip().lower()) and any(_begins(word, token) for word in lower)
    )


def _begins(word: str, token: str) -> bool:
    # One letter may be the beginning of anything.
    return word.startswith(token) and (len(token) > 1 or len(word) == 1)
