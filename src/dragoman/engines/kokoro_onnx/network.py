"""The network: it predicts the prosody of phonemes in a style, and vocodes any part of it.

The only module that knows ONNX Runtime.
"""

import json
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, resources
from typing import Any, Protocol, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.kokoro_onnx.providers import check, providers
from dragoman.engines.kokoro_onnx.settings import Settings

SAMPLE_RATE = 24_000
FRAME = 600
"""Samples of a frame, the unit in which the network counts (25 ms)."""
PROSODY = "kokoro-prosody.onnx"
VOCODER, VOCODER_OF_CONVOLUTIONS = "kokoro-vocoder.onnx", "kokoro-vocoder-convolutions.onnx"
"""The halves of the network, made when the weights are installed (`models/convert/kokoro`)."""
HANDED_OVER = ("features", "pitch", "loudness", "source")
"""The tensors that the prosody half gives to the vocoder half, after the durations; for n frames:
(1, 512, n), (1, 2n), (1, 2n), (1, 600n, 1)."""
WINDOW = ("first", "last")
"""The window of a vocoder part, in half frames, shape (1,) each: sound is made between them, and
`source` is given for that alone; the rest is context."""
INPUTS = ("style", "speed")
"""The network's inputs besides the symbols, which each exporter names otherwise."""
AROUND = 40
"""The frames of context on both sides of a part; the last stage of the vocoder does not see
them."""
LONGEST = 509
"""Symbols in one call: the network's context of 512 holds three more."""
FAILED: type[Exception] = import_module("onnxruntime.capi.onnxruntime_pybind11_state").Fail
"""The errors that a call of ONNX Runtime raises, also where it is given up."""
MISSING = (
    "`dragoman models pull kokoro-82m` makes it of the published graph; for another export, "
    "`python -m dragoman.models.convert.kokoro EXPORT.onnx FOLDER` does."
)
LOOK_S = 0.05
"""Seconds between two looks, during a call, whether anybody still listens."""


@dataclass(frozen=True, slots=True)
class Prosody:
    """The prosody of one chunk, which is said in one breath, however long."""

    starts: NDArray[np.int64]
    """The first frame of every symbol and, last, of the silence after them, shape (symbols +
    1,)."""
    loudness: NDArray[np.float32]
    """The loudness of each frame, in the network's own measure, shape (frames,)."""
    style: NDArray[np.float32]
    """The style, shape (256,)."""
    handed_over: tuple[NDArray[np.float32], ...]
    """The tensors `HANDED_OVER`, in that order."""

    @property
    def frames(self) -> int:
        """The length of the chunk in frames, with the silence at both ends."""
        return self.loudness.size


class _Session(Protocol):
    """What `onnxruntime.InferenceSession`, which has no annotations, does here."""

    def run(
        self, names: None, feeds: Mapping[str, NDArray[Any]], options: object
    ) -> Sequence[NDArray[Any]]: ...


class _Options(Protocol):
    """What `onnxruntime.RunOptions` does here."""

    terminate: bool


