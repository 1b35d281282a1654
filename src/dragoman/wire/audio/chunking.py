"""The field `chunking_strategy`: where a recording is cut."""

from collections.abc import Mapping
from typing import Any

from dragoman.domain.transcription import Chunking
from dragoman.wire.faults import missing, not_among, unknown
from dragoman.wire.form import Form, decimal, integer

NAME = "chunking_strategy"
FIELDS = ("type", "prefix_padding_ms", "silence_duration_ms", "threshold")

THRESHOLD, SILENCE_MS, PADDING_MS = 0.5, 200, 300
"""The values that OpenAI's `server_vad` has where the request names none."""

LONGEST_MS = 10_000


def chunking(form: Form) -> Chunking:
    """Read the field; `auto`, and a field that is absent, leave the choice to the engine.

    Raises:
        RequestInvalid: in OpenAI's words.
    """
    strategy = form.object(NAME)
    if strategy in (None, "auto"):
        return Chunking()
    if isinstance(strategy, str):
        raise not_among(NAME, strategy, ("auto",))
    return _server_vad(strategy or {})


def _server_vad(strategy: Mapping[str, Any]) -> Chunking:
    for name in strategy:
        if name not in FIELDS:
            raise unknown(f"{NAME}.{name}")
    if "type" not in strategy:
        raise missing(f"{NAME}.type")
    if strategy["type"] != "server_vad":
        raise not_among(f"{NAME}.type", str(strategy["type"]), ("server_vad",))
    threshold = strategy.get("threshold", THRESHOLD)
    return Chunking(
        threshold=decimal(f"{NAME}.threshold", threshold, 0, 1),
        silence_s=_seconds(strategy, "silence_duration_ms", SILENCE_MS),
        padding_s=_seconds(strategy, "prefix_padding_ms", PADDING_MS),
    )


def _seconds(strategy: Mapping[str, Any], name: str, default_ms: int) -> float:
    return integer(f"{NAME}.{name}", strategy.get(name, default_ms), 0, LONGEST_MS) / 1000
