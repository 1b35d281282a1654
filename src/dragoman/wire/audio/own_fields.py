"""The fields of transcriptions and translations that OpenAI does not have."""

from typing import cast

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.audio.flags import POLICIES, FlagPolicy
from dragoman.wire.faults import missing
from dragoman.wire.form import Form, integer

OUR_OWN = (
    "x_dry_run",
    "x_flags",
    "x_max_line_chars",
    "x_max_chars_per_second",
    "x_progress",
    "x_track",
)

MOST_TRACKS = 1000
"""The most sound tracks of a file."""
LINE_CHARS = (10, 200)
CHARS_PER_SECOND = (5, 100)


def flagged_of(form: Form) -> FlagPolicy:
    """Read `x_flags`: the treatment of doubtful segments."""
    return cast("FlagPolicy", form.choice("x_flags", POLICIES) or "keep")


def line_chars_of(form: Form, response_format: str) -> int | None:
    """Read `x_max_line_chars`, which goes with subtitles alone."""
    value = form.text("x_max_line_chars")
    if value is None:
        return None
    if response_format not in ("srt", "vtt"):
        raise RequestInvalid(
            "Unsupported value: 'x_max_line_chars' does not support response_format "
            f"'{response_format}'. Use 'srt' or 'vtt' instead.",
            param="x_max_line_chars",
            code="unsupported_value",
        )
    return integer("x_max_line_chars", value, *LINE_CHARS)


def chars_per_second_of(form: Form) -> float | None:
    """Read `x_max_chars_per_second`, which goes with `x_max_line_chars` alone."""
    speed = form.decimal("x_max_chars_per_second", *CHARS_PER_SECOND)
    if speed is not None and not form.has("x_max_line_chars"):
        raise missing("x_max_line_chars")
    return speed


def track_of(form: Form) -> int | None:
    """Read `x_track`; how many tracks there are is known when the file is read."""
    value = form.text("x_track")
    return None if value is None else integer("x_track", value, 1, MOST_TRACKS)


def dry_run_of(form: Form, *, stream: bool = False) -> bool:
    """Read `x_dry_run`, which needs a whole answer."""
    dry = form.flag("x_dry_run")
    if dry and stream:
        raise RequestInvalid(
            "The 'x_dry_run' parameter is not allowed when 'stream' is enabled.", param="x_dry_run"
        )
    return dry


def progress_of(form: Form, *, stream: bool = False) -> bool:
    """Read `x_progress`, a stream of its own, which has nothing to report of a dry run."""
    progress = form.flag("x_progress")
    for name, present in (("stream", stream), ("x_dry_run", form.flag("x_dry_run"))):
        if progress and present:
            raise RequestInvalid(
                f"The 'x_progress' parameter is not allowed when '{name}' is enabled.",
                param="x_progress",
            )
    return progress
