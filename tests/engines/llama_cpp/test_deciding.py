"""Whether to call, from the answers to questions."""

import json
import math
from collections.abc import Callable, Mapping, Sequence

import pytest

from dragoman.domain.chat import Alternative, ChatRequest
from dragoman.domain.conversation import Message, TextPart, Tool, ToolCall
from dragoman.domain.engine import Stopped
from dragoman.engines.llama_cpp.gguf import Vocabulary
from dragoman.engines.llama_cpp.prompt.rendering import ChatMl, Pieces, Scribe
from dragoman.engines.llama_cpp.settings import Settings
from dragoman.engines.llama_cpp.tools.answer_forms import Form, Forms
from dragoman.engines.llama_cpp.tools.decision import examples, excerpt, questions
from dragoman.engines.llama_cpp.tools.decision.deciding import Decider
from dragoman.engines.llama_cpp.tools.decision.excerpt import listed, repeats, request, taken
from dragoman.engines.llama_cpp.tools.decision.shares import odds

SPECIAL = {"<|im_start|>": 1, "<|im_end|>": 2}
SCRIBE = Scribe(Vocabulary(special=SPECIAL, size=3, end=2))
WEATHER = Tool("get_weather", "Get the weather of a city. In degrees.", {"type": "object"})


def said(role: str, text: str, call: str | None = None) -> Message:
    return Message(role, (TextPart(text),), tool_call_id=call)  # pyright: ignore[reportArgumentType]


def called(*calls: tuple[str, str, str]) -> Message:
    return Message("assistant", (), tool_calls=tuple(ToolCall(*call) for call in calls))


def alternatives(**shares: float) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(token, math.log(share), token.encode()) for token, share in shares.items()
    )


class Model:
    """Answers each question as it is told to; knows what it was asked."""

    def __init__(self, *answers: tuple[Alternative, ...]) -> None:
        self._answers = list(answers)
        self.prompts: list[str] = []
        self.needed: list[int] = []
        self._texts: dict[int, str] = {}

    def tokens(self, pieces: Pieces) -> list[int]:
        """A token a piece, which the text is found by."""
        number = len(self._texts)
        self._texts[number] = "".join(map(str, pieces))
        return [number] * 40

    def look(
        self, prompt: Sequence[int], stopped: Callable[[], bool]
    ) -> tuple[tuple[Alternative, ...], int]:
        if stopped():
            raise Stopped
        self.prompts.append(self._texts[prompt[0]])
        return self._answers.pop(0), 0

    def decides(
        self,
        *messages: Message,
        tools: Sequence[Tool] = (WEATHER,),
        options: Mapping[str, float] | None = None,
        context: int = 100,
    ) -> bool | None:
        settings = Settings.of({"tool_decision": "questions", **(options or {})})
        decider = Decider(self.look, self.tokens, ChatMl(SCRIBE, None), settings, context)
        return decider.calls(messages, tools, self.needed.append, lambda: False)


def test_the_sum_of_what_the_questions_tell_decides() -> None:
    outside, inside = alternatives(lookup=0.8, text=0.2), alternatives(lookup=0.2, text=0.8)
    name, none = alternatives(get=0.9, none=0.1), alternatives(get=0.1, none=0.9)
    yes, no = alternatives(yes=0.7, no=0.3), alternatives(yes=0.3, no=0.7)
    assert Model(outside, name, yes).decides(said("user", "Rain in Oslo?"))
    assert Model(inside, name, yes).decides(said("user", "Rain in Oslo?"))
    assert not Model(inside, none, yes).decides(said("user", "Rain in Oslo?"))
    assert not Model(outside, none, no).decides(said("user", "Rain in Oslo?"))
    weighted = {"kind_weight": 3.0}
    assert Model(outside, none, no).decides(said("user", "Rain in Oslo?"), options=weighted)
    weighted = {"fit_weight": 5.0}
    assert not Model(outside, name, no).decides(said("user", "Rain?"), options=weighted)
    assert not Model(outside, name, yes).decides(said("user", "Rain?"), options={"call_bias": -9.0})


def test_a_question_that_can_change_nothing_any_more_is_not_asked() -> None:
    sure, unsure = alternatives(text=0.99, lookup=0.01), alternatives(text=0.6, lookup=0.4)
    model = Model(sure, alternatives(none=0.99, get=0.01))
    assert not model.decides(said("user", "Hello!"))
    assert len(model.prompts) == 2
    model = Model(unsure, alternatives(none=0.9, get=0.1), alternatives(no=1.0))
    assert not model.decides(said("user", "Hello!"))
    assert len(model.prompts) == 3


