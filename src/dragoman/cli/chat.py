"""`dragoman chat`: a question with its answer, or a conversation."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from dragoman.cli.connection import Wish, connected, where

EXAMPLES = """\b
Examples:
  dragoman chat "Why is the sky blue?"
  dragoman chat -f photo.jpg "What is on this picture?"
  git diff | dragoman chat "Write a commit message for this."
  dragoman chat -s "Answer in Korean."

Without a question it is a conversation; /help lists what else can be typed there."""


@dataclass(frozen=True, slots=True)
class Order:
    """The command as it was typed."""

    question: tuple[str, ...]
    model: str | None
    system: str | None
    files: tuple[Path, ...]
    temperature: float | None
    max_tokens: int | None
    json: bool
    url: str | None
    here: bool


@click.command(short_help="Ask a question, or have a conversation.", epilog=EXAMPLES)
@click.argument("question", nargs=-1)
@click.option("-m", "--model", help="The model; else the first there is.")
@click.option("-s", "--system", help="What the model is told before everything else.")
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Picture, WAV, MP3, PDF or text to ask about; again for more.",
)
@click.option("-t", "--temperature", type=click.FloatRange(0, 2), help="0: the likeliest words.")
@click.option("--max-tokens", type=click.IntRange(1), help="The longest answer.")
@click.option("--json", is_flag=True, help="The whole answer of the API, for programs.")
@where
def chat(**typed: Any) -> int:
    """Ask a question, or what comes by a pipe; without either, have a conversation."""
    from dragoman.cli.attachments import part
    from dragoman.cli.conversation import Conversation, Talk

    order = Order(**typed)
    question = _question(order)
    if question is None and order.json:
        raise click.UsageError("--json needs a question.")
    parts = [part(path) for path in order.files]
    kinds = ["chat"]
    kinds += ["sight"] if any(each["type"] == "image_url" for each in parts) else []
    if any(each["type"] == "input_audio" for each in parts):
        kinds += ["transcription"]
    with connected(Wish(order.url, order.here), kinds) as connection:
        talk = Talk.begun(connection, order)
        if question is None:
            return Conversation(talk).run(parts)
        if order.json:
            click.echo(json.dumps(talk.whole(question, parts), ensure_ascii=False))
            return 0
        for piece in talk.answer(question, parts):
            click.echo(piece, nl=False)
        click.echo()
    return 0


def _question(order: Order) -> str | None:
    """The question: the typed words, after the text of a pipe; None: a conversation."""
    typed = " ".join(order.question)
    piped = "" if sys.stdin.isatty() else sys.stdin.read().strip()
    text = "\n\n".join(part for part in (piped, typed) if part)
    if text or sys.stdin.isatty():
        return text or None
    raise click.UsageError("Standard input is empty, and there is no question.")
