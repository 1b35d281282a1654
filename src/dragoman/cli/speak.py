"""`dragoman speak`: text in, sound out."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from dragoman.cli.answers import answered
from dragoman.cli.connection import Connection, Failed, Wish, connected, where

FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")
SUFFIXES: Mapping[str, str] = {".ogg": "opus", ".oga": "opus", ".m4a": "aac"}
"""The suffixes of files that are not called as their format."""
PLAYERS: Sequence[Sequence[str]] = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("mpv", "--no-video", "--really-quiet"),
    ("afplay",),
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
)
"""Programs that play a file, in the order in which they are looked for."""
PLAIN_PLAYERS = ("pw-play", "paplay", "aplay")
"""Those that are sure of WAV alone."""

EXAMPLES = """\b
Examples:
  dragoman speak "안녕하세요" -o hi.mp3
  dragoman speak -v nova --speed 1.2 "Good morning." --play
  dragoman speak < letter.txt -o letter.opus
  dragoman speak "Hello." -o - | ffplay -nodisp -autoexit -

`dragoman voices` lists the voices."""


@dataclass(frozen=True, slots=True)
class Order:
    """The command as it was typed."""

    text: tuple[str, ...]
    output: Path | None
    form: str | None
    voice: str
    speed: float | None
    instructions: str | None
    language: str | None
    model: str | None
    play: bool
    json: bool
    url: str | None
    here: bool

    @property
    def format(self) -> str:
        """The format that was chosen, or that of the file's suffix."""
        if self.form:
            return self.form
        if self.output is None or self.output == Path("-"):
            return "wav" if self.play else "mp3"
        suffix = self.output.suffix.lower()
        name = SUFFIXES.get(suffix, suffix.removeprefix("."))
        if name not in FORMATS:
            raise click.UsageError(
                f"{self.output}: the suffix is no format; -f is one of {', '.join(FORMATS)}."
            )
        return name


@click.command(short_help="Speak a text.", epilog=EXAMPLES)
@click.argument("text", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to write; its suffix is the format. `-`: standard output.",
)
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Else by the suffix.")
@click.option("-v", "--voice", default="alloy", help="A name or a blend (alloy).")
@click.option("--speed", type=click.FloatRange(0.25, 4), help="1 is the voice's own.")
@click.option("--instructions", help='How to speak: "slowly", "with a British accent".')
@click.option("-l", "--language", metavar="CODE", help="Of text that does not tell: es.")
@click.option("-m", "--model", help="The voice's model; else the first there is.")
@click.option("--play", is_flag=True, help="Play it, where a player is.")
@click.option("--json", is_flag=True, help="One line of JSON about the file, for programs.")
@where
def speak(**typed: Any) -> int:
    """Speak a text, or what comes by a pipe."""
    order = Order(**typed)
    text = " ".join(order.text) if order.text and order.text != ("-",) else _piped()
    to_stdout = order.output == Path("-") or (order.output is None and not order.play)
    if to_stdout and sys.stdout.isatty():
        raise click.UsageError("-o FILE writes the sound, --play plays it.")
    if order.json and to_stdout:
        raise click.UsageError("--json needs a file: -o FILE.")
    player = _player(order.format) if order.play else None
    with connected(Wish(order.url, order.here), ["speech"]) as connection:
        if to_stdout:
            for piece in spoken(connection, order, text):
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return 0
        return _filed(connection, order, text, player)


def _piped() -> str:
    if sys.stdin.isatty():
        raise click.UsageError('There is no text: dragoman speak "Hello." -o hello.mp3')
    text = sys.stdin.read()
    if not text.strip():
        raise click.UsageError("Standard input has no text.")
    return text


def _player(form: str) -> Sequence[str]:
    for command in PLAYERS:
        if shutil.which(command[0]) and (form == "wav" or command[0] not in PLAIN_PLAYERS):
            return command
    names = ", ".join(command[0] for command in PLAYERS)
    raise Failed(f"There is no player for {form} here (of {names}); -o FILE writes the sound.")


def _filed(connection: Connection, order: Order, text: str, player: Sequence[str] | None) -> int:
    """Write the file, whole or not at all, and play it where that was asked for."""
    with tempfile.TemporaryDirectory(prefix="dragoman-") as scratch:
        path = order.output or Path(scratch) / f"speech.{order.format}"
        part = path.with_name(f".{path.name}.part")
        try:
            with part.open("wb") as file:
                for piece in spoken(connection, order, text):
                    file.write(piece)
            if order.format == "wav":
                _say_length(part)
            part.replace(path)
        except OSError as error:
            raise Failed(f"{path}: {error.strerror}") from error
        finally:
            part.unlink(missing_ok=True)
        if order.json:
            size = path.stat().st_size
            row = {"output": str(path), "format": order.format, "bytes": size}
            click.echo(json.dumps(row, ensure_ascii=False))
        if player is None:
            return 0
        return subprocess.run([*player, str(path)], check=False).returncode  # noqa: S603 - a player of the table, and a path


def spoken(connection: Connection, order: Order, text: str) -> Iterator[bytes]:
    """The sound, as it is made.

    Raises:
        Failed: it is refused, or breaks off.
    """
    optional = {
        "speed": order.speed,
        "instructions": order.instructions,
        "x_language": order.language,
    }
    body = {
        "model": connection.model("speech", order.model),
        "voice": order.voice,
        "input": text,
        "response_format": order.format,
        **{name: value for name, value in optional.items() if value is not None},
    }
    with answered(connection, "audio/speech", json=body) as response:
        yield from response.iter_bytes()


def _say_length(path: Path) -> None:
    """Write into a WAV header what nobody knew when it was sent."""
    from dragoman.audio.wav import wav_header

    with path.open("r+b") as file:
        file.write(wav_header(path.stat().st_size - len(wav_header())))