def test_the_likeliest_function_alone_is_held_against_the_request() -> None:
    schema = {"type": "object", "properties": {"city": True}}
    tools = [
        Tool("get_time", "Tell the time", schema),
        Tool("get_weather", "Tell the weather", schema),
    ]
    model = Model(
        alternatives(text=0.5, lookup=0.5),
        alternatives(get=0.7, none=0.3),
        alternatives(_weather=0.6, _time=0.2),
        alternatives(yes=0.9, no=0.1),
    )
    assert model.decides(said("user", "Rain in Oslo?"), tools=tools)
    fit = model.prompts[-1]
    assert "Functions:\n- get_weather(city): Tell the weather\n\nRequest: Rain in Oslo?" in fit
    assert "get_time" not in fit


def test_a_request_fits_if_one_of_the_two_likeliest_functions_does() -> None:
    tools = [Tool(name, "", {"type": "object"}) for name in ("number", "record", "way")]
    asks = said("user", "Who is the manager of Ilse Kuhn?")
    unsure = alternatives(text=0.5, lookup=0.5)
    named = alternatives(number=0.6, record=0.2, none=0.2)
    no, yes = alternatives(no=0.99, yes=0.01), alternatives(yes=0.9, no=0.1)
    model = Model(unsure, named, no, yes)
    assert model.decides(asks, tools=tools)
    assert "- number\n" in model.prompts[2]
    assert "- record\n" in model.prompts[3]
    model = Model(unsure, named, no, no)
    assert not model.decides(asks, tools=tools)
    assert len(model.prompts) == 4


def test_the_questions_show_the_request_and_the_functions_in_a_line_each() -> None:
    model = Model(alternatives(text=0.99, lookup=0.01), alternatives(none=0.99, get=0.01))
    model.decides(said("system", "Be brief."), said("user", "Rain <|im_end|> in Oslo?"))
    kind, name = model.prompts
    assert kind.endswith("Request: Rain <|im_end|> in Oslo?2\n1assistant\n")
    assert "Functions:\n- get_weather: Get the weather of a city\n\nRequest: Rain" in name
    assert "Be brief." not in kind + name


def test_after_a_result_other_questions_say_whether_there_is_more_to_call() -> None:
    history = (
        said("user", "Rain where I am?"),
        called(("a", "locate", "{}")),
        said("tool", '{"town": "Oslo"}', "a"),
    )
    more, done = alternatives(more=0.8, done=0.2), alternatives(more=0.2, done=0.8)
    name, none = alternatives(get=0.9, done=0.1), alternatives(get=0.1, done=0.9)
    yes, no = alternatives(yes=0.5, no=0.5), alternatives(yes=0.01, no=0.99)
    model = Model(more, name, yes)
    assert model.decides(*history)
    state, following, fit = model.prompts
    assert 'Rain where I am?\nCalled:\n- locate({}): {"town": "Oslo"}2\n1assistant' in state
    assert 'Called:\n- locate({}): {"town": "Oslo"}\n\nNext?' in following
    assert "get_weather" in fit
    assert "Rain where I am?" in fit
    assert "Called" not in fit.rpartition("get_weather")[2]
    assert Model(done, name, yes).decides(*history)
    assert not Model(done, name, yes).decides(*history, options={"state_weight": 3.0})
    assert not Model(more, none, yes).decides(*history)
    assert not Model(more, name, no).decides(*history)
    assert not Model(more, name).decides(*history, options={"next_bias": -29.0})


def test_what_failed_before_a_lookup_is_looked_at_as_well() -> None:
    parameters = {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}
    tools = (Tool("locate", "The aisle of a SKU", parameters), Tool("search", "Find SKUs", {}))
    failed = (called(("a", "locate", '{"sku": "straps"}')), said("tool", "Error: no such SKU", "a"))
    known = (called(("a", "locate", '{"sku": "RS-1"}')), said("tool", '{"aisle": 14}', "a"))
    search = (called(("b", "search", "{}")), said("tool", '[{"sku": "RS-2209"}]', "b"))
    more, name = alternatives(more=0.6, done=0.4), alternatives(search=0.6, done=0.4)
    yes, no = alternatives(yes=0.99, no=0.01), alternatives(yes=0.01, no=0.99)
    user = said("user", "In which aisle are the straps?")
    model = Model(more, name, no, yes)
    assert model.decides(user, *failed, *search, tools=tools)
    assert "locate(sku): The aisle of a SKU" in model.prompts[-1]
    assert not Model(more, name, no).decides(user, *known, *search, tools=tools)


def test_a_call_that_had_the_same_result_twice_is_not_followed_by_another() -> None:
    once = (called(("a", "f", '{"x": 1, "y": 2}')), said("tool", "error", "a"))
    again = (called(("b", "f", '{"x":1,"y":2}')), said("tool", "error", "b"))
    other = (called(("b", "f", '{"x": 1, "y": 2}')), said("tool", "ready", "b"))
    user = said("user", "Do it.")
    assert not repeats([user, *once])
    assert not repeats([user, *once, *other])
    assert repeats([user, *once, *again])
    assert not repeats([user, *once, user, *again])
    assert Model().decides(user, *once, *again) is False


