"""What stands at the top of an answer and of every chunk of it."""

import hashlib
import json
import time
import uuid
from dataclasses import dataclass

from dragoman.domain.models import ModelCard


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who an answer is and when it began (Unix seconds)."""

    id: str
    created: int


def fresh_stamp() -> Stamp:
    """A stamp that nobody else has."""
    return Stamp(f"chatcmpl-{uuid.uuid4().hex}", int(time.time()))


@dataclass(frozen=True, slots=True)
class Head:
    """Equal in all chunks of an answer, and in the whole answer."""

    stamp: Stamp
    model: str
    """As it was asked for."""
    fingerprint: str
    service_tier: str


def fingerprint(card: ModelCard, version: str) -> str:
    """The same model, engine, settings and version of ours: the same fingerprint."""
    parts = [card.id, card.engine, card.created, dict(card.options), version]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode())
    return f"fp_{digest.hexdigest()[:10]}"
