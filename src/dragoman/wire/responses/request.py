"""The body of `POST /v1/responses`, and that of `…/input_tokens`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dragoman.domain.chat import ChatRequest, FreeText, JsonObject, Sampling, ToolChoice
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat import local
from dragoman.wire.chat.effectless import service_tier
from dragoman.wire.chat.request import NO_LABELS, REASONING, token_limit
from dragoman.wire.faults import missing
from dragoman.wire.fields import (
    Fields,
    Json,
    anything,
    array,
    boolean,
    decimal,
    enum,
    integer,
    string,
)
from dragoman.wire.ignored import ignored
from dragoman.wire.metadata import metadata
from dragoman.wire.responses import effectless
from dragoman.wire.responses.bodies import Echo
from dragoman.wire.responses.compaction import MOST_TOKENS
from dragoman.wire.responses.conversation import Conversation
from dragoman.wire.responses.conversation import conversation as built_of
from dragoman.wire.responses.conversations import read_name
from dragoman.wire.responses.items import (
    Brought,
    Item,
    NotShown,
    Trigger,
    as_items,
    read_input,
    sieved,
)
from dragoman.wire.responses.settings import (
    Reasoning,
    Text,
    check_json_is_asked_for,
    read_include,
    read_reasoning,
    read_text,
)
from dragoman.wire.responses.tools import Offered, read_tools
from dragoman.wire.responses.writer import Style
from dragoman.wire.strangers import Sieve, Unknown, listed

SHAPING = (
    "model",
    "input",
    "instructions",
    "parallel_tool_calls",
    "previous_response_id",
    "reasoning",
    "text",
    "tool_choice",
    "tools",
    "truncation",
    "conversation",
)
"""The fields that have to do with the prompt."""
FIELDS = (
    *SHAPING,
    "background",
    "include",
    "max_output_tokens",
    "metadata",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "top_logprobs",
    "top_p",
    *(name for name in effectless.ACCEPTED_WITHOUT_EFFECT if name != "service_tier"),
    *effectless.REFUSED,
)
KNOWN = (*FIELDS, *local.SAMPLING)
LEAST_TOKENS = 16
"""The least limit on the tokens of an answer, as at OpenAI."""
LIMIT = token_limit(LEAST_TOKENS)
ID = string(shortest=1, pattern="[a-zA-Z0-9_-]+")
TRIGGER = "compaction_trigger"
TRUNCATION = enum("auto", "disabled")


@dataclass(frozen=True, slots=True)
class ResponseCall:
    """A request for a response: what the engine needs, and how the answer is to be written."""

    model: str
    items: tuple[Item, ...]
    raw_items: Sequence[Mapping[str, Json]]
    """The items as they came."""
    instructions: str | None
    request: ChatRequest
    """The request for the engine, without messages: they may need what is stored."""
    offered: Offered
    echo: Echo
    stream: bool
    style: Style
    store: bool | None
    """Whether to store the response; None: the caller did not say."""
    background: bool
    """Whether the caller does not wait for the answer."""
    truncated: bool
    """Whether a conversation that is too long loses its beginning."""
    ignored: tuple[str, ...] = ()
    """The fields that have no effect."""

    @property
    def conversation(self) -> str | None:
        """The stored conversation that the response goes on."""
        return self.echo.conversation["id"] if self.echo.conversation else None

    @property
    def previous(self) -> str | None:
        """The response that this one goes on from."""
        return self.echo.previous_response_id


def parse(body: Mapping[str, Json], unknown: Unknown = "refuse") -> ResponseCall:
    """Read a body; `unknown` says what becomes of fields that nobody knows.

    Raises:
        RequestInvalid: the first fault.
    """
    sieve = Sieve(unknown)
    raw_items = sieved(sieve, body.get("input"))
    kept = sieve.without({**body, "input": raw_items}, "", local.WITHOUT_EFFECT, KNOWN)
    fields = Fields(kept)
    if not (model := fields.optional("model", string())):
        raise missing("model")
    fields.only(*KNOWN)
    items = _items(fields)
    offered = read_tools(fields, [item for item in items if isinstance(item, Brought)])
    text, reasoning, include = read_text(fields), read_reasoning(fields), read_include(fields)
    effectless.check(fields)
    stream = fields.optional("stream", boolean, default=False)
    store = fields.optional("store", boolean)
    background = _background(fields, store=store, stream=stream)
    echo = _echo(fields, model, text, reasoning)
    top = fields.optional("top_logprobs", integer(0, 20), 0)
    compacting = any(isinstance(item, Trigger) for item in items)
    return ResponseCall(
        model=model,
        items=items,
        raw_items=as_items([] if raw_items is None else raw_items),
        instructions=echo.instructions,
        request=ChatRequest(
            (),
            max_tokens=echo.max_output_tokens or (MOST_TOKENS if compacting else None),
            sampling=_sampling(fields, echo),
            format=FreeText() if compacting else text.format,
            tools=offered.tools,
            tool_choice=ToolChoice("none") if compacting else offered.choice,
            top_logprobs=top if include.logprobs else None,
            effort=reasoning.effort,
            effort_optional=REASONING.match(model) is not None,
            instructions=text.instructions,
        ),
        offered=offered,
        echo=echo,
        stream=stream,
        style=Style(
            offered.by_name,
            summarised=reasoning.summary is not None,
            obfuscated=_obfuscated(fields, stream=stream),
            compacting=compacting,
        ),
        store=store,
        background=background,
        truncated=echo.truncation == "auto",
        ignored=listed(
            (
                *ignored(body, effectless.ACCEPTED_WITHOUT_EFFECT),
                *sieve.names,
                *dict.fromkeys(f"input[{i.kind}]" for i in items if isinstance(i, NotShown)),
                *offered.ignored,
                *reasoning.ignored,
                *include.ignored,
            )
        ),
    )


def _background(fields: Fields, *, store: bool | None, stream: bool) -> bool:
    background = fields.optional("background", boolean, default=False)
    if background and stream:
        raise effectless.refused("background", "not with 'stream': ask for the response again")
    if background and store is False:
        raise effectless.refused("background", "not with 'store' false: it could not be found")
    return background


def parse_count(body: Mapping[str, Json], unknown: Unknown = "refuse") -> ResponseCall:
    """Read the body of a request to count tokens; `unknown` is as for `parse`.

    Raises:
        RequestInvalid: the first fault.
    """
    fields = Fields(body)
    if unknown == "refuse":
        fields.only(*SHAPING, "personality")
    if fields.has("personality"):
        raise RequestInvalid(
            "Unsupported parameter: 'personality' is not supported by this server.",
            param="personality",
            code="unsupported_parameter",
        )
    return parse({name: body[name] for name in body if name != "personality"}, unknown)


def with_messages(
    call: ResponseCall, before: Sequence[Item] = ()
) -> tuple[ChatRequest, Conversation]:
    """The request for the engine after the items `before`, and where its messages came from.

    Raises:
        RequestInvalid: there is nothing that a model could be shown, calls and results do not
            fit, or JSON is wanted and not asked for.
    """
    built = built_of([*before, *call.items], call.instructions)
    if not built.messages:
        raise missing("input")
    if isinstance(call.request.format, JsonObject):
        check_json_is_asked_for(built.messages)
    return replace(call.request, messages=tuple(built.messages)), built


def _sampling(fields: Fields, echo: Echo) -> Sampling:
    drawn = Sampling(
        temperature=echo.temperature if fields.has("temperature") else None,
        top_p=echo.top_p if fields.has("top_p") else None,
    )
    return local.with_sampling(fields, drawn)


def _items(fields: Fields) -> tuple[Item, ...]:
    items = fields.optional("input", read_input, ())
    if fields.has("previous_response_id") and fields.has("conversation"):
        raise RequestInvalid(
            "Mutually exclusive parameters. Ensure you are only providing one of: "
            "'previous_response_id' or 'conversation'.",
            code="mutually_exclusive_parameters",
        )
    if not items and not (fields.has("previous_response_id") or fields.has("conversation")):
        raise RequestInvalid(
            "Missing required parameter: 'input', or 'previous_response_id'.",
            param="input",
            code="missing_required_parameter",
        )
    if any(isinstance(item, Trigger) for item in items[:-1]):
        raise RequestInvalid(
            f"Invalid 'input': '{TRIGGER}' must be its last item.",
            param="input",
            code="invalid_value",
        )
    return items


def _echo(fields: Fields, model: str, text: Text, reasoning: Reasoning) -> Echo:
    words = string()
    conversation = fields.optional("conversation", read_name)
    return Echo(
        conversation=None if conversation is None else {"id": conversation},
        model=model,
        instructions=fields.optional("instructions", words),
        max_output_tokens=fields.optional("max_output_tokens", LIMIT),
        max_tool_calls=fields.optional("max_tool_calls", integer()),
        metadata=dict(fields.optional("metadata", metadata, NO_LABELS)),
        parallel_tool_calls=fields.optional("parallel_tool_calls", boolean, default=True),
        previous_response_id=fields.optional("previous_response_id", ID),
        prompt_cache_key=fields.optional("prompt_cache_key", words),
        prompt_cache_retention=fields.optional("prompt_cache_retention", words),
        reasoning={"effort": reasoning.effort, "summary": reasoning.summary},
        safety_identifier=fields.optional("safety_identifier", words),
        service_tier=service_tier(fields),
        temperature=fields.optional("temperature", decimal(0, 2), 1.0),
        text=text.shown,
        tool_choice=fields.optional("tool_choice", anything, "auto"),
        tools=list(fields.optional("tools", array(_tool), ())),
        top_logprobs=fields.optional("top_logprobs", integer(0, 20), 0),
        top_p=fields.optional("top_p", decimal(0, 1), 1.0),
        truncation=fields.optional("truncation", TRUNCATION, "disabled"),
        user=fields.optional("user", words),
    )


def _tool(value: Json, _: str) -> Json:
    """As it came; a function has all the keys that older releases of the official client need."""
    if value["type"] == "function":
        return {"parameters": None, "strict": False, **value}
    return value


def _obfuscated(fields: Fields, *, stream: bool) -> bool:
    options = fields.optional("stream_options", Fields)
    if options is None:
        return stream
    if not stream:
        raise RequestInvalid(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            param="stream_options",
        )
    options.only("include_obfuscation")
    return options.optional("include_obfuscation", boolean, default=True)
