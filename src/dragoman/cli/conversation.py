"""A conversation on a terminal: what is said, and the words that begin with a slash."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import click

from dragoman.cli.answers import answered, events
from dragoman.cli.attachments import part
from dragoman.cli.chat import Order
from dragoman.cli.connection import Connection, Failed

PROMPT = "> "
MORE = ". "
QUOTES = '"""'
"""The quotes around a text of several lines."""
HELP = f"""\
/model [NAME]  which model answers, or another one from here on
/models        the models there are
/system TEXT   what the model is told before everything else
/file PATH     a picture, WAV, MP3, PDF or text, for the next question
/clear         forget what was said
/save FILE     write what was said as Markdown
/exit          the end; so is Ctrl-D
{QUOTES}            begins and ends a question of several lines
Ctrl-C         stops an answer"""


@dataclass(slots=True)
class Talk:
    """A conversation: the messages so far, and who answers."""

    connection: Connection
    model: str
    messages: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def begun(cls, connection: Connection, order: Order) -> Self:
        """Begin a talk with the order's model, system text and options.

        Raises:
            Failed: there is no model.
        """
        options = {"temperature": order.temperature, "max_tokens": order.max_tokens}
        sent = {name: value for name, value in options.items() if value is not None}
        talk = cls(connection, connection.model("chat", order.model), options=sent)
        if order.system:
            talk.instruct(order.system)
        return talk

    def instruct(self, text: str) -> None:
        """Put `text` before everything else."""
        rest = [message for message in self.messages if message["role"] != "system"]
        self.messages = [{"role": "system", "content": text}, *rest]

    def clear(self) -> None:
        """Forget all but the system text."""
        self.messages = [message for message in self.messages if message["role"] == "system"]

    def answer(
        self, question: str, parts: Sequence[Mapping[str, Any]]
    ) -> Generator[str, None, None]:
        """The pieces of the answer, which is remembered as far as it is read.

        Raises:
            Failed: it is refused or breaks off; then neither it nor the question is remembered.
        """
        messages = [*self.messages, _message(question, parts)]
        body = {"model": self.model, "messages": messages, "stream": True, **self.options}
        answer_text = ""
        try:
            with answered(self.connection, "chat/completions", json=body) as response:
                for event in events(response):
                    for choice in event.get("choices", ())[:1]:
                        piece = choice["delta"].get("content") or ""
                        answer_text += piece
                        if piece:
                            yield piece
        except (GeneratorExit, KeyboardInterrupt):
            self._remember(messages, answer_text)
            raise
        self._remember(messages, answer_text)

    def whole(self, question: str, parts: Sequence[Mapping[str, Any]]) -> Any:
        """The whole answer of the API.

        Raises:
            Failed: it is refused.
        """
        messages = [*self.messages, _message(question, parts)]
        body = {"model": self.model, "messages": messages, **self.options}
        with answered(self.connection, "chat/completions", json=body) as response:
            response.read()
            return response.json()

    def _remember(self, messages: Sequence[Mapping[str, Any]], answer_text: str) -> None:
        if answer_text:
            self.messages = [*messages, {"role": "assistant", "content": answer_text}]


def _message(question: str, parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if not parts:
        return {"role": "user", "content": question}
    return {"role": "user", "content": [*parts, {"type": "text", "text": question}]}


class Conversation:
    """Lines of a person, answered one after the other until the end of the input."""

    def __init__(self, talk: Talk, read: Callable[[str], str] = input) -> None:
        self._talk = talk
        self._read = read
        self._parts: list[Mapping[str, Any]] = []
        self._words: Mapping[str, Callable[[str], None]] = {
            "/help": self._help,
            "/?": self._help,
            "/model": self._model,
            "/models": self._models,
            "/system": self._system,
            "/file": self._file,
            "/clear": self._clear,
            "/save": self._save,
        }

    def run(self, parts: Sequence[Mapping[str, Any]] = ()) -> int:
        """Answer until `/exit` or the end; `parts` go with the first question."""
        with suppress(ImportError):  # lines can be edited and called back where it is
            import_module("readline")
        self._parts = list(parts)
        click.echo(f"{self._talk.model} answers. /help lists what can be typed; /exit ends.")
        while (line := self._line()) is not None:
            word, _, rest = line.partition(" ")
            if word in {"/exit", "/quit", "/bye"}:
                break
            try:
                self._obey(word, rest.strip(), line)
            except Failed as error:
                click.echo(error.message, err=True)
        return 0

    def _line(self) -> str | None:
        """One question, or several lines between quotes; None: there are no more."""
        while True:
            try:
                line = self._read(PROMPT).strip()
                if line.startswith(QUOTES):
                    line = self._lines(line.removeprefix(QUOTES))
            except EOFError:
                click.echo()
                return None
            except KeyboardInterrupt:
                click.echo("  (/exit ends)")
                continue
            if line:
                return line

    def _lines(self, first: str) -> str:
        lines = [first]
        while not lines[-1].rstrip().endswith(QUOTES):
            lines.append(self._read(MORE))
        return "\n".join(lines).rstrip().removesuffix(QUOTES).strip()

    def _obey(self, word: str, rest: str, line: str) -> None:
        if word in self._words:
            self._words[word](rest)
        elif word.startswith("/") and "/" not in word[1:] and not Path(word).exists():
            raise Failed(f"There is no {word}; /help lists what there is.")
        else:
            self._ask(line)

    def _ask(self, question: str) -> None:
        try:
            with closing(self._talk.answer(question, self._parts)) as pieces:
                for piece in pieces:
                    click.echo(piece, nl=False)
        except KeyboardInterrupt:
            click.echo(" …", nl=False)
        self._parts = []
        click.echo("\n")

    def _help(self, _: str) -> None:
        click.echo(HELP)

    def _model(self, name: str) -> None:
        names = [str(model["id"]) for model in self._talk.connection.models]
        if name and names and name not in names:
            raise Failed(f"There is no model {name!r}; /models lists those there are.")
        self._talk.model = name or self._talk.model
        click.echo(f"{self._talk.model} answers.")

    def _models(self, _: str) -> None:
        for model in self._talk.connection.models:
            # Names that lead to the same model would bury it.
            if model.get("x_kind", "chat") == "chat" and model.get("x_model") in {
                None,
                model["id"],
            }:
                click.echo(model["id"])

    def _system(self, text: str) -> None:
        if not text:
            raise Failed("/system TEXT: there is no text.")
        self._talk.instruct(text)

    def _file(self, name: str) -> None:
        self._parts.append(part(Path(name.strip("'\"")).expanduser()))
        click.echo("It goes with the next question.")

    def _clear(self, _: str) -> None:
        self._talk.clear()
        self._parts = []

    def _save(self, name: str) -> None:
        if not name:
            raise Failed("/save FILE: there is no name.")
        text = "\n\n".join(
            f"**{message['role']}**\n\n{_text(message['content'])}"
            for message in self._talk.messages
        )
        try:
            Path(name).expanduser().write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise Failed(f"{name}: {error.strerror}") from error


def _text(content: str | Sequence[Mapping[str, Any]]) -> str:
    """The text of a message; of other parts their kind."""
    if isinstance(content, str):
        return content
    return "\n\n".join(str(each.get("text", f"({each['type']})")) for each in content)
