"""Every operation: its body, its query, what it answers, how it fails, and an example."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from dragoman.wire import dry_run, models, tokens
from dragoman.wire.audio import diarized, speech, transcript
from dragoman.wire.chat import bodies as chat
from dragoman.wire.chat.estimate import DryRun
from dragoman.wire.completions import bodies as completions
from dragoman.wire.openapi import answers, audio_bodies, text_bodies
from dragoman.wire.openapi.chat_body import chat_body
from dragoman.wire.openapi.shapes import Schema, array, enum, integer, string
from dragoman.wire.responses import bodies as responses
from dragoman.wire.responses.events import Event
from dragoman.wire.responses.settings import INCLUDABLE

Answer = type[BaseModel] | Schema
JSON, FORM, EVENTS, TEXT = (
    *("application/json", "multipart/form-data", "text/event-stream"),
    "text/plain; charset=utf-8",
)
GENERATION = (400, 404, 413, 429, 500, 503)
"""Failures of what a model does."""
KEPT = (404, 503)
"""Failures of what is read by its name."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    id: str
    summary: str
    answers: Mapping[str, Sequence[Answer]]
    """Media type → schemas, any of which an answer may have; of events: each event."""
    failures: tuple[int, ...]
    body: Callable[[], Schema] | None = None
    form: Callable[[], Schema] | None = None
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Any])
    """Bodies that are accepted, by name; in a form the file stands by its name."""
    query: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    headers: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """The group that the operation is shown in."""
        step = self.path.removeprefix("/v1/").strip("/").split("/")
        if step[0] == "audio":
            return f"audio/{step[1]}"
        return "chat/completions" if step[0] == "chat" else step[0]


