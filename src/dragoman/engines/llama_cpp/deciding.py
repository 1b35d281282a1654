"""Whether a call is made, decided by short questions to the model."""

import json
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast

from dragoman.domain.chat import Alternative
from dragoman.domain.conversation import AnyTool, CustomTool, Message
from dragoman.domain.engine import Stopped
from dragoman.engines.llama_cpp import conversation, questions
from dragoman.engines.llama_cpp.forms import Rejected
from dragoman.engines.llama_cpp.grounding import as_written
from dragoman.engines.llama_cpp.prompt import Pieces, Writer
from dragoman.engines.llama_cpp.settings import Settings

Look: TypeAlias = Callable[
    [Sequence[int], Callable[[], bool]], tuple[tuple[Alternative, ...], object]
]
"""The likeliest tokens after a prompt: `Decoder.look`."""

REQUEST, EARLIER, STEP = 600, 160, 320
"""Characters that are read of a request, of what was said before it, of a call with its result."""
DESCRIPTION, LISTED = 120, 6_000
"""Characters of one function's description, and of all functions."""
STEPS = 8
"""The last calls that are read."""
LEAST = 1e-6
"""A share that is as good as none: beyond it the log-odds say nothing."""
GLANCE_S = 0.05
"""How often one who waits for his turn looks whether his client is still there."""
NEARLY = 0.8
"""Of the likeliest function's share: another that has as much may be called, too."""
BEGINNINGS = 4
"""Tokens of names that begin alike which are looked at."""
SIGNATURE = 80
"""Characters of one function's name with its parameters."""
AGAIN = 2
"""As often may the same call have the same result before no more is made."""


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
                questions.first((), ""),
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
        found = self.evidence(messages, tools, need, stopped)
        if found is None:
            return None
        first, second = found
        if messages[-1].role == "tool":
            score = settings.state_weight * first + settings.next_weight * second
            return settings.next_bias + score > 0
        return settings.call_bias + settings.kind_weight * first + settings.name_weight * second > 0

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
        names: list[str] = [tool.name for tool in tools]
        said = request(messages)
        if messages[-1].role == "tool":
            turns = questions.following(listed(tools), said, taken(messages))
        else:
            turns = questions.first(listed(tools, signatures=True), said)
        question = self._writer.write(turns)
        written = ""
        for _ in range(BEGINNINGS):
            prompt = self._tokens([*question, written] if written else question)
            if len(names) < 2 or len(prompt) >= self._context:
                break
            need(len(prompt) + 1)
            first = self._first(prompt, stopped)
            shares: dict[str, float] = {
                name: _share(first, [name.removeprefix(written)]) for name in names
            }
            most = max(shares.values())
            names = [each for each in names if shares[each] >= NEARLY * most]
            # Names that begin alike are told apart by what comes after that.
            tokens = (each.token.strip() for each in first)
            starts = (each for each in tokens if each and _begins_one(names, written + each))
            token = next(starts, "")
            written += token
            if not token or not all(len(name) > len(written) for name in names):
                break
            if not all(name.startswith(written) for name in names):
                break
        return names

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
        prompt = self._tokens(self._writer.write(turns))
        if not names or len(prompt) >= self._context:
            return []
        need(len(prompt) + 1)
        first = self._first(prompt, stopped)
        shares = {name: _share(first, [name]) for name in (*names, questions.DONE)}
        most = max(shares.values())
        return (
            []
            if shares[questions.DONE] == most
            else [n for n in names if shares[n] >= NEARLY * most]
        )

    def evidence(
        self,
        messages: Sequence[Message],
        tools: Sequence[AnyTool],
        need: Callable[[int], None],
        stopped: Callable[[], bool],
    ) -> list[float] | None:
        """The log-odds of a call, by each of two questions, others after a result. See `calls`."""
        functions, names = listed(tools), [tool.name for tool in tools]
        said = request(messages)
        if messages[-1].role == "tool":
            steps = taken(messages)
            cases = [
                (questions.state(said, steps), [questions.MORE], questions.DONE),
                (questions.following(functions, said, steps), names, questions.DONE),
            ]
        else:
            cases = [
                (questions.kind(said), [questions.LOOKUP, questions.ACTION], questions.TEXT),
                (questions.name(functions, said), names, questions.NONE),
            ]
        found: list[float] = []
        for turns, for_it, against in cases:
            prompt = self._tokens(self._writer.write(turns))
            if len(prompt) >= self._context:
                return None
            need(len(prompt) + 1)
            found.append(odds(self._first(prompt, stopped), for_it, [against]))
        return found

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


