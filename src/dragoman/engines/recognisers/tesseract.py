"""Hangul, by the separate program Tesseract where it is installed with its Korean data.

It reads print exactly and invents on photographs, so it is asked only about pages of text.
"""

import io
import logging
import shutil
import subprocess
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image

from dragoman.engines.recognisers.reader import Line

logger = logging.getLogger(__name__)

_TIMEOUT_S = 20
_SPACE = 0.32
"""The width of the narrowest space, as a share of the height."""
_COLUMNS = 12
"""Of its table: four numbers that tell the line, left, top, width, height, confidence (0 … 100,
−1: no word) and text are the ones that are read."""


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program, with Korean data."""

    path: Path

    @classmethod
    def find(cls) -> "Tesseract | None":
        """The program; None, and a line in the log, if it or its Korean data is missing."""
        path = shutil.which("tesseract")
        if path is not None:
            program = cls(Path(path))
            if b"kor" in program._run(b"", "--list-langs").split():
                return program
        logger.info(
            "Korean text in pictures is not read: "
            "install tesseract with its Korean data (Debian: tesseract-ocr tesseract-ocr-kor)"
        )
        return None

    def lines(self, image: Image.Image) -> list[Line]:
        """The lines from top to bottom, each with the mean confidence of its words."""
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=1)
        table = self._run(file.getvalue(), "-", "-", "-l", "kor+eng", "--psm", "6", "tsv")
        words: dict[tuple[str, ...], list[Line]] = {}
        for row in table.decode(errors="replace").splitlines()[1:]:
            cells = row.split("\t")
            if len(cells) == _COLUMNS and cells[-1].strip() and float(cells[-2]) >= 0:
                words.setdefault(tuple(cells[1:5]), []).append(_word(cells))
        return [_joined(line) for line in words.values()]

    def _run(self, data: bytes, *arguments: str) -> bytes:
        """The program's output; empty if it fails or takes too long."""
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, no shell, the picture as input
                [self.path, *arguments],
                input=data,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            logger.warning("tesseract failed: %s", type(error).__name__)
            return b""
        return done.stdout


def _word(cells: list[str]) -> Line:
    left, top, width, height = (float(cell) for cell in cells[6:10])
    score = float(cells[-2]) / 100
    return Line(cells[-1].strip(), score, left, top, left + width, top + height)


def _joined(words: list[Line]) -> Line:
    """The words of one line; the score is their mean."""
    return Line(
        _spaced(words),
        sum(word.score for word in words) / len(words),
        min(word.left for word in words),
        min(word.top for word in words),
        max(word.right for word in words),
        max(word.bottom for word in words),
    )


def _spaced(words: list[Line]) -> str:
    """The words, joined: the program also splits words of Hangul, whose parts stand closer."""
    text = words[0].text
    for before, word in pairwise(words):
        near = word.left - before.right < _SPACE * (word.bottom - word.top)
        together = near and hangul(before.text[-1]) and hangul(word.text[0])
        text += word.text if together else f" {word.text}"
    return text


def hangul(text: str) -> int:
    """The number of syllables of Hangul in `text`."""
    return sum("가" <= character <= "힣" for character in text)
