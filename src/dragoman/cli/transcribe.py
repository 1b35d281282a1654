"""`dragoman transcribe` and `dragoman translate`: recordings in, text and subtitles out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from dragoman.cli.connection import where
from dragoman.cli.inputs import recordings, targets

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

SUFFIXES: Mapping[str, str] = {"text": ".txt", "srt": ".srt", "vtt": ".vtt", "json": ".json"}
FORMATS: Mapping[str, str] = {"txt": "text", **{name: name for name in SUFFIXES}}

EXAMPLES = """\b
Examples:
  dragoman transcribe talk.mp3
  dragoman transcribe film.mkv -o film.srt --line-chars 42
  dragoman transcribe recordings/ -o texts/ -f vtt
  dragoman transcribe meeting.m4a --diarize
  dragoman transcribe talk.mp3 --translate-to ko -o talk.ko.srt
  ffmpeg -i rtsp://camera -t 60 -f wav - | dragoman transcribe -

Exit status: 0 all done, 1 something failed, 2 the command is wrong."""
TRANSLATIONS = """\b
Examples:
  dragoman translate interview.mp3
  dragoman translate film.mkv --to ko -o film.ko.srt"""


def _shared(command: Decorated) -> Decorated:
    """The options that both commands have."""
    options = (
        click.argument(
            "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
        ),
        click.option(
            "-o",
            "--output",
            type=click.Path(path_type=Path),
            metavar="PATH",
            help="File to write; its suffix is the format. A folder for several.",
        ),
        click.option(
            "-f",
            "--format",
            "form",
            type=click.Choice(list(FORMATS)),
            help="text, srt, vtt, or json with all there is.",
        ),
        click.option("-m", "--model", help="The recogniser; else the first there is."),
        click.option("--prompt", help="Names and words that may be said."),
        click.option(
            "--line-chars",
            type=click.IntRange(10, 200),
            help="Subtitles of two lines of so many signs.",
        ),
        click.option("--force", is_flag=True, help="Write files anew that are in the folder."),
        click.option("--json", is_flag=True, help="One line of JSON a file, for programs."),
        click.option("-q", "--quiet", is_flag=True, help="No progress, no summary."),
        where,
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Order:
    """The command as it was typed."""

    files: tuple[Path, ...]
    output: Path | None
    form: str | None
    model: str | None
    prompt: str | None
    line_chars: int | None
    force: bool
    json: bool
    quiet: bool
    url: str | None
    here: bool
    language: str | None = None
    words: bool = False
    translate_to: str | None = None
    diarize: bool = False

    @property
    def format(self) -> str:
        """The format that was chosen, or that of the file's suffix, or text."""
        if self.form:
            return FORMATS[self.form]
        suffix = self.output.suffix.lower() if self.output else ""
        known = {suffix: name for name, suffix in SUFFIXES.items()}
        return known.get(suffix, "json" if self.words else "text")

    def check(self) -> None:
        """Refuse what does not go together.

        Raises:
            click.UsageError: it does not.
        """
        with_speech = {"--language": self.language, "--words": self.words}
        for name, value in (with_speech | {"--diarize": self.diarize}).items():
            if self.translate_to and value:
                raise click.UsageError(f"{name} does not go with --translate-to.")
        if self.words and self.format != "json":
            raise click.UsageError("--words goes with json alone: -f json, or -o NAME.json.")
        if self.line_chars and (self.format not in {"srt", "vtt"} or self.diarize):
            raise click.UsageError("--line-chars goes with srt and vtt, without --diarize.")


@click.command(short_help="Write down recordings: text, subtitles.", epilog=EXAMPLES)
@_shared
@click.option("-l", "--language", metavar="CODE", help="What is spoken: ko. Else it is found out.")
@click.option("--words", is_flag=True, help="With times of words, in json.")
@click.option("--translate-to", metavar="CODE", help="The text in another language: en.")
@click.option("--diarize", is_flag=True, help="Say who speaks.")
def transcribe(**typed: Any) -> int:
    """Write down what is said in recordings, films and folders of them; `-` reads a pipe."""
    return _run(Order(**typed))


@click.command(short_help="Write down recordings in another language.", epilog=TRANSLATIONS)
@_shared
@click.option(
    "--to", "translate_to", metavar="CODE", default="en", help="The language to write (en)."
)
def translate(**typed: Any) -> int:
    """Write down in another language what is said; like `transcribe --translate-to`."""
    return _run(Order(**typed))


def _run(order: Order) -> int:
    order.check()
    found = recordings(order.files)
    several = len(found) > 1 or any(path.is_dir() for path in order.files)
    if several and order.output is None and order.format != "text" and not order.json:
        raise click.UsageError("Several files of this format need a folder: -o FOLDER.")
    places = targets(found, order.output, SUFFIXES[order.format], force=order.force)

    from dragoman.cli.transcripts import Transcribing

    return Transcribing(order).run(places)
