"""The head of an answer and of every chunk of it."""

import hashlib
import json
import time
import uuid
from dataclasses import dataclass

from dragoman.domain.models import ModelCard


@dataclass(frozen=True, slots=True)
class Stamp:
    """The id of an answer, and the time at which it began (Unix seconds)."""

    id: str
    created: int


def fresh_stamp() -> Stamp:
    """Make a stamp that no other answer has."""
    return Stamp(f"chatcmpl-{uuid.uuid4().hex}", int(time.time()))


@dataclass(frozen=True, slots=True)
class Head:
    """The members that are equal in all chunks of an answer, and in the whole answer."""

    stamp: Stamp
    model: str
    """The model's name as the request has it."""
    fingerprint: str
    service_tier: str


def fingerprint(card: ModelCard, version: str) -> str:
    """A fingerprint: equal for the same model, engine, settings and version of ours."""
    parts = [card.id, card.engine, card.created, dict(card.options), version]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode())
    return f"fp_{digest.hexdigest()[:10]}"