class Network:
    """Kokoro's graph; may be called from several threads."""

    def __init__(
        self,
        prosody: _Session,
        vocoder: _Session,
        table: Mapping[str, int],
        symbols: str,
    ) -> None:
        self._prosody = prosody
        self._vocoder = vocoder
        self._table = table
        self._symbols = symbols

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols that have a place in Kokoro's table."""
        return frozenset(self._table)

    def predict_prosody(
        self, phonemes: str, style: NDArray[np.float32], speed: float, stopped: Callable[[], bool]
    ) -> Prosody:
        """Predict the prosody of at most `LONGEST` symbols in a style of shape (256,).

        Raises:
            EngineFailed: a symbol is not in the table, which would leave it out silently.
            Stopped: nobody listens any more; the work is given up half done.
        """
        try:
            tokens = [self._table[symbol] for symbol in phonemes]
        except KeyError as error:
            raise EngineFailed(f"The symbol {error} is not in Kokoro's table.") from None
        feeds = {
            self._symbols: np.array([[0, *tokens, 0]], np.int64),
            "style": style.reshape(1, 256),
            "speed": np.array([speed], np.float32),
        }
        durations, *rest = _called(self._prosody, feeds, stopped)
        starts = np.cumsum(np.ravel(durations).astype(np.int64))[:-1]
        loudness = rest[2].reshape(-1, 2).mean(axis=1)
        return Prosody(starts, loudness, style, tuple(rest))

    def vocode(
        self, prosody: Prosody, first: int, last: int, stopped: Callable[[], bool]
    ) -> NDArray[np.float32]:
        """Vocode frames `first` to before `last`: mono at 24 kHz, shape (`FRAME` × frames,).

        Raises:
            Stopped: nobody listens any more; the work is given up half done.
        """
        features, pitch, loudness, source = prosody.handed_over
        begin, end = max(first - AROUND, 0), last + AROUND
        parts = (
            features[..., begin:end],
            pitch[:, 2 * begin : 2 * end],
            loudness[:, 2 * begin : 2 * end],
            source[:, FRAME * first : FRAME * last],
        )
        feeds: dict[str, NDArray[Any]] = dict(zip(HANDED_OVER, parts, strict=True))
        for name, frame in zip(WINDOW, (first, last), strict=True):
            feeds[name] = np.array([2 * (frame - begin)])
        feeds["style"] = prosody.style.reshape(1, 256)
        (samples,) = _called(self._vocoder, feeds, stopped)
        return np.ravel(samples).astype(np.float32, copy=False)


def _called(
    session: _Session, feeds: Mapping[str, NDArray[Any]], stopped: Callable[[], bool]
) -> Sequence[NDArray[Any]]:
    options = _run_options()
    try:
        with _given_up(options, stopped):
            return session.run(None, feeds, options)
    except FAILED:
        if options.terminate:
            raise Stopped from None
        raise


def _run_options() -> _Options:
    options: Any = cast("Any", onnxruntime).RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return cast("_Options", options)


@contextmanager
def _given_up(options: _Options, stopped: Callable[[], bool]) -> Generator[None]:
    """End the call that has `options` between two of its nodes when `stopped` says so."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_S):
            if stopped():
                options.terminate = True
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def load(settings: Settings) -> Network:
    """Read the halves of the network and the symbol table `vocab.json`.

    Raises:
        EngineUnavailable: a half is missing or none of Kokoro's, or the device is not there.
    """
    # casts: the library has no annotations
    options: Any = cast("Any", onnxruntime).SessionOptions()
    options.intra_op_num_threads = settings.threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Every chunk has another length: remembered layouts are never used again. Measured with the
    # shrinkage below: 300 MB between chunks instead of 700.
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    chosen = providers(onnxruntime, settings.device)
    sessions: list[Any] = []
    for name in (PROSODY, VOCODER if sums_are_exact() else VOCODER_OF_CONVOLUTIONS):
        file = settings.directory / name
        if not file.is_file():
            raise EngineUnavailable(f"kokoro-onnx: {file} is missing: {MISSING}")
        sessions.append(onnxruntime.InferenceSession(str(file), options, providers=chosen))
    prosody, vocoder = sessions
    check(prosody, settings.device, chosen)
    names = {each.type: each.name for each in prosody.get_inputs() if each.name not in INPUTS}
    if set(names) != {"tensor(int64)"} or len(prosody.get_inputs()) != 1 + len(INPUTS):
        raise EngineUnavailable(f"'{PROSODY}' does not take what Kokoro takes")
    table: dict[str, dict[str, int]] = json.loads((settings.directory / "vocab.json").read_bytes())
    (symbols,) = names.values()
    return Network(prosody, vocoder, table["vocab"], symbols)


def sums_are_exact() -> bool:
    """Whether this processor adds up products of unsigned and signed bytes without saturation.

    x86 processors without VNNI do not: 2 × 255 × 127 is 32767 there. `product_of_bytes.onnx`
    multiplies unsigned bytes, shape (n, 64), with a matrix of 127, signed.
    """
    graph = resources.files("dragoman.engines.kokoro_onnx") / "product_of_bytes.onnx"
    session = onnxruntime.InferenceSession(graph.read_bytes(), providers=["CPUExecutionProvider"])
    sums = cast("_Session", session).run(None, {"bytes": np.full((32, 64), 255, np.uint8)}, None)
    return bool(np.all(sums[0] == 64 * 255 * 127))
