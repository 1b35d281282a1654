"""The answer to `x_dry_run`: what a request would take."""

from typing import Literal

from pydantic import BaseModel

from dragoman.domain.chat import Estimate


class DryRun(BaseModel):
    """The answer to a chat request with `x_dry_run`: nothing was generated."""

    object: Literal["x_dry_run"]
    model: str
    prompt_tokens: int
    max_completion_tokens: int
    """The most that each choice may take."""
    context_tokens: int
    """The context of the model: the most tokens of prompt and answer together."""
    fits: bool
    """Whether the prompt fits; if not, the request would be refused."""
    predicted_seconds: float | None
    """The seconds until the last token, if every choice takes all it may; null: not known yet."""


def dry_run(model: str, estimate: Estimate) -> DryRun:
    """Build the answer from the engine's numbers."""
    seconds = estimate.seconds
    return DryRun(
        object="x_dry_run",
        model=model,
        prompt_tokens=estimate.prompt_tokens,
        max_completion_tokens=estimate.max_tokens,
        context_tokens=estimate.context_tokens,
        fits=estimate.fits,
        predicted_seconds=None if seconds is None else round(seconds, 3),
    )
