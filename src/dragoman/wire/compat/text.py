"""The endpoints of text: chat, responses, completions, tokens."""

from collections.abc import Mapping

from dragoman.domain.chat import CHAT
from dragoman.wire import tokens
from dragoman.wire.chat import effectless, extensions, local
from dragoman.wire.chat import request as chat
from dragoman.wire.chat.parts import BREAKPOINT
from dragoman.wire.compat.field import Endpoint, Field, Notes, entries, members
from dragoman.wire.completions import request as completions
from dragoman.wire.responses import effectless as response_fields
from dragoman.wire.responses import items
from dragoman.wire.responses import request as responses
from dragoman.wire.responses import settings as response_settings
from dragoman.wire.responses import tools as response_tools

CHAT_PATH, RESPONSES_PATH = "/v1/chat/completions", "/v1/responses"
COUNT_PATH = f"{RESPONSES_PATH}/input_tokens"
COMPLETIONS_PATH = "/v1/completions"
TOKENISE_PATH, DETOKENISE_PATH = "/v1/tokenize", "/v1/detokenize"

NAMES = "OpenAI's names are answered by the model that is installed, which is another and smaller"
WORDS = "`low` and `high` are told to the model in words"
VOICE = "the model's text is read aloud by the model for speech"
OPENAI_IDS = (
    "under OpenAI's names the ids are those of its vocabularies, and each is put into the model's "
    "own token with the same bytes"
)
LOOKED_AT = "small recognisers look, and tell the model what they are sure of"
HEARD = "the model for transcription writes it down; tone of voice and music are lost"
EXTRACTED = "the text of PDFs and text files is taken out; pictures in them are not seen"
NO_FILES = "no files are kept here"
UNMARKED = "prompts are cached without being told where"

IN_CHAT: Notes = {
    "model": NAMES,
    "audio": VOICE,
    "modalities": VOICE,
    "verbosity": WORDS,
    "logit_bias": OPENAI_IDS,
}
"""The fields of chat that are done by other means than OpenAI's."""
OF_LOCAL: Notes = {local.TEMPLATE: "`enable_thinking` and `thinking` alone; others change nothing"}
PARTS: Notes = {"image_url": LOOKED_AT, "input_audio": HEARD, "file": EXTRACTED}
ITEM_PARTS: Notes = {"input_image": LOOKED_AT, "input_audio": HEARD, "input_file": EXTRACTED}
MESSAGE, PART, CALL = "messages[].", "messages[].content[].", "messages[].tool_calls[]."
ITEM_PART = "input[].content[]."


def _local(names: Mapping[str, object] | tuple[str, ...], idle: Notes) -> list[Field]:
    """The words of local servers: those that are served, and those that change nothing."""
    served = entries(names, "local_servers", emulated=OF_LOCAL)
    return [*served, *members("without_effect", idle, "local_servers")]


def _idle(idle: Notes, *known: object) -> Notes:
    """The fields without effect that no other table has."""
    return {name: reason for name, reason in idle.items() if name not in known}


def _chat() -> Endpoint:
    idle = effectless.ACCEPTED_WITHOUT_EFFECT
    known = (*chat.FIELDS, *local.SERVED)
    fields = (
        *entries(chat.FIELDS, emulated=IN_CHAT, idle=idle, refused=effectless.REFUSED),
        *members("emulated", PARTS, inside=PART),
        Field(f"{PART}file.file_id", "refused", note=NO_FILES),
        Field(f"{PART}{BREAKPOINT}", "without_effect", note=UNMARKED),
        *entries(extensions.EXTENSIONS, "dragoman"),
        *_local(local.SERVED, _idle(local.WITHOUT_EFFECT, *known)),
        *members("without_effect", local.IN_MESSAGES, "local_servers", MESSAGE),
        *members("without_effect", local.IN_PARTS, "local_servers", PART),
        *members("without_effect", local.IN_CALLS, "local_servers", CALL),
    )
    return Endpoint(CHAT_PATH, CHAT.name, "endpoints/chat.md", fields, may_tell=True)


