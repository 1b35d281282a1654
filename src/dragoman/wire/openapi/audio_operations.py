"""The operations of sound: transcriptions, translations, speech, voices."""

from dragoman.wire import dry_run, models
from dragoman.wire.audio import diarized, speech, transcript
from dragoman.wire.openapi import answers, audio_bodies
from dragoman.wire.openapi.operation import (
    CONSENTS,
    EVENTS,
    GENERATION,
    JSON,
    KEPT,
    SOUND,
    TEXT,
    VOICES,
    Operation,
)
from dragoman.wire.openapi.shapes import array, integer, string

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
