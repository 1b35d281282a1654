"""Extensions: chat's fields that OpenAI does not have, `x_…`."""

from dataclasses import dataclass

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.fields import Fields, boolean

EXTENSIONS = ("x_consensus", "x_dry_run")


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions that a request asks for."""

    consensus: bool = False
    """Whether to say how far the choices agree."""
    dry_run: bool = False
    """Whether to generate nothing and to say only what it would take."""


def read_extensions(fields: Fields, *, choices: int, stream: bool) -> Extensions:
    """Read all extensions; they need whole answers.

    Raises:
        RequestInvalid: one that makes no sense with the rest of the request.
    """
    asked = Extensions(
        fields.optional("x_consensus", boolean, default=False),
        fields.optional("x_dry_run", boolean, default=False),
    )
    for name, wanted in (("x_consensus", asked.consensus), ("x_dry_run", asked.dry_run)):
        if wanted and stream:
            raise RequestInvalid(
                f"The '{name}' parameter is not allowed when 'stream' is enabled.", param=name
            )
    if asked.consensus and choices < 2:
        raise RequestInvalid(
            "The 'x_consensus' parameter is only allowed when 'n' is greater than 1.",
            param="x_consensus",
        )
    return asked