def test_a_question_that_does_not_fit_is_not_asked() -> None:
    model = Model()
    assert model.decides(said("user", "Rain?"), context=40) is None
    assert model.prompts == model.needed == []


def test_room_is_taken_for_each_question() -> None:
    model = Model(alternatives(text=0.99, lookup=0.01), alternatives(none=0.99, get=0.01))
    model.decides(said("user", "Rain?"))
    assert model.needed == [41, 41]


def test_whoever_leaves_is_asked_no_more() -> None:
    model = Model()
    decider = Decider(model.look, model.tokens, ChatMl(SCRIBE, None), Settings(), 100)
    with pytest.raises(Stopped):
        decider.calls([said("user", "Rain?")], [WEATHER], model.needed.append, lambda: True)


def test_words_are_known_by_the_tokens_that_they_begin_with() -> None:
    first = alternatives(get=0.5, Get=0.1, g=0.1, none=0.2, done=0.1)
    assert odds(first, ["get_weather"], ["none"]) == pytest.approx(math.log(0.6 / 0.2), abs=1e-4)
    assert odds((), ["get_weather"], ["none"]) == 0
    assert odds(alternatives(a=1.0), ["a"], ["none"]) > 10


def test_a_request_comes_with_what_was_said_before_it() -> None:
    history = [
        said("user", "Hi"),
        said("assistant", "Hello!"),
        said("user", "Rain in Oslo?"),
        called(("a", "f", "{}")),
        said("tool", "no", "a"),
        said("assistant", "No."),
        said("user", "And in Rome?"),
    ]
    assert request(history) == "Earlier: Rain in Oslo? / No.\nRequest: And in Rome?"
    assert request(history[:1]) == "Request: Hi"
    assert request([said("system", "Say hello.")]) == "Request: Say hello."


def test_what_is_read_is_bounded_however_much_there_is() -> None:
    assert len(request([said("user", "x" * 100_000)])) < 700
    assert "begin" in request([said("user", "begin" + "x" * 100_000 + "end")])
    assert request([said("user", "begin" + "x" * 100_000 + "end")]).endswith("end")
    many = [Tool(f"tool_{number}", "word " * 1000, {"type": "object"}) for number in range(128)]
    assert len("\n".join(listed(many))) < excerpt.LISTED + 128 * 8
    assert listed([Tool("f", "", {})]) == ["f"]
    calls = [(str(number), "f", json.dumps({"x": "y" * 5000})) for number in range(50)]
    steps = [step for call in calls for step in (called(call), said("tool", "z" * 5000, call[0]))]
    assert len("".join(taken([said("user", "Go"), *steps]))) < 7_000


def test_an_empty_result_is_called_so() -> None:
    steps = taken([said("user", "Go"), called(("a", "f", "")), said("tool", " \n", "a")])
    assert steps == ["f({}): (empty)"]


def test_text_that_does_not_follow_the_tools_may_begin_with_anything() -> None:
    forms = Forms(ChatRequest((said("user", "Hi"),), tools=(WEATHER,)), (WEATHER,), SPECIAL)
    assert forms.text(shown=False) == Form("text")
    assert "[^<{" in (forms.text().grammar or "")


def test_every_example_is_answered_with_a_word_that_counts() -> None:
    answers = {turn.content[0].text for turn in questions.kind("") if turn.role == "assistant"}
    assert answers == {examples.TEXT, examples.LOOKUP, examples.ACTION}
    fits = {turn.content[0].text for turn in questions.fit("", "")[2::2]}
    assert fits == {examples.YES, examples.NO}
    further = {turn.content[0].text for turn in questions.further("", ("",))[2::2]}
    assert further == {examples.DONE, examples.MORE}
    states = {turn.content[0].text for turn in questions.state("", ("",))[2::2]}
    assert states == {examples.DONE, examples.MORE}
    for turns, end in (
        (questions.name((), ""), examples.NONE),
        (questions.following((), "", ("",)), examples.DONE),
        (questions.first((), ""), None),
    ):
        for shown, answer in zip(turns[1:-1:2], turns[2:-1:2], strict=True):
            word = answer.content[0].text
            listed = shown.content[0].text
            assert word == end or f"- {word}:" in listed or f"- {word}(" in listed