SOUND: Mapping[str, Sequence[Answer]] = dict.fromkeys(speech.MEDIA_TYPES.values(), ())
PART: Mapping[str, Schema] = {
    "after": string(),
    "limit": integer(1, 100),
    "order": enum("asc", "desc"),
}
INCLUDE: Mapping[str, Schema] = {
    "include": array(enum(*INCLUDABLE)),
    "include[]": array(enum(*INCLUDABLE)),
}
HELLO = [{"role": "user", "content": "Say hello."}]
WEATHER = {
    "name": "get_weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
CONVERSATIONS = "/v1/conversations"
VOICES, CONSENTS = "/v1/audio/voices", "/v1/audio/voice_consents"
LABELS = {"labels": {"metadata": {"topic": "greetings"}}}

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
OF_RESPONSES = (
    Operation(
        "post",
        RESPONSES,
        "createResponse",
        "The same as chat by OpenAI's newer API: items in, items out",
        {JSON: (responses.Response,), EVENTS: (Event,)},
        GENERATION,
        text_bodies.response_body,
        examples={
            "text": {"model": "gpt-4o-mini", "input": "Say hello."},
            "stream": {"model": "gpt-4o-mini", "input": HELLO, "stream": True},
            "tool": {
                "model": "gpt-4o-mini",
                "input": "What is the weather in Seoul?",
                "tools": [{"type": "function", **WEATHER}],
            },
        },
        headers=(*answers.OF_CHAT, "x-dragoman-left-out"),
    ),
    Operation(
        "post",
        f"{RESPONSES}/input_tokens",
        "countInputTokens",
        "How many tokens a request has",
        {JSON: (responses.InputTokens,)},
        GENERATION,
        text_bodies.count_body,
        examples={"text": {"model": "gpt-4o-mini", "input": "Say hello."}},
        headers=answers.OF_CHAT,
    ),
    Operation(
        "get",
        f"{RESPONSES}/{{name}}",
        "getResponse",
        "One kept response, whole or as the stream that it was",
        {JSON: (responses.Response,), EVENTS: (Event,)},
        (400, *KEPT),
        query={
            **INCLUDE,
            "stream": enum("true", "false"),
            "starting_after": integer(0),
            "include_obfuscation": enum("true", "false"),
        },
    ),
    Operation(
        "delete",
        f"{RESPONSES}/{{name}}",
        "deleteResponse",
        "Deletes a kept response",
        {JSON: (answers.deleted("response"),)},
        KEPT,
    ),
    Operation(
        "post",
        f"{RESPONSES}/{{name}}/cancel",
        "cancelResponse",
        "Ends a response that is made in the background",
        {JSON: (responses.Response,)},
        (400, *KEPT),
    ),
    Operation(
        "get",
        f"{RESPONSES}/{{name}}/input_items",
        "listInputItems",
        "The items that a kept response was given",
        {JSON: (answers.page_of(answers.ITEM),)},
        (400, *KEPT),
        query={**PART, **INCLUDE},
    ),
    Operation(
        "post",
        CONVERSATIONS,
        "createConversation",
        "A conversation under a name of its own, for responses",
        {JSON: (answers.CONVERSATION,)},
        (400, 413, 503),
        text_bodies.conversation_body,
        examples={"items": {"items": [{"type": "message", "role": "user", "content": "Hello."}]}},
    ),
    Operation(
        "get",
        f"{CONVERSATIONS}/{{name}}",
        "getConversation",
        "One conversation",
        {JSON: (answers.CONVERSATION,)},
        KEPT,
    ),
    Operation(
        "post",
        f"{CONVERSATIONS}/{{name}}",
        "updateConversation",
        "New labels for a conversation",
        {JSON: (answers.CONVERSATION,)},
        (400, 413, *KEPT),
        text_bodies.metadata_body,
        examples=LABELS,
    ),
    Operation(
        "delete",
        f"{CONVERSATIONS}/{{name}}",
        "deleteConversation",
        "Deletes a conversation",
        {JSON: (answers.deleted("conversation.deleted"),)},
        KEPT,
    ),
    Operation(
        "get",
        f"{CONVERSATIONS}/{{name}}/items",
        "listConversationItems",
        "The items of a conversation",
        {JSON: (answers.page_of(answers.ITEM),)},
        (400, *KEPT),
        query={**PART, **INCLUDE},
    ),
    Operation(
        "post",
        f"{CONVERSATIONS}/{{name}}/items",
        "addConversationItems",
        "Adds items to a conversation",
        {JSON: (answers.page_of(answers.ITEM),)},
        (400, 413, *KEPT),
        text_bodies.items_body,
        examples={"items": {"items": [{"type": "message", "role": "user", "content": "Hello."}]}},
        query=INCLUDE,
    ),
    Operation(
        "get",
        f"{CONVERSATIONS}/{{name}}/items/{{item}}",
        "getConversationItem",
        "One item of a conversation",
        {JSON: (answers.ITEM,)},
        (400, *KEPT),
        query=INCLUDE,
    ),
    Operation(
        "delete",
        f"{CONVERSATIONS}/{{name}}/items/{{item}}",
        "deleteConversationItem",
        "Takes an item out of a conversation",
        {JSON: (answers.CONVERSATION,)},
        KEPT,
    ),
)
OF_AUDIO = (
    Operation(
        "post",
        "/v1/audio/speech",
        "createSpeech",
        "Text to sound",
        {
            **SOUND,
            EVENTS: (speech.SpeechAudioDelta, speech.SpeechAudioWord, speech.SpeechAudioDone),
            JSON: (dry_run.SpeechDryRun,),
        },
        GENERATION,
        audio_bodies.speech_body,
        examples={"text": {"model": "tts-1", "input": "Hello, world.", "voice": "alloy"}},
        headers=(*answers.OF_MODELS, "x-character-error-rate"),
    ),
    Operation(
        "post",
        "/v1/audio/transcriptions",
        "createTranscription",
        "Sound to text",
        {
            JSON: (
                *(transcript.Json, transcript.VerboseJson, diarized.DiarizedJson),
                dry_run.TranscriptionDryRun,
            ),
            TEXT: (string(),),
            EVENTS: (transcript.Delta, diarized.SpokenSegment, transcript.Done),
        },
        GENERATION,
        form=audio_bodies.transcription_form,
        examples={
            "json": {"file": "speech.wav", "model": "whisper-1"},
            "subtitles": {"file": "speech.wav", "model": "whisper-1", "response_format": "srt"},
        },
        headers=answers.OF_SOUND,
    ),
    Operation(
        "post",
        "/v1/audio/translations",
        "createTranslation",
        "Sound to text in English",
        {
            JSON: (transcript.Json, transcript.VerboseJson, dry_run.TranscriptionDryRun),
            TEXT: (string(),),
        },
        GENERATION,
        form=audio_bodies.translation_form,
        examples={"json": {"file": "speech.wav", "model": "whisper-1"}},
        headers=answers.OF_SOUND,
    ),
    Operation(
        "get",
        VOICES,
        "listVoices",
        "Voices, and blends of them",
        {
            JSON: (
                {
                    "type": "object",
                    "properties": {"object": {"const": "list"}, "data": array(answers.VOICE)},
                    "required": ["object", "data"],
                },
            )
        },
        (400, 404, 503),
        query={"model": string()},
    ),
    Operation(
        "post",
        VOICES,
        "createVoice",
        "Keeps a blend of voices under a name",
        {JSON: (answers.VOICE,)},
        (400, 404, 413, 503),
        audio_bodies.voice_body,
        examples={"blend": {"name": "Both", "x_blend": "alloy(2)+nova"}},
    ),
    Operation(
        "delete",
        f"{VOICES}/{{name}}",
        "deleteVoice",
        "Deletes a blend",
        {JSON: (answers.deleted("audio.voice.deleted"),)},
        KEPT,
    ),
    Operation(
        "get",
        CONSENTS,
        "listVoiceConsents",
        "Recorded consents",
        {JSON: (answers.page_of(answers.CONSENT),)},
        (400, *KEPT),
        query={"after": string(), "limit": integer(1, 100)},
    ),
    Operation(
        "post",
        CONSENTS,
        "createVoiceConsent",
        "Keeps a recorded consent",
        {JSON: (answers.CONSENT,)},
        (400, 413, 429, 500, 503),
        form=audio_bodies.consent_form,
        examples={"form": {"name": "Ada", "language": "en", "recording": "consent.wav"}},
    ),
    Operation(
        "get",
        f"{CONSENTS}/{{name}}",
        "getVoiceConsent",
        "One consent",
        {JSON: (answers.CONSENT,)},
        KEPT,
    ),
    Operation(
        "post",
        f"{CONSENTS}/{{name}}",
        "updateVoiceConsent",
        "A new name for a consent",
        {JSON: (answers.CONSENT,)},
        (400, 413, *KEPT),
        audio_bodies.consent_name_body,
        examples={"name": {"name": "Ada L."}},
    ),
    Operation(
        "delete",
        f"{CONSENTS}/{{name}}",
        "deleteVoiceConsent",
        "Deletes a consent and its recording",
        {JSON: (answers.deleted("audio.voice_consent"),)},
        KEPT,
    ),
    Operation(
        "get",
        "/v1/audio/models",
        "listSpeechModels",
        "Models that speak, as Open WebUI reads them",
        {JSON: (models.ModelPage,)},
        (),
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
