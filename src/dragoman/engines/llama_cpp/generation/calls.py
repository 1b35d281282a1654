"""One choice's calls: one after the other, and after each the question whether there are more."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from dragoman.domain.chat import (
    Alternative,
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    FinishReason,
    ToolCallDelta,
    ToolCallStarted,
)
from dragoman.domain.engine import Outlet, Stopped
from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.constraints import grammar
from dragoman.engines.llama_cpp.constraints.custom_grammars import Input
from dragoman.engines.llama_cpp.constraints.references import Json
from dragoman.engines.llama_cpp.constraints.validity import is_valid
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.generation.choices import ensure_valid
from dragoman.engines.llama_cpp.generation.completer import Completer
from dragoman.engines.llama_cpp.generation.throughput import watched
from dragoman.engines.llama_cpp.prompt import vision
from dragoman.engines.llama_cpp.prompt.rendering import Pieces, Scribe, TrustedText, UntrustedText
from dragoman.engines.llama_cpp.prompt.vision import Shown
from dragoman.engines.llama_cpp.tools.answer_forms import Form, Rejected
from dragoman.engines.llama_cpp.tools.call_parser import CallParser, opens
from dragoman.engines.llama_cpp.tools.custom_inputs import InputFold
from dragoman.engines.llama_cpp.tools.decision.deciding import MORE
from dragoman.engines.llama_cpp.tools.grounding.checks import LONGEST_HELD, Vetting
from dragoman.engines.llama_cpp.tools.grounding.unmentioned import given_in

MOST_CALLS = 16
LONGEST_LIST = 1200
"""Characters of a list that nobody spoke of, in a later call, before it is taken to have no end."""
QUIET_ENDS = ("<|endoftext|>",)
"""Some models end what they were taught to call with this, not with the end of a turn."""


class ToolCalls:
    """Writes the calls of one choice."""

    def __init__(
        self,
        request: ChatRequest,
        form: Form,
        choice: int,
        outlet: Outlet[ChatEvent],
        need: Callable[[int], None],
        vetting: Vetting | None = None,
    ) -> None:
        """`vetting` None: whatever is written is called, but not twice in one turn."""
        self._request = request
        self._form = form
        self._top = request.top_logprobs
        self._choice = choice
        self._outlet = outlet
        self._need = need
        self._fold = CallParser(choice, request.top_logprobs)
        self._call: list[str] = []
        self._drawn: list[tuple[str, float]] = []
        """The arguments under way, in pieces, with the log-probability of each."""
        self._calls: list[tuple[str, str]] = []
        self._custom: Input | None = None
        """The form of the input of the call under way; None: it is no call of a custom tool."""
        self._end: str | None = None
        self._before = 0
        self._vetting = vetting or Vetting((), None)
        self._held: list[ChatEvent] = []
        """The call under way, as long as it may become one that is not made."""
        self._holding = False
        self._looked = 0
        """Characters of arguments from which on the call under way is looked at again."""
        self._cut: Rejected | None = None
        """Why the call under way is not written to its end."""
        self.rejected: Rejected | None = None
        """The first call, where it is not made and nothing was emitted."""
        self.decoded = 0
        self.cached = 0
        """Prompt tokens that needed no work."""

    def write(
        self,
        completer: Completer,
        prompt: list[int] | Shown,
        tokens: Callable[[Pieces], list[int]],
        scribe: Scribe,
        fields: Mapping[str, Any],
    ) -> None:
        """Decode calls until the model has no more to make."""
        left: int = fields["n_predict"]
        reason: FinishReason = self._form.reason
        for number in range(MOST_CALLS if self._form.several else 1):
            self._begin()
            on_chunk = self._on_chunk
            if number == 0 and not isinstance(prompt, Shown):
                on_chunk = watched(on_chunk, self._request, len(prompt), self._outlet)
            completer.complete(prompt, {**fields, "n_predict": left - self.decoded}, on_chunk)
            if self._custom and self._end != "length":
                head = self._pieces(scribe, UntrustedText(grammar.head(self._call[0])))
                following = _followed(prompt, head, tokens, scribe)
                self._type(self._custom, number, completer, following, fields)
            if not self._check(number):
                if self.rejected:
                    return
                break
            if self._end == "length":
                reason = "length"
                break
            name, arguments = self._call
            if not self._custom:
                ensure_valid(arguments, self._form.arguments[name])
            self._vetting.note(name, arguments)
            self._calls.append((name, arguments))
            if not self._form.several or self.decoded >= left:
                break
            prompt = _followed(prompt, self._written(scribe), tokens, scribe)
            first, _ = completer.first_tokens(prompt, lambda: self._outlet.stopped)
            following = self._following(_share_of_more(first))
            if following is None:
                break
            self._form = following
            fields = {**fields, "grammar": following.grammar}
        self._outlet.emit(ChoiceFinished(self._choice, reason))

    def _following(self, share: float) -> Form | None:
        """The form of another call; None: there is none. `share`: see `_share_of_more`."""
        if self._form.further:
            return self._form.further(self._calls, share)
        return self._form if share > MORE else None

    def _check(self, number: int) -> bool:
        """See that a call is whole; whether it is made.

        Raises:
            EngineFailed: the library left it.
            Stopped: nobody listens.
        """
        if self._outlet.stopped:
            raise Stopped
        if self._end is None:
            raise EngineFailed("llama.cpp ended before the answer did")
        if number == 0:
            self.cached = self._before
        rejected = self._rejection() if self._holding and self._end != "length" else None
        if rejected is None:
            self._release()
            return True
        self._held.clear()
        if number == 0:
            self.rejected = rejected
        return False

    def _rejection(self) -> Rejected | None:
        """Why the call that is held is not made; what may be left out of it is."""
        name, arguments = self._call
        custom = self._custom is not None
        if self._cut:
            if not self._calls or not self._leave_out(self._cut.invented):
                return self._cut
        else:
            rejected = self._vetting.rejection(name, arguments, self._drawn, custom=custom)
            if rejected or custom:
                return rejected
            if not self._leave_out(self._vetting.spare(name, arguments, self._drawn)):
                return None
        # What is left may be a call that was made before.
        return self._vetting.rejection(name, self._call[1], self._drawn)

    def _leave_out(self, names: Sequence[str]) -> bool:
        """Take arguments out of the call that is held, if it is valid without them.

        The call is not written anew: the grammar without them would lead to other values, too.
        """
        name, arguments = self._call
        parsed = cast("dict[str, Json]", given_in(arguments)) if names else {}
        left = {key: value for key, value in parsed.items() if key not in names}
        schema = self._form.arguments[name]
        if left == parsed or not is_valid(left, schema, schema):
            return False
        self._call[1] = json.dumps(left, ensure_ascii=False)
        started, *deltas = self._held
        pieces = [each for each in deltas if isinstance(each, ToolCallDelta)]
        logprobs = tuple(logprob for piece in pieces for logprob in piece.logprobs)
        delta = ToolCallDelta(self._choice, pieces[0].index, self._call[1], logprobs)
        self._held = [started, delta]
        return True

    def _begin(self) -> None:
        self._call = []
        self._drawn = []
        self._custom = None
        self._end = None
        self._looked = 0
        self._cut = None
        self._holding = True
        self._spent = self.decoded

    def _type(
        self,
        custom: Input,
        number: int,
        completer: Completer,
        prompt: list[int] | Shown,
        fields: Mapping[str, Any],
    ) -> None:
        """Decode the input of a custom tool, by itself: nothing in it is taken for the call's."""
        self._end = None
        self._spent = self.decoded
        fold = InputFold(self._choice, number, custom.rules, self._top)
        fields = {**fields, "n_predict": fields["n_predict"] - self.decoded}
        if custom.grammar:
            fields["grammar"] = custom.grammar
        else:
            del fields["grammar"]

        def on_chunk(chunk: CompletionChunk) -> bool:
            if self._outlet.stopped:
                raise Stopped
            self.decoded = self._spent + chunk.decoded
            self._need(self.decoded)
            self._emit(fold.feed(chunk.text, chunk.token))
            self._end = "stop" if fold.stopped else chunk.end
            if chunk.end:
                self._emit(fold.finish(whole=chunk.end != "length"))
            return fold.stopped

        if fields["n_predict"] > 0:
            completer.complete(prompt, fields, on_chunk)
        else:
            self._end = "length"

    def _emit(self, events: Sequence[ChatEvent]) -> None:
        for event in events:
            match event:
                case ToolCallStarted():
                    self._call = [event.name, ""]
                    self._custom = self._form.inputs[event.name] if event.custom else None
                case ToolCallDelta():
                    self._call[1] += event.arguments
                case _:
                    pass
            self._held.append(event)
            if not (self._holding and self._is_awaited()):
                self._release()
            elif self._cut:
                return

    def _is_awaited(self) -> bool:
        """Whether more of the call under way is held, because it may not be made as it stands.

        A list that nobody spoke of is where the first call ends, which is written anew without it.
        A later call goes on, as long as the list does not seem to have no end: it is left out.
        """
        name, arguments = self._call
        if self._vetting.may_reject(name, arguments, custom=self._custom is not None):
            return True
        if len(arguments) < self._looked:
            return True
        lists = self._vetting.unmentioned(name, arguments)
        if lists is None:
            return False
        self._looked = len(arguments) + LONGEST_HELD
        parsed = given_in(arguments)
        if not self._calls or any(len(str(parsed[each])) > LONGEST_LIST for each in lists.invented):
            self._cut = lists
        return True

    def _release(self) -> None:
        self._holding = False
        for event in self._held:
            self._outlet.emit(event)
        self._held.clear()

    def _on_chunk(self, chunk: CompletionChunk) -> bool:
        if self._outlet.stopped:
            raise Stopped
        self._before = max(self._before, chunk.cached)
        self.decoded = self._spent + chunk.decoded
        self._need(self.decoded)
        events = self._fold.feed(chunk.text, chunk.token)
        logprob = chunk.token.logprob if chunk.token else 0.0
        self._drawn += [
            (each.arguments, logprob) for each in events if isinstance(each, ToolCallDelta)
        ]
        self._emit(events)
        self._end = chunk.end or ("stop" if self._cut else self._end)
        return self._custom is not None or self._cut is not None

    def _written(self, scribe: Scribe) -> Pieces:
        name, arguments = self._call
        if self._custom:
            call = grammar.head(name) + arguments
        else:
            call = f'{{"name": "{name}", "arguments": {arguments}}}'
        return self._pieces(scribe, UntrustedText(call), TrustedText(grammar.CALL_END + "\n"))

    def _pieces(self, scribe: Scribe, *content: TrustedText | UntrustedText) -> Pieces:
        return scribe.pieces((TrustedText(grammar.CALL), *content))


def _followed(
    prompt: list[int] | Shown,
    written: Pieces,
    tokens: Callable[[Pieces], list[int]],
    scribe: Scribe,
) -> list[int] | Shown:
    if isinstance(prompt, Shown):
        return prompt.followed_by(vision.written(written, scribe))
    return prompt + tokens(written)


def _share_of_more(first: Sequence[Alternative]) -> float:
    """Of the probability of going on or ending, what is for going on."""
    quiet = [item for item in first if item.token in QUIET_ENDS]
    ends = quiet or [item for item in first if not item.data and not opens(item.token, ())]
    more = sum(math.exp(item.logprob) for item in first if opens(item.token, ()))
    end = sum(math.exp(item.logprob) for item in ends)
    return more / (more + end) if more else 0.0
