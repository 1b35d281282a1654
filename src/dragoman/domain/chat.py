"""Chat, without HTTP: what a chat engine is given and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from dragoman.domain.continuation import Alternative, Continuation, PromptShown, Tokenised
from dragoman.domain.conversation import AnyTool, Grammar, JsonSchema, Message
from dragoman.domain.engine import Kind
from dragoman.domain.openai_tokens import Encoding
from dragoman.domain.speech import AudioFormat

Effort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
FinishReason: TypeAlias = Literal["stop", "length", "tool_calls"]


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """Whether a call is made: `auto` (the model decides), `required`, or `none`; of which tools."""

    mode: Literal["auto", "required", "none"] = "auto"
    names: tuple[str, ...] | None = None
    """The tools that may be called; None: all."""
    parallel: bool = True
    """Whether there may be more than one call."""


@dataclass(frozen=True, slots=True)
class FreeText:
    """The answer may be any text."""


@dataclass(frozen=True, slots=True)
class JsonObject:
    """The answer must be a JSON object, any one."""


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """JSON that validates against `schema`: all of it with `strict`, else what can be enforced."""

    schema: JsonSchema
    strict: bool = False


AnswerFormat: TypeAlias = FreeText | JsonObject | JsonDocument | Grammar


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn; ranges as in OpenAI's API.

    None stands for what the caller did not say: there, and only there, the engine may choose.
    """

    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logit_bias: Mapping[int, float] | None = None
    """Token id → −100 (never) … 100 (always)."""
    encoding: Encoding | None = None
    """Whose token ids those are; None: the model's own."""
    top_k: int | None = None
    """The number of the likeliest tokens of which one is drawn; 0 or less: all."""
    min_p: float | None = None
    """Tokens less likely than this share of the likeliest are not drawn."""
    typical_p: float | None = None
    """Locally typical sampling: the share of probability that is kept; 1: all."""
    repeat_penalty: float | None = None
    """Above 1: tokens that came before get less likely, those of the prompt too."""
    repeat_last_n: int | None = None
    """The number of the last tokens that `repeat_penalty` looks at; −1 or None: all."""

    @property
    def is_random(self) -> bool:
        """Whether chance decides between likely tokens: at every temperature but 0."""
        return self.temperature != 0


@dataclass(frozen=True, slots=True)
class Spoken:
    """How an answer is to be spoken."""

    voice: str
    format: AudioFormat
    own: bool = False
    """Whether `voice` is the id of a voice that a caller made: no engine knows it by that."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """Everything an engine needs to answer; already validated."""

    messages: tuple[Message, ...]
    choices: int = 1
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    sampling: Sampling = Sampling()
    format: AnswerFormat = FreeText()
    tools: tuple[AnyTool, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    top_logprobs: int | None = None
    """None: no log-probabilities; k ≥ 0: with the k likeliest alternatives of each token."""
    spoken: Spoken | None = None
    """None: the answer is text alone."""
    dry_run: bool = False
    """True: the one event of the answer is an `Estimate`; nothing is generated."""
    effort: Effort | None = None
    """How long a model that thinks may think; None: the caller did not say, the model chooses."""
    effort_optional: bool = False
    """Whether a model that cannot think may answer without `effort`, rather than refuse it."""
    instructions: tuple[str, ...] = ()
    """Instructions that are no message of the caller's; `skills.instructions` makes one of them."""
    continuation: Continuation | None = None
    """A text to go on with, in place of `messages`, which are none then."""
    progress: bool = False
    """Whether the answer begins with how far the prompt is read, see `PromptProgress`."""
    tokens_only: bool = False
    """True: the one event of the answer is `Tokenised`; nothing is generated."""
    prediction: str | None = None
    """The expected text of much of the answer: never changes it, may make an engine faster."""


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token that was drawn, with its likeliest alternatives, best first."""

    token: str
    logprob: float
    data: bytes
    top: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitTooLow:
    """`max_tokens` cannot hold the smallest answer of the format; comes before all else, or not."""

    smallest_tokens: int


@dataclass(frozen=True, slots=True)
class EffortIgnored:
    """The model cannot think, and answers without the optional effort; comes first, or not."""


@dataclass(frozen=True, slots=True)
class SchemaLoosened:
    """A schema without `strict` is not enforced as a whole; comes first, or not."""

    field: str
    """The place of the schema in the request, written like `param` of errors."""
    keywords: tuple[str, ...]
    """The keywords that have no effect on the answer; none: the whole schema has no effect."""


@dataclass(frozen=True, slots=True)
class PromptProgress:
    """How far the prompt is read, now and then until the answer begins, where that is wanted."""

    total: int
    """The number of tokens of the prompt."""
    cached: int
    """The number of prompt tokens that were taken from the cache and needed no work."""
    processed: int
    """The number of prompt tokens that are read so far, the cached ones included."""
    seconds: float
    """The time in seconds that reading the prompt took so far."""


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of one choice's answer, never half a UTF-8 character.

    Empty only to carry log-probabilities.
    """

    choice: int
    text: str
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class ThoughtDelta:
    """A piece of what a model thinks before one choice's answer, never empty nor half a character.

    It is no part of the answer.
    """

    choice: int
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallStarted:
    """The model begins its call number `index` (from 0) in this choice."""

    choice: int
    index: int
    id: str
    name: str
    custom: bool = False
    """Whether it calls a `CustomTool`."""


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """A piece of that call's arguments (JSON as text) or input (any text), never empty."""

    choice: int
    index: int
    arguments: str
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    """One choice begins to be spoken; `id` can be referred to later, see `AudioReferencePart`.

    From here on its text is the transcript.
    """

    choice: int
    id: str


