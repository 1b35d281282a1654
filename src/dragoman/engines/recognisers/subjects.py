"""From a thousand probabilities to the one thing that may be said: the main subject, or nothing.

The networks were trained with softened labels: they leave a little probability on every class, so
a right answer can stand at 0.3 and a group of a hundred classes collects 0.2 from nothing. The
predictions of all views are therefore multiplied rather than averaged, and sharpened. The
thresholds were set on 540 pictures (`docs/rooms/recognisers.md`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.engines.recognisers.names import Subject

_SHARPENING = 1.5
_MIN_AGREEMENT = 0.75
"""The least share of the views that have the subject first."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A main subject that is good enough to be named."""

    subject: Subject
    certain: bool
    """Whether it is as good as certain."""


class Judge:
    """Knows which subjects there are and how sure one has to be of them."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self._subjects = subjects
        self._members = np.zeros((1000, len(subjects)))
        for column, subject in enumerate(subjects):
            self._members[list(subject.classes), column] = 1

    def support(self, predictions: NDArray[np.float64]) -> dict[str, float]:
        """The mean probability (0 … 1) of each subject over all views."""
        means = predictions.mean(axis=0) @ self._members
        return {s.name: float(mean) for s, mean in zip(self._subjects, means, strict=True)}

    def guess(self, predictions: NDArray[np.float64]) -> Guess | None:
        """The main subject, if the `predictions` of `Classifier.predictions` agree on one."""
        scores = _fused(predictions) @ self._members
        best = int(scores.argmax())
        subject = self._subjects[best]
        mean = float((predictions.mean(axis=0) @ self._members)[best])
        each = np.array([_fused(prediction[None]) @ self._members for prediction in predictions])
        agreement = float((each.argmax(axis=1) == best).mean())
        score = float(scores[best])
        if agreement < _MIN_AGREEMENT or not _enough(subject.sort, score, mean):
            return None
        return Guess(subject, certain=score >= 0.95 and mean >= 0.6)


def _enough(sort: str, score: float, mean: float) -> bool:
    """Animals are what ImageNet knows best; other names are given to what only looks alike."""
    match sort:
        case "animal":
            return score >= 0.78 and mean >= 0.25
        case "food" | "vehicle" | "plant":
            return score >= 0.9 and mean >= 0.4
        case _:
            return score >= 0.9 and mean >= 0.5


def _fused(predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    """The predictions multiplied and sharpened, shape [1000]; their sum is 1."""
    logs = np.log(predictions + 1e-9).mean(axis=0) * _SHARPENING
    powers = np.exp(logs - logs.max())
    return powers / powers.sum()
