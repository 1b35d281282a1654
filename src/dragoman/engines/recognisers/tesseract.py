"""Hangul, by the separate program Tesseract where it is installed with its Korean data.

It reads print exactly and invents on photographs, so it is asked only about pages of text.
"""

import io
import logging
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from dragoman.engines.recognisers.reader import Line

logger = logging.getLogger(__name__)

_TIMEOUT_S = 20
_HEADER = 12
"""Columns of its table; the last three are confidence (0 … 100, −1: no word) and text."""


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program, with Korean data."""

    path: Path
    threads: int

    @classmethod
    def find(cls, *, threads: int) -> "Tesseract | None":
        """The program; None, and a line in the log, if it or its Korean data is missing."""
        path = shutil.which("tesseract")
        if path is not None:
            found = cls(Path(path), threads)
            if b"kor" in found._run(b"", "--list-langs").split():
                return found
        logger.info(
            "Korean text in pictures is not read: "
            "install tesseract with its Korean data (Debian: tesseract-ocr tesseract-ocr-kor)"
        )
        return None

    def lines(self, image: Image.Image) -> list[Line]:
        """Top to bottom, each with the mean confidence of its words."""
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=1)
        table = self._run(file.getvalue(), "-", "-", "-l", "kor+eng", "--psm", "6", "tsv")
        words: dict[tuple[str, ...], list[tuple[str, float, float]]] = {}
        for row in table.decode(errors="replace").splitlines()[1:]:
            cells = row.split("\t")
            if len(cells) == _HEADER and cells[-1].strip() and float(cells[-2]) >= 0:
                word = (cells[-1].strip(), float(cells[-2]) / 100, float(cells[9]))
                words.setdefault(tuple(cells[1:5]), []).append(word)
        return [
            Line(
                " ".join(text for text, _, _ in line),
                sum(score for _, score, _ in line) / len(line),
                max(height for _, _, height in line),
            )
            for line in words.values()
        ]

    def _run(self, data: bytes, *arguments: str) -> bytes:
        """What the program prints; nothing if it fails or takes too long."""
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, no shell, the picture as input
                [self.path, *arguments],
                input=data,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=True,
                env={"OMP_THREAD_LIMIT": str(self.threads)},
            )
        except (OSError, subprocess.SubprocessError) as error:
            logger.warning("tesseract failed: %s", type(error).__name__)
            return b""
        return done.stdout


def hangul(text: str) -> int:
    """How many syllables of Hangul `text` has."""
    return sum("가" <= character <= "힣" for character in text)