@dataclass(frozen=True, slots=True)
class VoiceDelta:
    """A piece of that choice's sound, never empty; the pieces joined are one file."""

    choice: int
    data: bytes


@dataclass(frozen=True, slots=True)
class VoiceEnded:
    """That choice is spoken; its id is forgotten at `expires_at` (Unix seconds)."""

    choice: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class ChoiceFinished:
    """One choice is whole; exactly once a choice."""

    choice: int
    reason: FinishReason
    circling: bool = False
    """Whether it was ended because it went round in circles."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts: the prompt once, the completions of all choices together."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    image_tokens: int = 0
    prompt_audio_tokens: int = 0
    """The tokens of recordings, which `prompt_tokens` counts too."""
    completion_audio_tokens: int = 0
    """The tokens of spoken answers, which `completion_tokens` does not count."""
    reasoning_tokens: int = 0
    """The tokens of thoughts, which `completion_tokens` counts too."""
    accepted_prediction_tokens: int = 0
    """The tokens of the request's `prediction` that are in the answer."""
    rejected_prediction_tokens: int = 0
    """The tokens of the request's `prediction` that were tried and are not in the answer."""

    def plus(self, other: "Usage") -> "Usage":
        """Return the sum of both, count by count."""
        names = [field.name for field in fields(self)]
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def minus(self, other: "Usage") -> "Usage":
        """Return what is left of this without `other`, count by count."""
        names = [field.name for field in fields(self)]
        return Usage(**{name: getattr(self, name) - getattr(other, name) for name in names})


@dataclass(frozen=True, slots=True)
class ChatFinished:
    """Always the last event, exactly once."""

    usage: Usage
    seen_by: str = ""
    """Who looked at the request's pictures: "recognisers"; empty: nobody, or the model itself."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The estimate of a request: the one event of a dry run."""

    prompt_tokens: int
    max_tokens: int
    """The most that each choice may take; 0 where the prompt does not fit."""
    context_tokens: int
    fits: bool
    seconds: float | None = None
    """The time in seconds until the last token, if every choice takes all it may; None: unknown."""


ChatEvent: TypeAlias = (
    EffortIgnored
    | SchemaLoosened
    | LimitTooLow
    | PromptShown
    | PromptProgress
    | TextDelta
    | ThoughtDelta
    | ToolCallStarted
    | ToolCallDelta
    | VoiceStarted
    | VoiceDelta
    | VoiceEnded
    | ChoiceFinished
    | ChatFinished
    | Estimate
    | Tokenised
)
"""Engines emit no voice events: `skills.audio_output` adds them."""

CHAT: Kind[ChatRequest, ChatEvent] = Kind(
    "chat",
    ChatRequest,
    (
        EffortIgnored,
        SchemaLoosened,
        LimitTooLow,
        PromptShown,
        PromptProgress,
        TextDelta,
        ThoughtDelta,
        ToolCallStarted,
        ToolCallDelta,
        ChoiceFinished,
        ChatFinished,
        Estimate,
        Tokenised,
    ),
)
