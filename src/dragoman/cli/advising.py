"""Advice for commands that other programs have: what to type here instead."""

from collections.abc import Mapping

import click
from typing_extensions import override

ELSEWHERE: Mapping[str, str] = {
    "list": "`dragoman models list`",
    "ls": "`dragoman models list`",
    "search": "`dragoman models list`",
    "show": "`dragoman models list`",
    "pull": "`dragoman models pull`",
    "rm": "`dragoman models remove`",
    "remove": "`dragoman models remove`",
    "verify": "`dragoman models verify`",
    "run": "`dragoman chat`, or `dragoman serve`",
    "start": "`dragoman serve`",
    "say": "`dragoman speak`",
    "tts": "`dragoman speak`",
    "stt": "`dragoman transcribe`",
}
"""Commands that people bring from elsewhere → what to type here."""


class Advising(click.Group):
    """A group that says what to type instead of a command that is not here."""

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See click."""
        word = args[0]
        if self.get_command(ctx, word) is None and word in ELSEWHERE:
            ctx.fail(f"There is no command {word!r} here: type {ELSEWHERE[word]}.")
        return super().resolve_command(ctx, args)
