"""Recordings that are written down, and translated."""

import re
from collections.abc import Mapping, Sequence

from dragoman.conformance.check import (
    TRANSCRIPTIONS,
    TRANSLATIONS,
    Check,
    Endpoint,
    NotTried,
    check,
)
from dragoman.conformance.checks.faults import refusal
from dragoman.conformance.events import read_upload
from dragoman.conformance.reading import array, equal, number, require, text, value
from dragoman.conformance.server import NO_SUCH_MODEL, Fields, Server

_SRT = re.compile(r"1\r?\n\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}\r?\n")
_VTT = re.compile(r"WEBVTT\r?\n\r?\n(?:\d\d:)?\d\d:\d\d\.\d{3} --> (?:\d\d:)?\d\d:\d\d\.\d{3}\r?\n")
EVENTFUL: Mapping[str, str] = {"whisper-1": "gpt-4o-mini-transcribe"}
"""OpenAI's name that passes over `stream` → one that does not."""


@check("transcriptions.json", TRANSCRIPTIONS)
async def as_json(server: Server) -> None:
    """The answer is JSON with the text."""
    await _written(server, {})


@check("transcriptions.usage", TRANSCRIPTIONS)
async def usage(server: Server) -> None:
    """JSON says what was used, seconds or tokens."""
    answer = (await server.upload(TRANSCRIPTIONS, {})).json()
    require(value(answer, "usage.type") in ("duration", "tokens"), "usage.type is neither")


@check("transcriptions.text", TRANSCRIPTIONS)
async def as_text(server: Server) -> None:
    """The format text is the text alone, as text/plain."""
    answer = await server.upload(TRANSCRIPTIONS, {"response_format": "text"})
    require(not answer.text().lstrip().startswith(("{", '"')), "it is JSON")
    require(answer.content_type == "text/plain", f"it comes as {answer.content_type}")


@check("transcriptions.srt", TRANSCRIPTIONS)
async def srt(server: Server) -> None:
    """The format srt is SubRip: numbers from 1, times with commas."""
    await _require_cues(server, "srt", _SRT)


@check("transcriptions.vtt", TRANSCRIPTIONS)
async def vtt(server: Server) -> None:
    """The format vtt is WebVTT: its first line, times with dots."""
    await _require_cues(server, "vtt", _VTT)


async def _require_cues(server: Server, name: str, form: re.Pattern[str]) -> None:
    written = (await server.upload(TRANSCRIPTIONS, {"response_format": name})).text()
    if form.match(written):
        return
    await _require_words(server)
    require(not written.lstrip().startswith(("{", '"')), "it is JSON")
    require(condition=False, reason=f"it does not begin as {name} does")


@check("transcriptions.verbose", TRANSCRIPTIONS)
async def verbose(server: Server) -> None:
    """The format verbose_json has duration, language and segments."""
    answer = (await server.upload(TRANSCRIPTIONS, {"response_format": "verbose_json"})).json()
    text(answer, "text")
    require(number(answer, "duration") > 0, "duration is 0")
    language = text(answer, "language")
    segments = array(answer, "segments")
    if not segments:
        await _require_words(server)
    require(segments, "there are no segments")
    for name in ("avg_logprob", "compression_ratio", "no_speech_prob", "temperature"):
        number(segments[0], name)
    text(segments[0], "text")
    require(number(segments[0], "start") <= number(segments[0], "end"), "it ends before its start")
    require(len(language) > 2, f'language is a code, "{language[:3]}", and no name')


@check("transcriptions.words", TRANSCRIPTIONS)
async def words(server: Server) -> None:
    """Each word has its times where the granularity word is sent."""
    fields = {"response_format": "verbose_json", "timestamp_granularities[]": ["word"]}
    answer = (await server.upload(TRANSCRIPTIONS, fields)).json()
    await _require_words(server)
    listed = array(answer, "words")
    require(listed, "there are no words")
    for word in listed:
        require(text(word, "word"), "a word is empty")
        require(number(word, "start") <= number(word, "end"), "a word ends before its start")