def _begins_one(names: Sequence[str], beginning: str) -> bool:
    return any(name.startswith(beginning) for name in names)


def _begins(word: str, token: str) -> bool:
    # One letter may be the beginning of anything.
    return word.startswith(token) and (len(token) > 1 or len(word) == 1)


def request(messages: Sequence[Message]) -> str:
    """The last thing that the user said, with what was said just before."""
    at = max((n for n, message in enumerate(messages) if message.role == "user"), default=None)
    if at is None:
        return questions.request(clipped(messages[-1].text, REQUEST))
    said = clipped(messages[at].text, REQUEST)
    before = [message for message in messages[:at] if message.role in ("user", "assistant")]
    earlier = [clipped(message.text, EARLIER) for message in before if message.text][-2:]
    return questions.request(said, earlier)


def listed(tools: Sequence[AnyTool], *, signatures: bool = False) -> list[str]:
    """A line for each tool: its name and the first sentence about it, less where there are many.

    With `signatures` the names of its parameters stand after its own.
    """
    most = min(DESCRIPTION, LISTED // max(1, len(tools)))
    return [
        _line(_signature(tool) if signatures else tool.name, tool.description, most)
        for tool in tools
    ]


def _signature(tool: AnyTool) -> str:
    properties: object = None if isinstance(tool, CustomTool) else tool.parameters.get("properties")
    if not isinstance(properties, Mapping):
        return tool.name
    names = ", ".join(cast("Mapping[str, object]", properties))
    return f"{tool.name}({clipped(names, max(0, SIGNATURE - len(tool.name)))})"


def _line(name: str, description: str, most: int) -> str:
    first = " ".join(description.split()).partition(". ")[0]
    about = clipped(first, max(0, most - len(name)))
    return f"{name}: {about}" if about else name


def taken(messages: Sequence[Message]) -> list[str]:
    """The last calls since the user spoke, with what came of them."""
    return [
        f"{name}({clipped(arguments, STEP)}): {clipped(result, STEP) or conversation.EMPTY}"
        for name, arguments, result in _steps(messages)[-STEPS:]
    ]


def repeats(messages: Sequence[Message]) -> bool:
    """Whether the last call was made before with the same result, so that it leads nowhere."""
    steps = _steps(messages)
    return bool(steps) and steps.count(steps[-1]) >= AGAIN


def answered(messages: Sequence[Message]) -> list[str]:
    """The calls since the user spoke that have a result."""
    return [as_written(name, arguments) for name, arguments, _ in _steps(messages)]


def _steps(messages: Sequence[Message]) -> list[tuple[str, str, str]]:
    asked = max((n for n, message in enumerate(messages) if message.role == "user"), default=0)
    calls = {call.id: call for message in messages[asked:] for call in message.tool_calls}
    steps: list[tuple[str, str, str]] = []
    for message in messages[asked:]:
        if message.role == "tool":
            call = calls.get(message.tool_call_id or "")
            name, arguments = (call.name, call.arguments) if call else ("", "")
            steps.append((name, _plain(arguments), message.text.strip()))
    return steps


def _plain(arguments: str) -> str:
    """JSON as calls are decoded, without other white space."""
    try:
        value: Mapping[str, object] = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return arguments
    return json.dumps(value, ensure_ascii=False)


def clipped(text: str, most: int) -> str:
    """The text, or its beginning and its end."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end]} … {text[len(text) - end :]}" if most else ""
