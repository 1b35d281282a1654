"""The field `x_consensus`: how far several answers agree, and which the model is surest of.

An extension of ours. Answers that are JSON are compared field by field.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel

from dragoman.wire.fields import Json

MOST_FIELDS = 1_000
"""The most fields of one answer that are compared."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice: its text or its calls, and the log-probabilities of its tokens."""

    text: str
    calls: Sequence[tuple[str, str]]
    logprobs: Sequence[float]

    @property
    def document(self) -> Json | None:
        """The answer as a JSON document; None: it is text."""
        if self.calls:
            return [{"name": n, "arguments": _parsed(a)} for n, a in self.calls]
        document = _parsed(self.text)
        return document if self.text.lstrip()[:1] in ("{", "[") else None

    @property
    def mean_logprob(self) -> float | None:
        """The mean log-probability of the answer's tokens; None: it has none."""
        return sum(self.logprobs) / len(self.logprobs) if self.logprobs else None


class Field(BaseModel):
    """A place in the documents (a JSON pointer), its commonest value, and the share that has it."""

    path: str
    value: Json
    agreement: float


class Ranked(BaseModel):
    """A choice, and the mean log-probability of its tokens."""

    index: int
    mean_logprob: float | None


class Consensus(BaseModel):
    """How far the choices agree; shares are of all choices, 0 … 1."""

    agreement: float
    """The share of the choices that are the commonest answer."""
    fields: list[Field] | None
    """The fields of the documents; None: not all choices are JSON."""
    ranking: list[Ranked]
    """The choices, the surest first."""


def consensus(answers: Sequence[Answer]) -> Consensus:
    """Compare the answers, of which there is at least one."""
    documents = [answer.document for answer in answers]
    are_json = all(document is not None for document in documents)
    said = [
        _canonical(document) if are_json else " ".join(answer.text.split())
        for answer, document in zip(answers, documents, strict=True)
    ]
    means = [answer.mean_logprob for answer in answers]
    surest = sorted(
        range(len(answers)),
        key=lambda i: (means[i] is None, -(means[i] or 0.0), i),
    )
    return Consensus(
        agreement=Counter(said).most_common(1)[0][1] / len(said),
        fields=_fields(documents) if are_json else None,
        ranking=[Ranked(index=i, mean_logprob=means[i]) for i in surest],
    )


def _fields(documents: Sequence[Json]) -> list[Field]:
    leaves = [dict(_leaves(document)) for document in documents]
    paths = list(dict.fromkeys(path for each in leaves for path in each))[:MOST_FIELDS]
    fields: list[Field] = []
    for path in paths:
        values = Counter(_canonical(each[path]) for each in leaves if path in each)
        value, count = values.most_common(1)[0]
        agreement = count / len(documents)
        fields.append(Field(path=path, value=json.loads(value), agreement=agreement))
    return fields


def _leaves(root: Json) -> Iterator[tuple[str, Json]]:
    """Every value that holds no other, with its JSON pointer, in order of the document."""
    waiting: list[tuple[str, Json]] = [("", root)]
    while waiting:
        path, value = waiting.pop()
        inside: list[tuple[str, Json]] = []
        if isinstance(value, dict):
            members = cast("Mapping[str, Json]", value)
            inside = [(f"{path}/{_escaped(name)}", each) for name, each in members.items()]
        elif isinstance(value, list):
            items = cast("list[Json]", value)
            inside = [(f"{path}/{i}", each) for i, each in enumerate(items)]
        if inside:
            waiting += reversed(inside)
        else:
            yield path, value


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def _parsed(text: str) -> Json | None:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
