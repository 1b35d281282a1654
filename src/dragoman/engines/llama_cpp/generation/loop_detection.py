"""Loop detection: answers that go round in circles, noticed while they are written.

A model that has lost its way says the same passages again and again, with small changes, to the end
of the context. Repetition that is meant looks the same for a while: rows of a table, cards of a
page, a line that somebody wants fifty times. So what repeats few words, or words of the question,
is let be for longer.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable

RUN = 6
"""Tokens in a row that are compared."""
BEFORE = 2
"""A run that has come so often before is a repetition: a text may be shown again, changed."""
SHARE = 0.7
"""The share of the latest runs that are repetitions when an answer goes round in circles."""
PASSAGES, LINES = 1024, 3072
"""Tokens that are looked back at: where many words are repeated, and where few or known ones."""
FEW = 64
"""Different tokens of lines and rows; passages have more."""
STEP = 64
"""Tokens between two looks at which words are repeated."""
KNOWN = 0.9
"""The share of the different words that stand in the question: then it asked for the repetition."""

_WORD = re.compile(r"\w+")


class LoopDetector:
    """Notices a loop in one answer, token by token; no token takes longer than the one before."""

    def __init__(self, question: Iterable[str]) -> None:
        """`question` is what the answer may have been asked to repeat."""
        self._question = question
        self._words: frozenset[str] | None = None
        self._run: deque[str] = deque(maxlen=RUN)
        self._times: defaultdict[int, int] = defaultdict(int)
        self._latest: deque[tuple[str, bool]] = deque(maxlen=LINES)
        self._in_passages = self._in_lines = self._looks = 0

    def feed(self, token: str) -> bool:
        """Take one more token; True: the answer goes round in circles."""
        self._run.append(token)
        run = hash(tuple(self._run))
        again = self._times[run] >= BEFORE
        self._times[run] += 1
        latest = self._latest
        if len(latest) == LINES:
            self._in_lines -= latest[0][1]
        if len(latest) >= PASSAGES:
            self._in_passages -= latest[-PASSAGES][1]
        latest.append((token, again))
        self._in_lines += again
        self._in_passages += again
        if len(latest) == LINES and self._in_lines >= SHARE * LINES:
            return True
        if len(latest) < PASSAGES or self._in_passages < SHARE * PASSAGES:
            return False
        self._looks += 1
        return self._looks % STEP == 1 and not self._is_meant()

    def _is_meant(self) -> bool:
        tokens = [self._latest[-number][0] for number in range(1, PASSAGES + 1)]
        if len(set(tokens)) < FEW:
            return True
        words = set(_WORD.findall("".join(reversed(tokens))))
        if self._words is None:
            self._words = frozenset(word for text in self._question for word in _WORD.findall(text))
        return len(words & self._words) >= KNOWN * len(words)
