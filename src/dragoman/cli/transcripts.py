"""The work of `dragoman transcribe`; apart, because it loads what parsing does not need."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import click

from dragoman.audio import subtitles
from dragoman.cli.answers import answered, events
from dragoman.cli.connection import Connection, Failed, Wish, connected
from dragoman.cli.inputs import Target
from dragoman.cli.meter import Meter
from dragoman.cli.transcribe import Order


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of one speaker, as a cue."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a recording, in the format of the order."""

    body: str
    audio_s: float
    took_s: float
    coverage: str


class Transcribing:
    """An order at work: recording after recording, whatever becomes of one."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._chatty = not order.quiet and sys.stderr.isatty()

    def run(self, targets: Sequence[Target]) -> int:
        """Return the exit status: 1 if one failed."""
        order = self._order
        kinds = ["transcription", "audio-codec"]
        kinds += ["chat"] if order.translate_to else []
        kinds += ["diarisation"] if order.diarize else []
        status = 0
        with connected(Wish(order.url, order.here), kinds) as connection:
            for number, target in enumerate(targets):
                if target.is_done:
                    self._say(f"{target.path} is there already; --force writes it anew.")
                    continue
                if len(targets) > 1 and target.path is None and not order.json:
                    click.echo(f"{'' if number == 0 else chr(10)}== {target.recording.path} ==")
                try:
                    self._one(connection, target)
                except (Failed, OSError) as error:
                    status = 1
                    self._fail(target, error)
        return status

    def _one(self, connection: Connection, target: Target) -> None:
        # On a screen the text itself is the progress; in a pipe it comes whole, or not at all.
        aloud = target.path is None and self._order.format == "text" and sys.stdout.isatty()
        aloud = aloud and not self._order.json
        with Meter(str(target.recording.path), shown=self._chatty and not aloud) as meter:
            written = self._written(connection, target, meter, aloud=aloud)
        if target.path is not None:
            target.write(written.body)
        if self._order.json:
            click.echo(json.dumps(_row(target, written), ensure_ascii=False))
        elif target.path is not None:
            self._say(f"{target.recording.path} → {target.path} ({_summary(written)})")
        elif not aloud:
            click.echo(written.body, nl=not written.body.endswith("\n"))

    def _written(
        self, connection: Connection, target: Target, meter: Meter, *, aloud: bool
    ) -> Written:
        """Send a recording and follow how it is written down."""
        began = time.monotonic()
        form = self._form(connection)
        path = "audio/translations" if self._order.translate_to else "audio/transcriptions"
        audio_s, body, coverage = 0.0, "", ""
        with (
            target.recording.opened() as file,
            answered(
                connection, path, data=form, file=(target.recording.path.name, file)
            ) as response,
        ):
            if "x_progress" not in form:
                body = response.read().decode()
            for event in events(response) if "x_progress" in form else ():
                if event["type"] == "x_answer":
                    body, coverage = event["body"], event["headers"].get("x-coverage", "")
                    continue
                audio_s = event["audio_seconds"]
                meter.reach(event["end"], audio_s)
                if aloud and event["text"]:
                    click.echo(_line(event))
        body = _by_speakers(body, self._order.format) if self._order.diarize else body
        return Written(body, audio_s, time.monotonic() - began, coverage)

    def _form(self, connection: Connection) -> dict[str, str | list[str]]:
        """The fields of the request."""
        order = self._order
        whole = "diarized_json" if order.diarize else "verbose_json"
        form: dict[str, str | list[str]] = {
            "model": connection.model("transcription", order.model),
            "response_format": whole if order.format == "json" or order.diarize else order.format,
        }
        optional = {"language": order.language, "prompt": order.prompt}
        form |= {name: value for name, value in optional.items() if value}
        if order.words:
            form["timestamp_granularities[]"] = ["word", "segment"]
        if order.diarize:
            form["chunking_strategy"] = "auto"
        if order.line_chars:
            form["x_max_line_chars"] = str(order.line_chars)
        if order.translate_to and order.translate_to != "en":
            form["x_to_language"] = order.translate_to
        if connection.is_ours:
            form["x_progress"] = "true"
        return form

    def _fail(self, target: Target, error: Exception) -> None:
        reason = error.message if isinstance(error, Failed) else str(error)
        if self._order.json:
            row = {"file": str(target.recording.path), "error": reason}
            click.echo(json.dumps(row, ensure_ascii=False))
        click.echo(f"{target.recording.path}: {reason}", err=True)

    def _say(self, line: str) -> None:
        if not self._order.quiet:
            click.echo(line, err=True)


def _line(event: Mapping[str, Any]) -> str:
    speaker = event.get("speaker")
    return f"{speaker}: {event['text']}" if speaker else str(event["text"])


def _by_speakers(body: str, form: str) -> str:
    """A `diarized_json` in the format of the order."""
    if form == "json":
        return body
    turns = list(_turns(json.loads(body)["segments"]))
    if form == "srt":
        return subtitles.srt(turns)
    if form == "vtt":
        return subtitles.vtt(turns)
    return "".join(f"{turn.text}\n" for turn in turns)


def _turns(segments: Sequence[Mapping[str, Any]]) -> Iterator[Turn]:
    """Each segment with its speaker's name before it."""
    for segment in segments:
        text = f"{segment['speaker']}: {str(segment['text']).strip()}"
        yield Turn(segment["start"], segment["end"], text)


def _row(target: Target, written: Written) -> Mapping[str, Any]:
    """The fields of a recording in the output for programs."""
    row: dict[str, Any] = {"file": str(target.recording.path)}
    if target.path is not None:
        row["output"] = str(target.path)
    else:
        row["text"] = written.body
        with suppress(ValueError):  # all formats but json are text
            row["text"] = json.loads(written.body)
    row |= {"audio_seconds": written.audio_s, "seconds": round(written.took_s, 2)}
    return row | {"coverage": written.coverage} if written.coverage else row


def _summary(written: Written) -> str:
    if not written.audio_s:
        return f"{written.took_s:.1f} s"
    pace = written.audio_s / max(written.took_s, 0.001)
    return f"{written.audio_s:.0f} s of sound in {written.took_s:.1f} s, {pace:.1f} × real time"
