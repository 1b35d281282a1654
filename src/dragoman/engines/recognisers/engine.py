"""The engine: all recognisers on one picture, which give its facts."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PIL import Image

from dragoman.domain.engine import EngineSpec, Outlet, Stopped
from dragoman.domain.errors import EngineUnavailable
from dragoman.domain.picture import Facts, Picture, PictureKind, Thing
from dragoman.engines.recognisers.classifier import SIDES, Classifier
from dragoman.engines.recognisers.colours import colours
from dragoman.engines.recognisers.detector import Detector
from dragoman.engines.recognisers.names import read_subjects, read_things
from dragoman.engines.recognisers.reader import Line, Reader
from dragoman.engines.recognisers.subjects import Guess, Judge
from dragoman.engines.recognisers.tesseract import Tesseract, hangul
from dragoman.engines.recognisers.text import is_page, quoted, quoted_page, readable
from dragoman.engines.recognisers.things import MIN_SCORE, accepted, is_contradicted, things

_MAX_REMEMBERED = 256
"""The most pictures whose facts are kept; some hundred bytes each."""
_SMALL_SIDE = 1024
"""The longer side (pixels) of the picture for classifier, detector and colours."""


@dataclass(frozen=True, slots=True)
class _Recognised:
    """The subject and the things that classifier and detector agree on."""

    guess: Guess | None
    things: tuple[Thing, ...]

    @property
    def people(self) -> bool:
        return any(thing.name == "person" for thing in self.things)


class Memory:
    """Facts by the hash of the pixels; the least recently asked for goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._facts: OrderedDict[bytes, Facts] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Facts | None:
        """The facts that are kept for this key; None: there are none."""
        with self._lock:
            if key in self._facts:
                self._facts.move_to_end(key)
            return self._facts.get(key)

    def put(self, key: bytes, facts: Facts) -> None:
        """Keep `facts` for this key."""
        with self._lock:
            self._facts[key] = facts
            while len(self._facts) > self._size:
                self._facts.popitem(last=False)


class Recognisers:
    """See `domain.engine.BlockingEngine`: `Picture` in, one `Facts` out."""

    def __init__(
        self,
        classifier: Classifier,
        detector: Detector,
        reader: Reader,
        korean: Tesseract | None,
    ) -> None:
        self._classifier = classifier
        self._detector = detector
        self._reader = reader
        self._korean = korean
        self._judge = Judge(read_subjects())
        self._names = {thing.name: thing for thing in read_things()}
        self._memory = Memory(_MAX_REMEMBERED)

    @classmethod
    def load(cls, spec: EngineSpec) -> "Recognisers":
        """Load every network.

        Raises:
            EngineUnavailable: a file is missing.
        """
        directory = Path(spec.directory)
        missing = [name for name in SIDES if not (directory / name).is_file()]
        if missing:
            raise EngineUnavailable(f"{missing[0]} is not in {directory}")
        detector = Path(str(files(__package__ or "") / "data" / "nanodet-g-416.onnx"))
        return cls(
            Classifier(directory, threads=spec.threads),
            Detector(detector, [thing.name for thing in read_things()], threads=spec.threads),
            Reader(threads=spec.threads),
            Tesseract.find(),
        )

    @property
    def concurrency(self) -> int:
        """One: the reader keeps the picture it reads in itself."""
        return 1

    def run(self, request: Picture, outlet: Outlet[Facts]) -> None:
        """See `BlockingEngine.run`."""
        key = _key(request)
        facts = self._memory.get(key)
        if facts is None:
            facts = self._facts_of(request, outlet)
            self._memory.put(key, facts)
        outlet.emit(facts)

    def close(self) -> None:
        """See `BlockingEngine.close`: the networks go with the object."""

    def _facts_of(self, picture: Picture, outlet: Outlet[Facts]) -> Facts:
        image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
        small = image.copy()
        small.thumbnail((_SMALL_SIDE, _SMALL_SIDE), Image.Resampling.BICUBIC)
        recognised = self._recognise(small)
        if outlet.stopped:
            raise Stopped
        lines = self._reader.lines(image)
        page = is_page(lines) and recognised.guess is None and not recognised.people
        if page:
            lines = self._with_korean(image, lines)
        return _facts(picture, small, recognised, lines, page=page)

    def _recognise(self, small: Image.Image) -> _Recognised:
        predictions = self._classifier.predictions(small)
        boxes = self._detector.boxes(small, min_score=MIN_SCORE)
        guess = self._judge.guess(predictions)
        if guess is not None and is_contradicted(guess, boxes, self._names):
            guess, boxes = None, [box for box in boxes if box.name == "person"]
        kept = accepted(boxes, guess, self._judge.support(predictions), self._names)
        return _Recognised(guess, things(kept, guess, self._names))

    def _with_korean(self, image: Image.Image, lines: list[Line]) -> list[Line]:
        """The better reading of a page: Tesseract's where it finds Hangul."""
        if self._korean is None or readable(lines):
            return lines
        korean = self._korean.lines(image)
        return korean if hangul("".join(line.text for line in korean)) > 1 else lines


def _key(picture: Picture) -> bytes:
    """The hash of everything that facts depend on."""
    sizes = (picture.width, picture.height, picture.original_width, picture.original_height)
    return hashlib.sha256(str(sizes).encode() + picture.rgb).digest()


def _facts(
    picture: Picture, small: Image.Image, recognised: _Recognised, lines: list[Line], *, page: bool
) -> Facts:
    overall = colours(small)
    kind: PictureKind = "black-and-white picture" if overall.grey else "colour picture"
    text = quoted_page(lines) if page else quoted(lines)
    return Facts(
        width=picture.original_width,
        height=picture.original_height,
        kind="mostly text" if page else kind,
        subject=recognised.guess.subject.name if recognised.guess else None,
        certainty="almost certainly"
        if recognised.guess and recognised.guess.certain
        else "probably",
        things=recognised.things,
        text=text.lines,
        unread=text.unread,
        colours=overall.names,
    )