@check("transcriptions.stream", TRANSCRIPTIONS)
async def stream(server: Server) -> None:
    """A stream has pieces of text, then all of it."""
    model = server.models.transcription
    fields: Fields = {"model": EVENTFUL.get(model, model), "response_format": "json"}
    events = await read_upload(server, TRANSCRIPTIONS, fields)
    require(events.documents, "the stream has no events")
    *pieces, last = events.documents
    equal(last, "type", "transcript.text.done")
    joined = "".join(
        text(piece, "delta") for piece in pieces if value(piece, "type") == "transcript.text.delta"
    )
    require(joined.strip() == text(last, "text").strip(), "the pieces are not the text")


@check("transcriptions.prompt", TRANSCRIPTIONS)
async def prompt(server: Server) -> None:
    """A prompt is understood."""
    await _written(server, {"prompt": "A fox and a dog."})


@check("transcriptions.temperature", TRANSCRIPTIONS)
async def temperature(server: Server) -> None:
    """A temperature is understood."""
    await _written(server, {"temperature": "0.2"})


@check("transcriptions.language", TRANSCRIPTIONS)
async def language(server: Server) -> None:
    """A language is understood."""
    await _written(server, {"language": "en"})


@check("transcriptions.broken_file", TRANSCRIPTIONS)
async def broken_file(server: Server) -> None:
    """A file that is no sound is a 400."""
    form: Fields = {"model": server.models.transcription}
    file = ("recording.wav", b"This is no sound." * 100)
    refusal(await server.send("POST", TRANSCRIPTIONS.path, form=form, file=file), 400)


@check("transcriptions.no_file", TRANSCRIPTIONS)
async def no_file(server: Server) -> None:
    """A form without a file is a 400."""
    form: Fields = {"model": server.models.transcription}
    refusal(await server.send("POST", TRANSCRIPTIONS.path, form=form), 400)


@check("transcriptions.bad_format", TRANSCRIPTIONS)
async def bad_format(server: Server) -> None:
    """A format that there is not is a 400."""
    form: Fields = {"model": server.models.transcription, "response_format": "bogus"}
    path = TRANSCRIPTIONS.path
    refusal(await server.send("POST", path, form=form, file=server.recording), 400)


@check("transcriptions.unknown_model", TRANSCRIPTIONS)
async def unknown_model(server: Server) -> None:
    """An unknown model is a 404."""
    form: Fields = {"model": NO_SUCH_MODEL}
    path = TRANSCRIPTIONS.path
    refusal(await server.send("POST", path, form=form, file=server.recording), 404)


@check("translations.json", TRANSLATIONS)
async def translated(server: Server) -> None:
    """The answer is JSON with the text in English."""
    await _written(server, {}, TRANSLATIONS)


@check("translations.text", TRANSLATIONS)
async def translated_text(server: Server) -> None:
    """The format text is the text alone, as text/plain."""
    answer = await server.upload(TRANSLATIONS, {"response_format": "text"})
    require(not answer.text().lstrip().startswith(("{", '"')), "it is JSON")
    require(answer.content_type == "text/plain", f"it comes as {answer.content_type}")


@check("translations.verbose", TRANSLATIONS)
async def translated_verbose(server: Server) -> None:
    """The format verbose_json has duration, language and segments."""
    answer = (await server.upload(TRANSLATIONS, {"response_format": "verbose_json"})).json()
    text(answer, "text")
    number(answer, "duration")
    text(answer, "language")
    array(answer, "segments")


@check("translations.no_file", TRANSLATIONS)
async def translated_no_file(server: Server) -> None:
    """A form without a file is a 400."""
    form: Fields = {"model": server.models.transcription}
    refusal(await server.send("POST", TRANSLATIONS.path, form=form), 400)


async def _written(server: Server, fields: Fields, endpoint: Endpoint = TRANSCRIPTIONS) -> str:
    written = text((await server.upload(endpoint, fields)).json(), "text")
    require(written.strip() or not server.is_spoken, "the text is empty")
    return written


async def _require_words(server: Server) -> None:
    """Require that the server heard anything at all.

    Raises:
        NotTried: it heard nothing, as in a tone.
    """
    if not (await _written(server, {})).strip():
        raise NotTried("nothing is heard in the recording: give one with speech")


CHECKS: Sequence[Check] = (
    as_json,
    usage,
    as_text,
    srt,
    vtt,
    verbose,
    words,
    stream,
    prompt,
    temperature,
    language,
    broken_file,
    no_file,
    bad_format,
    unknown_model,
)
TRANSLATION_CHECKS: Sequence[Check] = (
    translated,
    translated_text,
    translated_verbose,
    translated_no_file,
)
