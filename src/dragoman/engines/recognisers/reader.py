"""Text in pictures: PP-OCRv6, run by RapidOCR with the models inside its wheel.

The models know Latin, Chinese and Japanese writing, not Hangul: see `tesseract` for that.
"""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from PIL import Image


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: the score 0 … 1, and its height in pixels."""

    text: str
    score: float
    height: float


class Reader:
    """Finds lines of text and reads them; one picture at a time."""

    def __init__(self, *, threads: int) -> None:
        # Imported here: it brings OpenCV, which only this engine needs.
        import rapidocr  # noqa: PLC0415

        models = files("rapidocr") / "models"
        parameters: dict[str, Any] = {
            "Global.log_level": "critical",  # it warns of every picture without text
            "Global.text_score": 0.0,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            # Named, so that the library never thinks of fetching them.
            "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
            "Cls.model_path": str(models / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
            "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        }
        self._read: Any = rapidocr.RapidOCR(params=parameters)

    def lines(self, image: Image.Image) -> list[Line]:
        """Top to bottom, sure or not; empty at little cost where the detector finds no text."""
        found: Any = self._read(np.ascontiguousarray(np.asarray(image)[..., ::-1]))
        if found.txts is None:
            return []
        return [
            Line(str(text).strip(), float(score), float(np.ptp(np.asarray(box)[:, 1])))
            for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
            if str(text).strip()
        ]