def test_a_call_is_of_the_function_that_must_come_first() -> None:
    schema = {"type": "object", "properties": {"to": True, "text": True}}
    tools = [Tool(name, "", schema) for name in ("send_note", "find_contact")]
    model = Model(alternatives(find=0.8, send=0.1))
    decider = Decider(model.look, model.tokens, ChatMl(SCRIBE, None), Settings(), 100)
    asks = [said("user", "Tell Leo.")], tools
    assert decider.names(*asks, model.needed.append, lambda: False) == ["find_contact"]
    assert "send_note(to, text)" in model.prompts[0]


def test_names_that_begin_alike_are_told_apart_by_what_follows() -> None:
    names = ("customer_id", "customer_orders", "stop_order")
    tools = [Tool(name, "", {"type": "object"}) for name in names]
    model = Model(alternatives(customer=0.7, stop=0.2), alternatives(_id=0.9, _orders=0.1))
    decider = Decider(model.look, model.tokens, ChatMl(SCRIBE, None), Settings(), 100)
    asks = [said("user", "Stop it.")], tools
    assert decider.names(*asks, model.needed.append, lambda: False) == ["customer_id"]


def test_two_functions_that_are_as_likely_may_both_be_called() -> None:
    tools = [Tool(name, "", {"type": "object"}) for name in ("lock_door", "start_vacuum")]
    model = Model(alternatives(lock=0.5, start=0.4))
    decider = Decider(model.look, model.tokens, ChatMl(SCRIBE, None), Settings(), 100)
    asks = [said("user", "Lock the door and clean.")], tools
    assert decider.names(*asks, model.needed.append, lambda: False) == ["lock_door", "start_vacuum"]


def further(*answers: tuple[Alternative, ...], share: float, **options: float) -> bool:
    model = Model(*answers)
    settings = Settings.of({"tool_decision": "questions", **options})
    decider = Decider(model.look, model.tokens, ChatMl(SCRIBE, None), settings, 100)
    messages, made = [said("user", "Rain in Oslo and Rome?")], [("weather", '{"city": "Oslo"}')]
    more = decider.further(messages, made, share, model.needed.append, lambda: False)
    shown = 'Rain in Oslo and Rome?\nCalled:\n- weather({"city": "Oslo"})2'
    assert all(shown in prompt for prompt in model.prompts)
    assert len(model.prompts) == len(answers)
    return more


def test_another_call_is_made_at_once_where_the_model_and_the_question_say_so_together() -> None:
    more, done = alternatives(more=0.7, done=0.3), alternatives(more=0.3, done=0.7)
    assert further(more, share=0.5)
    assert not further(done, share=0.5)
    assert not further(more, share=0.2)
    assert further(more, share=0.2, share_weight=0.1)
    assert further(done, share=0.5, further_bias=1.0)


def test_where_the_model_hardly_ever_goes_on_it_is_not_asked() -> None:
    assert not further(share=0.00001)


STOCK = Tool("get_stock", "Get how many there are", {"type": "object"})
ORDER = Tool("order_more", "Order a thing", {"type": "object"})
ACTION_TO_DO = alternatives(action=0.9, lookup=0.1)


def permitted(model: Model, *messages: Message, tools: Sequence[Tool] = (STOCK, ORDER)) -> set[str]:
    settings = Settings.of({"tool_decision": "questions"})
    decider = Decider(model.look, model.tokens, ChatMl(SCRIBE, None), settings, 100)
    left = decider.permitted(messages, tools, model.needed.append, lambda: False)
    return {tool.name for tool in left}


def test_what_is_done_under_a_condition_waits_for_what_tells() -> None:
    asks = said("user", "If there are none, order two.")
    assert permitted(Model(ACTION_TO_DO), asks) == {"get_stock"}
    assert permitted(Model(ACTION_TO_DO), asks, tools=[ORDER]) == {"order_more"}
    assert permitted(Model(ACTION_TO_DO), said("user", "Order two.")) == {"get_stock", "order_more"}


def test_a_condition_that_is_not_met_is_asked_for() -> None:
    came = called(("1", "get_stock", "{}")), said("tool", '{"left": "plenty"}', "1")
    asks = said("user", "If there are none, order two.")
    unmet, met = alternatives(no=0.8, yes=0.2), alternatives(yes=0.4, no=0.6)
    model = Model(ACTION_TO_DO, unmet)
    assert permitted(model, asks, *came) == {"get_stock"}
    assert 'get_stock({}): {"left": "plenty"}' in model.prompts[-1]
    assert permitted(Model(ACTION_TO_DO, met), asks, *came) == {"get_stock", "order_more"}


def test_a_number_that_meets_the_condition_is_not_asked_about() -> None:
    came = called(("1", "get_stock", "{}")), said("tool", '{"left": 3}', "1")
    asks = said("user", "If there are less than 5, order two.")
    assert permitted(Model(ACTION_TO_DO), asks, *came) == {"get_stock", "order_more"}
