"""The bodies of `/v1/tokenize` and `/v1/detokenize`, in vLLM's shapes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel

from dragoman.domain.chat import ChatRequest
from dragoman.domain.continuation import Continuation, Tokenised
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat import local
from dragoman.wire.chat.local import TEMPLATE
from dragoman.wire.chat.messages import messages
from dragoman.wire.chat.sieving import sieved
from dragoman.wire.chat.tools import read_tools
from dragoman.wire.faults import missing
from dragoman.wire.fields import Fields, Json, array, boolean, integer, string
from dragoman.wire.strangers import Sieve, Unknown, listed

TOKENISE = ("model", "prompt", "messages", "tools", "add_special_tokens", "return_token_strs")
DETOKENISE = ("model", "tokens")
IDLE: Mapping[str, str] = dict.fromkeys(
    (*local.WITHOUT_EFFECT, TEMPLATE, "chat_template"),
    "the prompt is written as the model was trained to read it",
)
"""The fields of `/v1/tokenize` that change nothing, with the reason."""
IDS = array(integer(0, 2**31 - 1), 0, None, "an array of token ids")


class Tokens(BaseModel):
    """The answer of `/v1/tokenize`."""

    count: int
    max_model_len: int
    tokens: list[int]
    token_strs: list[str] | None


class Text(BaseModel):
    """The answer of `/v1/detokenize`."""

    prompt: str


class Tokenizer(BaseModel):
    """The answer of `/tokenizer_info`, which evaluations ask before they use the other two."""

    bos_token: str | None
    eos_token: str | None
    pad_token: str | None
    model_max_length: int


def tokenizer(tokenised: Tokenised) -> Tokenizer:
    """Build the answer about a model's tokens as a whole."""
    return Tokenizer(
        bos_token=tokenised.start,
        eos_token=tokenised.end,
        pad_token=None,
        model_max_length=tokenised.context_tokens,
    )


@dataclass(frozen=True, slots=True)
class TokenCall:
    """A request to count or to read tokens."""

    model: str | None
    """The model's name; None: the first chat model that is installed."""
    request: ChatRequest
    named: bool = False
    """Whether each token's text is shown."""
    ignored: tuple[str, ...] = ()
    """The fields that have no effect."""

    def tokens(self, tokenised: Tokenised) -> Tokens:
        """Build the answer to `tokenise`."""
        return Tokens(
            count=len(tokenised.tokens),
            max_model_len=tokenised.context_tokens,
            tokens=list(tokenised.tokens),
            token_strs=list(tokenised.names) if self.named else None,
        )


def tokenise(body: Mapping[str, Json], unknown: Unknown = "refuse") -> TokenCall:
    """Read the body of `/v1/tokenize`.

    Raises:
        RequestInvalid: the first fault.
    """
    sieve = Sieve(unknown)
    kept = sieved(sieve, body, TOKENISE)
    kept = sieve.without(kept, "", IDLE, TOKENISE)
    fields = Fields(kept)
    fields.only(*TOKENISE)
    request = _asked(fields)
    special = fields.optional("add_special_tokens", boolean, default=True)
    if request.continuation is not None:
        text = replace(request.continuation, bare=not special)
        request = replace(request, continuation=text)
    elif fields.has("add_special_tokens"):
        sieve.names["add_special_tokens"] = None
    return TokenCall(
        fields.optional("model", string(shortest=1)),
        replace(request, tokens_only=True),
        fields.optional("return_token_strs", boolean, default=False),
        listed(sieve.names),
    )


def detokenise(body: Mapping[str, Json]) -> TokenCall:
    """Read the body of `/v1/detokenize`.

    Raises:
        RequestInvalid: the first fault.
    """
    fields = Fields(body)
    fields.only(*DETOKENISE)
    text = Continuation(tokens=fields.required("tokens", IDS), bare=True)
    model = fields.optional("model", string(shortest=1))
    return TokenCall(model, ChatRequest((), continuation=text, tokens_only=True))


def in_words_of_tokens(error: RequestInvalid) -> RequestInvalid:
    """The engine's fault in the prompt, said of `tokens`, which is what the caller sent."""
    if error.param != "prompt":
        return error
    message = error.message.replace("'prompt[", "'tokens[")
    return RequestInvalid(message, param="tokens", code=error.code)


def _asked(fields: Fields) -> ChatRequest:
    if fields.has("messages"):
        if fields.has("prompt"):
            raise RequestInvalid(
                "'prompt' and 'messages' are not allowed together.",
                param="prompt",
                code="invalid_parameter_combination",
            )
        said = tuple(map(_words, fields.required("messages", messages)))
        tools = read_tools(fields)
        return ChatRequest(said, tools=tools.tools, tool_choice=tools.choice)
    if not fields.has("prompt"):
        raise missing("prompt")
    if fields.has("tools"):
        raise RequestInvalid(
            "'tools' are only allowed with 'messages': a text is taken as it is.",
            param="tools",
            code="invalid_parameter_combination",
        )
    return ChatRequest((), continuation=Continuation(fields.required("prompt", string())))


def _words(message: Message) -> Message:
    """Without what is no text: how much that is, is known when it is read."""
    parts = tuple(part for part in message.parts if isinstance(part, TextPart))
    return replace(message, parts=parts)