def _responses() -> Endpoint:
    idle, refused = response_fields.ACCEPTED_WITHOUT_EFFECT, response_fields.REFUSED
    hosted = dict.fromkeys(response_tools.AMONG_OTHERS, "is passed over: no such tool runs here")
    others = dict.fromkeys(
        (name for name in response_tools.HOSTED if name not in hosted), "no such tool runs here"
    )
    unseen = dict.fromkeys(items.NOT_SHOWN, "is not shown to the model")
    included = dict.fromkeys(
        (name for name in response_settings.INCLUDABLE if name != response_settings.LOGPROBS),
        "there is nothing of the kind to be shown",
    )
    ways: Notes = dict.fromkeys(("context", "mode"), "models here have one way to think")
    fields = (
        *entries(responses.FIELDS, emulated={"model": NAMES}, idle=idle, refused=refused),
        Field("text.verbosity", "emulated", note=WORDS),
        *members("without_effect", ways, inside="reasoning."),
        *members("emulated", ITEM_PARTS, inside=ITEM_PART),
        *(
            Field(f"input[].{name}[].{BREAKPOINT}", "without_effect", note=UNMARKED)
            for name in ("content", "output")
        ),
        *(
            Field(f"{ITEM_PART}{name}", "refused", note=NO_FILES)
            for name in ("file_id", "file_url")
        ),
        *(Field(f"input[{name}]", "without_effect", note=note) for name, note in unseen.items()),
        *(
            Field(f"include[{name}]", "without_effect", note=note)
            for name, note in included.items()
        ),
        *(Field(f"tools[{name}]", "without_effect", note=note) for name, note in hosted.items()),
        *(Field(f"tools[{name}]", "refused", note=note) for name, note in others.items()),
        *_local(local.SAMPLING, _idle(local.WITHOUT_EFFECT, *responses.KNOWN)),
        *members("without_effect", items.WITHOUT_EFFECT, "local_servers", "input[]."),
    )
    return Endpoint(RESPONSES_PATH, CHAT.name, "endpoints/responses.md", fields, may_tell=True)


def _count() -> Endpoint:
    refused = {"personality": "there is none here"}
    fields = entries((*responses.SHAPING, *refused), emulated={"model": NAMES}, refused=refused)
    return Endpoint(COUNT_PATH, CHAT.name, "endpoints/responses.md", fields, may_tell=True)


def _completions() -> Endpoint:
    emulated = {"model": NAMES, "logit_bias": OPENAI_IDS}
    fields = (
        *entries(completions.FIELDS, emulated=emulated, idle=completions.WITHOUT_EFFECT),
        *_local(
            completions.LOCAL, _idle(completions.IDLE, *completions.FIELDS, *completions.LOCAL)
        ),
    )
    return Endpoint(COMPLETIONS_PATH, CHAT.name, "endpoints/completions.md", fields, may_tell=True)


def _tokens() -> tuple[Endpoint, Endpoint]:
    page = "endpoints/tokens.md"
    tokenised = _local(tokens.TOKENISE, _idle(tokens.IDLE, *tokens.TOKENISE))
    read = entries(tokens.DETOKENISE, "local_servers")
    return (
        Endpoint(TOKENISE_PATH, CHAT.name, page, tokenised, may_tell=True),
        Endpoint(DETOKENISE_PATH, CHAT.name, page, read),
    )


def endpoints() -> tuple[Endpoint, ...]:
    """Build the entries of all endpoints of text."""
    return (_chat(), _responses(), _count(), _completions(), *_tokens(), _conversations())


def _conversations() -> Endpoint:
    fields = (
        *entries(("items", "metadata")),
        *members("without_effect", items.WITHOUT_EFFECT, "local_servers", "items[]."),
    )
    return Endpoint("/v1/conversations", "", "endpoints/responses.md", fields)
