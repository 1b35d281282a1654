"""Every operation: its body, its query, what it answers, how it fails, and an example."""

from dragoman.wire import models, tokens
from dragoman.wire.chat import bodies as chat
from dragoman.wire.chat.estimate import DryRun
from dragoman.wire.compat.answer import Compat
from dragoman.wire.completions import bodies as completions
from dragoman.wire.openapi import answers, text_bodies
from dragoman.wire.openapi.audio_operations import OF_AUDIO
from dragoman.wire.openapi.chat_body import chat_body
from dragoman.wire.openapi.operation import (
    CHAT,
    EVENTS,
    GENERATION,
    HELLO,
    JSON,
    KEPT,
    LABELS,
    PART,
    WEATHER,
    Operation,
)
from dragoman.wire.openapi.response_operations import OF_RESPONSES
from dragoman.wire.openapi.shapes import string

OF_CHAT = (
    Operation(
        "post",
        CHAT,
        "createChatCompletion",
        "Chat: whole or streamed, tools, JSON, pictures, sound",
        {JSON: (chat.Completion, DryRun), EVENTS: (chat.Chunk,)},
        GENERATION,
        chat_body,
        examples={
            "text": {"model": "gpt-4o-mini", "messages": HELLO},
            "stream": {"model": "gpt-4o-mini", "messages": HELLO, "stream": True},
            "tool": {
                "model": "gpt-4o-mini",
                "messages": [{"role": "user", "content": "What is the weather in Seoul?"}],
                "tools": [{"type": "function", "function": WEATHER}],
            },
        },
        headers=answers.OF_CHAT,
    ),
    Operation(
        "get",
        CHAT,
        "listChatCompletions",
        "Stored answers",
        {JSON: (answers.page_of({"$ref": "#/components/schemas/chat.bodies.Completion"}),)},
        (400, *KEPT),
        query={
            **PART,
            "model": string(),
            "metadata": {"type": "object", "additionalProperties": string(512)},
        },
    ),
    Operation(
        "get",
        f"{CHAT}/{{name}}",
        "getChatCompletion",
        "One stored answer",
        {JSON: (chat.Completion,)},
        KEPT,
    ),
    Operation(
        "post",
        f"{CHAT}/{{name}}",
        "updateChatCompletion",
        "New labels for a stored answer",
        {JSON: (chat.Completion,)},
        (400, 413, *KEPT),
        text_bodies.metadata_body,
        examples=LABELS,
    ),
    Operation(
        "delete",
        f"{CHAT}/{{name}}",
        "deleteChatCompletion",
        "Deletes a stored answer",
        {JSON: (answers.deleted("chat.completion.deleted"),)},
        KEPT,
    ),
    Operation(
        "get",
        f"{CHAT}/{{name}}/messages",
        "listChatCompletionMessages",
        "The messages of a stored answer",
        {JSON: (answers.page_of(answers.STORED_MESSAGE),)},
        (400, *KEPT),
        query=PART,
    ),
    Operation(
        "post",
        "/v1/completions",
        "createCompletion",
        "Texts continued, and gaps in code filled in",
        {JSON: (completions.Completion,), EVENTS: (completions.Completion,)},
        GENERATION,
        text_bodies.completion_body,
        examples={"text": {"model": "gpt-3.5-turbo-instruct", "prompt": "Once upon a time"}},
        headers=answers.OF_CHAT,
    ),
)
OF_MODELS = (
    Operation(
        "get",
        "/v1/models",
        "listModels",
        "Every name that a request may use",
        {JSON: (models.ModelPage,)},
        (),
    ),
    Operation(
        "get",
        "/v1/compat",
        "getCompat",
        "What becomes of each field: honoured, emulated, without effect, refused",
        {JSON: (Compat,)},
        (),
    ),
    Operation(
        "get",
        "/v1/models/{name}",
        "getModel",
        "One name, and the model behind it",
        {JSON: (models.Model,)},
        (404,),
    ),
    Operation(
        "delete",
        "/v1/models/{name}",
        "deleteModel",
        "Always refused: models are removed on the machine itself",
        {},
        (403, 404),
    ),
    Operation(
        "post",
        "/v1/models/{name}/load",
        "loadModel",
        "Have a model's engine in memory: for operators",
        {JSON: (models.ModelState,)},
        (403, 404, 503),
    ),
    Operation(
        "post",
        "/v1/models/{name}/unload",
        "unloadModel",
        "Free the memory of a model's engine: for operators",
        {JSON: (models.ModelState,)},
        (403, 404, 409),
    ),
)


def _of_tokens(prefix: str, suffix: str) -> tuple[Operation, ...]:
    return (
        Operation(
            "post",
            f"{prefix}/tokenize",
            f"tokenize{suffix}",
            "A text's tokens, in vLLM's shape",
            {JSON: (tokens.Tokens,)},
            GENERATION,
            text_bodies.tokenise_body,
            examples={"text": {"model": "gpt-4o-mini", "prompt": "Hello."}},
            headers=answers.OF_MODELS,
        ),
        Operation(
            "post",
            f"{prefix}/detokenize",
            f"detokenize{suffix}",
            "The text of tokens",
            {JSON: (tokens.Text,)},
            GENERATION,
            text_bodies.detokenise_body,
            examples={"tokens": {"model": "gpt-4o-mini", "tokens": [1, 2]}},
            headers=answers.OF_MODELS,
        ),
        Operation(
            "get",
            f"{prefix}/tokenizer_info",
            f"getTokenizer{suffix}",
            "The names of a model's first and last token",
            {JSON: (tokens.Tokenizer,)},
            (400, 404, 429, 500, 503),
            query={"model": string(shortest=1)},
            headers=answers.OF_MODELS,
        ),
    )


OF_HEALTH = tuple(
    Operation("get", path, name, summary, {JSON: (answers.HEALTH,)}, ())
    for path, name, summary in (
        ("/livez", "getLiveness", "Whether the process answers"),
        ("/readyz", "getReadiness", "Whether everything that is loaded at start is there"),
        ("/health", "getHealth", "The same as `/readyz`"),
    )
)
OPERATIONS: tuple[Operation, ...] = (
    *OF_CHAT,
    *OF_RESPONSES,
    *OF_AUDIO,
    *OF_MODELS,
    *_of_tokens("/v1", ""),
    *_of_tokens("", "AtRoot"),
    *OF_HEALTH,
)
