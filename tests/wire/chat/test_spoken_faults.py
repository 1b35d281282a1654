import pytest

from wire.chat.faults import ABSENT, MISSING, fault

BOTH = ["text", "audio"]
MP3 = {"voice": "alloy", "format": "mp3"}
VOICES = (
    "'alloy', 'ash', 'ballad', 'cedar', 'coral', 'echo', 'fable', 'marin', 'nova', 'onyx', 'sage', "
    "'shimmer', and 'verse'"
)
FORMATS = "'wav', 'aac', 'mp3', 'flac', 'opus', and 'pcm16'"


@pytest.mark.parametrize(
    ("modalities", "audio", "message", "param", "code"),
    [
        (BOTH, ABSENT, "Missing required parameter: 'audio'.", "audio", MISSING),
        (BOTH, None, "Missing required parameter: 'audio'.", "audio", MISSING),
        (
            ["text"],
            MP3,
            "The 'audio' parameter is only allowed when 'modalities' includes 'audio'.",
            "audio",
            None,
        ),
        (
            ["smell"],
            MP3,
            "Invalid value: 'smell'. Supported values are: 'text' and 'audio'.",
            "modalities[0]",
            "invalid_value",
        ),
        (
            BOTH,
            {"format": "mp3"},
            "Missing required parameter: 'audio.voice'.",
            "audio.voice",
            MISSING,
        ),
        (
            BOTH,
            {"voice": "ash"},
            "Missing required parameter: 'audio.format'.",
            "audio.format",
            MISSING,
        ),
        (
            BOTH,
            {"voice": "bob", "format": "mp3"},
            f"Invalid value: 'bob'. Supported values are: {VOICES}.",
            "audio.voice",
            "invalid_value",
        ),
        (
            BOTH,
            {"voice": {"id": "voice_1", "x": 1}, "format": "mp3"},
            "Unknown parameter: 'audio.voice.x'.",
            "audio.voice.x",
            "unknown_parameter",
        ),
        (
            BOTH,
            {"voice": "ash", "format": "ogg"},
            f"Invalid value: 'ogg'. Supported values are: {FORMATS}.",
            "audio.format",
            "invalid_value",
        ),
        (BOTH, {**MP3, "x": 1}, "Unknown parameter: 'audio.x'.", "audio.x", "unknown_parameter"),
    ],
)
def test_spoken_answers(
    modalities: object, audio: object, message: str, param: str, code: str | None
) -> None:
    assert fault(modalities=modalities, audio=audio) == (message, param, code)


def test_only_headerless_sound_is_streamed() -> None:
    message, param, code = fault(modalities=BOTH, audio=MP3, stream=True)
    assert message == (
        "Unsupported value: 'audio.format' does not support 'mp3' when stream=true. "
        "Supported values are: 'pcm16'."
    )
    assert (param, code) == ("audio.format", "unsupported_value")


def test_documents_are_not_spoken() -> None:
    messages = [{"role": "user", "content": "as JSON"}]
    wanted = {"messages": messages, "response_format": {"type": "json_object"}}
    message, param, code = fault(modalities=BOTH, audio=MP3, **wanted)
    assert "'response_format'" in message
    assert (param, code) == ("response_format", "invalid_parameter_combination")
