"""`dragoman compat`: what becomes of each field of the API, by the ledger."""

import shutil
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from dragoman import __version__
from dragoman.cli.connection import Failed, Wish, running

if TYPE_CHECKING:
    from dragoman.wire.compat.answer import Compat, EndpointFates, FieldFate

EXAMPLES = """\b
Examples:
  dragoman compat
  dragoman compat audio/speech
  dragoman compat --url http://localhost:8000/v1
  dragoman compat --json | jq '.models[].differences'

Without --url no server is needed: it is the ledger of this version, with the
models that are on this machine."""

WORDS: Mapping[str, str] = {
    "honoured": "honoured",
    "emulated": "emulated",
    "without_effect": "no effect",
    "refused": "refused",
}
"""The fates, as people read them."""
_WIDEST = 100
_INDENT = 13


@click.command(short_help="Which fields are honoured, and which are not.", epilog=EXAMPLES)
@click.argument("endpoint", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--markdown", is_flag=True, help="As a page of tables.")
@click.option("--url", help="The server to ask, http://HOST:PORT/v1.")
def compat(*, endpoint: str | None, as_json: bool, markdown: bool, url: str | None) -> int:
    """Say of each field of the API whether it is honoured, emulated, without effect or refused.

    An ENDPOINT is a path or its end: chat/completions, responses, speech.
    """
    ledger = _chosen(_asked(url) if url else _here(), endpoint)
    if as_json:
        click.echo(ledger.model_dump_json(indent=2))
    elif markdown:
        click.echo(tables(ledger), nl=False)
    else:
        width = min(shutil.get_terminal_size().columns, _WIDEST)
        click.echo("\n".join(lines(ledger, width)))
    return 0


def _here() -> "Compat":
    """The ledger with the models of this machine.

    Raises:
        Failed: settings or a catalogue are wrong.
    """
    from dragoman.models.errors import StoreError
    from dragoman.models.installed import Installed
    from dragoman.serving.machine import Machine
    from dragoman.serving.settings import SettingsWrong
    from dragoman.serving.sources import settings_of
    from dragoman.wire.compat.answer import compat as build

    try:
        machine = Machine.of(settings_of({}))
        installed = Installed(machine.catalogue, machine.store, machine.settings.aliases)
    except SettingsWrong as error:
        raise Failed(str(error)) from error
    except StoreError as error:
        raise Failed(error.message) from error
    return build(__version__, installed.cards(), machine.settings.unknown_fields)


def _asked(url: str) -> "Compat":
    """The ledger of a server.

    Raises:
        Failed: it has none.
    """
    from pydantic import ValidationError

    from dragoman.wire.compat.answer import Compat

    with running(Wish(url)) as connection:
        answer = connection.client.get("compat")
        if answer.status_code != 200:
            raise Failed(f"{connection.place} has no ledger: it is no Dragoman, or an older one.")
        try:
            return Compat.model_validate_json(answer.content)
        except ValidationError as error:
            raise Failed(f"{connection.place} answers with another form of it.") from error


def _chosen(ledger: "Compat", endpoint: str | None) -> "Compat":
    """The ledger of the endpoints that are meant.

    Raises:
        UsageError: none is.
    """
    if endpoint is None:
        return ledger
    path = f"/{endpoint.strip('/')}"
    every = [each.path for each in ledger.endpoints]
    meant = [each for each in every if each in (path, f"/v1{path}")]
    meant = meant or [each for each in every if f"{path}/" in f"{each}/"]
    if not meant:
        raise click.UsageError(f"There is no {endpoint!r} in the ledger: {', '.join(every)}.")
    models = [
        model.model_copy(
            update={"differences": [each for each in model.differences if each.path in meant]}
        )
        for model in ledger.models
    ]
    endpoints = [each for each in ledger.endpoints if each.path in meant]
    return ledger.model_copy(update={"endpoints": endpoints, "models": models, "not_served": []})


def lines(ledger: "Compat", width: int) -> Iterator[str]:
    """The ledger for people: what is honoured in one paragraph, the rest a line each."""
    for endpoint in ledger.endpoints:
        yield f"{endpoint.method} {endpoint.path}"
        for fate, word in WORDS.items():
            first = word
            for text in _said(endpoint, fate):
                yield from _entry(first, text, width)
                first = ""
        for model in ledger.models:
            for each in model.differences:
                if each.path == endpoint.path:
                    names = f" as {', '.join(each.names)}" if each.names else ""
                    what = each.field or "all of it"
                    text = f"{model.id}{names}: {what} {WORDS[each.fate]}: {each.note}"
                    yield from _entry("but", text, width)
        yield ""
    if ledger.not_served:
        yield f"Not served: {', '.join(ledger.not_served)}"


def _said(endpoint: "EndpointFates", fate: str) -> Sequence[str]:
    """The fields of one fate: those without a note together, then those of one note each."""
    notes: dict[str, list[str]] = {}
    for each in endpoint.fields:
        if each.fate == fate:
            notes.setdefault(each.note or "", []).append(each.name)
    return [f"{', '.join(names)}{f': {note}' if note else ''}" for note, names in notes.items()]


def _entry(word: str, text: str, width: int) -> Sequence[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=f"  {word:<{_INDENT - 2}}",
        subsequent_indent=" " * _INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


WHOSE: Mapping[str, str] = {
    "openai": "OpenAI",
    "local_servers": "local servers",
    "dragoman": "Dragoman",
}


def tables(ledger: "Compat") -> str:
    """The ledger as a page: a table for each endpoint; fields that share all else share a row."""
    parts: list[str] = []
    for endpoint in ledger.endpoints:
        page = endpoint.page.removeprefix("docs/")
        parts.append(f"## {endpoint.path}\n\nIn full: [{page}]({page}).\n\n{_table(endpoint)}")
    if differing := "".join(_differing(ledger)):
        head = "| model | as | endpoint | field | fate | |\n|---|---|---|---|---|---|\n"
        parts.append(f"## Where a model differs\n\n{head}{differing}")
    if ledger.not_served:
        paths = ", ".join(f"`{path}`" for path in ledger.not_served)
        parts.append(f"## Not served\n\nA 404 at OpenAI's other paths: {paths}.\n")
    return "\n".join(parts)


def _table(endpoint: "EndpointFates") -> str:
    rows: dict[tuple[str, str, str], list[str]] = {}
    for each in sorted(endpoint.fields, key=_order):
        key = (WORDS[each.fate], WHOSE[each.origin], each.note or "")
        rows.setdefault(key, []).append(f"`{each.name}`")
    body = "".join(
        f"| {', '.join(names)} | {fate} | {whose} | {note} |\n"
        for (fate, whose, note), names in rows.items()
    )
    return f"| field | fate | whose word | |\n|---|---|---|---|\n{body}"


def _differing(ledger: "Compat") -> Iterator[str]:
    for model in ledger.models:
        for each in model.differences:
            names = ", ".join(f"`{name}`" for name in each.names or ()) or "any name"
            field = f"`{each.field}`" if each.field else "all"
            fate = WORDS[each.fate]
            yield f"| {model.id} | {names} | {each.path} | {field} | {fate} | {each.note} |\n"


def _order(each: "FieldFate") -> tuple[int, int]:
    """OpenAI's words before others, and by fate."""
    return [*WHOSE].index(each.origin), [*WORDS].index(each.fate)
