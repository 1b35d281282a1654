"""Text in pictures: PP-OCRv6, run by RapidOCR with the models inside its wheel.

The models know Latin, Chinese and Japanese writing, not Hangul: see `tesseract` for that.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_MAX_SIDE = 2048
_MIN_SIDE = 736
"""Pixels: small pictures are enlarged until their shorter side has so many."""
_MAX_LINES = 200
"""The most lines of one picture: each takes some hundredths of a second."""
_MIN_HEIGHT = 16
"""The pixels of the narrowest picture that may hold letters."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and where it stands, in pixels of the enlarged picture.

    `text` is empty where nothing could be read; the score is 0 … 1.
    """

    text: str
    score: float
    left: float
    top: float
    right: float
    bottom: float


class Reader:
    """Finds lines of text and reads them; one picture at a time."""

    def __init__(self, *, threads: int) -> None:
        # Imported here: it brings OpenCV, which only this engine needs.
        import rapidocr.main  # noqa: PLC0415

        models = files("rapidocr") / "models"
        parameters: dict[str, Any] = {
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            # Sizes are ours: left to itself it blows a picture of 2 × 900 pixels up to gigabytes.
            "Global.use_preprocess_img": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": _MAX_SIDE,
            "Det.max_candidates": _MAX_LINES,
            # Named, so that the library never thinks of fetching them.
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Cls.model_path": str(models / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        }
        self._library: Any = rapidocr.main.RapidOCR(params=parameters)
        self._nothing = rapidocr.main.RapidOCRError

    def lines(self, image: Image.Image) -> list[Line]:
        """The lines from top to bottom, sure or not; none where the detector finds no text.

        The library's own call drops lines that it cannot read at all, and with them the knowledge
        that there is text; its steps are therefore taken one by one.
        """
        sized = _sized(image)
        if sized is None:
            return []
        library = self._library
        colours = np.ascontiguousarray(np.asarray(sized)[..., ::-1])
        pixels, record = library.preprocess_img(colours)
        try:
            crops, detected = library.detect_and_crop(pixels, record)
            crops, _ = library.cls_and_rotate(crops)
            read = library.recognize_txt(crops)
        except self._nothing:
            return []
        return [
            _line(text, score, np.asarray(box, np.float64))
            for text, score, box in zip(read.txts, read.scores, detected.boxes, strict=True)
        ]


def _sized(image: Image.Image) -> Image.Image | None:
    """The picture in the size that is read best; None: it is too narrow for text."""
    shorter, longer = sorted(image.size)
    scale = min(max(1.0, _MIN_SIDE / shorter), _MAX_SIDE / longer)
    size = (round(image.width * scale), round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC) if min(size) >= _MIN_HEIGHT else None


def _line(text: str, score: float, box: NDArray[np.float64]) -> Line:
    """A line of text; `box` has its four corners, shape [4, 2]."""
    left, top = box.min(axis=0).tolist()
    right, bottom = box.max(axis=0).tolist()
    return Line(text.strip(), float(score), left, top, right, bottom)
