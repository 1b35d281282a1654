"""libllama by `ctypes`: what its builds have in common.

A build differs in the layout of three structures, in the names of some functions, and in a few
parameters; its adapter describes these. The functions used here have kept their meaning in all
builds.
"""

import ctypes
from abc import ABC, abstractmethod
from ctypes import (
    CFUNCTYPE,
    POINTER,
    c_bool,
    c_char_p,
    c_float,
    c_int8,
    c_int32,
    c_size_t,
    c_uint8,
    c_uint32,
    c_void_p,
)
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp.decoding.library import (
    Aborted,
    Batch,
    Loading,
    Logits,
    NoRoom,
    State,
)

F16, Q8_0 = 1, 8
"""GGML_TYPE_F16 and GGML_TYPE_Q8_0."""
N_BATCH = 2048
"""The default of `n_batch` in every build."""
LONGEST_PIECE = 256
"""Bytes; a token's text rarely has more than 20."""
NO_CELLS = 1
"""The result of `llama_decode` where it finds no cells."""
GIVEN_UP = 2
"""The result of `llama_decode` where the abort callback ended it."""
LogCallback = CFUNCTYPE(None, c_int32, c_char_p, c_void_p)
ERROR = 4
"""GGML_LOG_LEVEL_ERROR."""


class BatchStructure(ctypes.Structure):
    """The fields of `llama_batch` that every build begins with."""

    _fields_: ClassVar = [
        ("n_tokens", c_int32),
        ("token", POINTER(c_int32)),
        ("embd", c_void_p),
        ("pos", POINTER(c_int32)),
        ("n_seq_id", POINTER(c_int32)),
        ("seq_id", POINTER(POINTER(c_int32))),
        ("logits", POINTER(c_int8)),
    ]


@dataclass(frozen=True, slots=True)
class Names:
    """A build's names for functions that were renamed."""

    remove: str
    copy: str
    state_size: str
    state_save: str
    state_restore: str
    tokenize: str
    piece: str
    free_model: str


def pinned_package(package: str, release: str) -> Distribution:
    """The package, which has to be of that release.

    Raises:
        EngineUnavailable: it is missing, or of another release.
    """
    try:
        installed = distribution(package)
    except PackageNotFoundError as error:
        raise EngineUnavailable(f"{package} is not installed") from error
    if installed.version != release:
        raise EngineUnavailable(f"{package} is {installed.version}, not {release}")
    return installed


class SharedLibrary:
    """A shared library, whose functions are looked up by name."""

    def __init__(self, path: Path) -> None:
        """Open the library.

        Raises:
            EngineUnavailable: it cannot be opened.
        """
        try:
            self._library = ctypes.CDLL(str(path))
        except OSError as error:
            raise EngineUnavailable(f"{path.name} cannot be opened: {error}") from error
        self._path = path

    def function(self, name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401 - ctypes
        """A function of the library.

        Raises:
            EngineUnavailable: the library has none of that name.
        """
        try:
            function = getattr(self._library, name)
        except AttributeError as error:
            raise EngineUnavailable(f"{self._path.name} has no function {name}") from error
        function.restype, function.argtypes = result, arguments
        return function


class _Tokens:
    """The arrays of a batch, filled again at every step."""

    def __init__(self, step: int, structure: type[BatchStructure]) -> None:
        self._ids = (c_int32 * step)()
        tokens, positions, counts = ((c_int32 * step)() for _ in range(3))
        with_logits = (c_int8 * step)()
        size = ctypes.sizeof(c_int32)
        first = ctypes.addressof(self._ids)
        each = [ctypes.cast(first + number * size, POINTER(c_int32)) for number in range(step)]
        counts[:] = [1] * step
        self.structure = structure(
            0, tokens, None, positions, counts, (POINTER(c_int32) * step)(*each), with_logits
        )
        self._views = [
            np.ctypeslib.as_array(array) for array in (tokens, positions, self._ids, with_logits)
        ]

    def fill(self, batch: Batch) -> BatchStructure:
        """The batch as the library takes it."""
        count = len(batch)
        columns = (batch.tokens, batch.positions, batch.sequences, batch.with_logits)
        for view, column in zip(self._views, columns, strict=True):
            view[:count] = column
        self.structure.n_tokens = count
        return self.structure


class CtypesLibrary(ABC):
    """See `library.DecodingLibrary`."""

    name: ClassVar[str]
    trial_cost: ClassVar[float]
    names: ClassVar[Names]
    structure: ClassVar[type[BatchStructure]]
    model_params: ClassVar[type[ctypes.Structure]]
    context_params: ClassVar[type[ctypes.Structure]]

    def __init__(self, path: Path, version: str, loading: Loading) -> None:
        """Load a model with the library at `path`.

        Raises:
            EngineUnavailable: the library is not what its version promises, or cannot load it.
        """
        self.version = version
        self._library = library = SharedLibrary(path)
        self._logged: list[str] = []
        listening = LogCallback(self._on_log)
        set_log = library.function("llama_log_set", None, c_void_p, c_void_p)
        # Later lines are dropped: `abs` looks at a number and does nothing. A function of Python
        # would have to outlive the library.
        quiet = ctypes.cast(ctypes.CDLL(None).abs, c_void_p)
        set_log(ctypes.cast(listening, c_void_p), None)
        library.function("llama_backend_init", None)()
        self._model: int | None = None
        self._context: int | None = None
        try:
            self._model = self._load(loading)
            self._context = self._begin(self._model, loading)
        except EngineUnavailable:
            self._free_model()
            raise
        finally:
            set_log(quiet, None)
        self._bind()
        self._tokens = _Tokens(loading.step, self.structure)
        self._room = loading.step

    @abstractmethod
    def _set_model(self, params: Any) -> None:  # noqa: ANN401 - a structure
        """Set the parameters of a model that this build alone has."""

    @abstractmethod
    def _set_context(self, params: Any, *, eight_bits: bool) -> None:  # noqa: ANN401 - a structure
        """Set the parameters of a context that this build alone has."""

    @abstractmethod
    def _memory(self, context: int) -> int:
        """The handle that the functions on sequences take."""

    def _load(self, loading: Loading) -> int:
        """The model."""
        function = self._library.function
        params = function("llama_model_default_params", self.model_params)()
        params.n_gpu_layers = 0
        self._set_model(params)
        load = function("llama_model_load_from_file", c_void_p, c_char_p, self.model_params)
        handle = load(str(loading.path).encode(), params)
        return self._loaded(handle, f"cannot load {loading.path.name}")

    def _begin(self, model: int, loading: Loading) -> int:
        """A context for the model."""
        function = self._library.function
        params = function("llama_context_default_params", self.context_params)()
        self._expect((params.n_batch, params.type_k, params.type_v), (N_BATCH, F16, F16))
        params.n_ctx, params.n_seq_max = loading.cells, loading.sequences
        params.n_batch = params.n_ubatch = loading.step
        params.n_threads = params.n_threads_batch = loading.threads
        self._set_context(params, eight_bits=loading.eight_bits)
        make = function("llama_init_from_model", c_void_p, c_void_p, self.context_params)
        return self._loaded(make(model, params), f"cannot keep {loading.cells} tokens")

    def _expect(self, defaults: tuple[object, ...], expected: tuple[object, ...]) -> None:
        """Check defaults of a structure: with another layout they would lie elsewhere."""
        if defaults != expected:
            raise EngineUnavailable(f"{self.version} has other structures than were expected")

    def _on_log(self, level: int, text: bytes, _: object) -> None:
        if level == ERROR and text:
            self._logged.append(text.decode(errors="replace").strip())

    def _loaded(self, handle: int | None, fault: str) -> int:
        """The handle.

        Raises:
            EngineUnavailable: there is none.
        """
        if not handle:
            reasons = [line for line in self._logged if line]
            raise EngineUnavailable(f"{fault}: {reasons[0] if reasons else 'no reason given'}")
        return handle

    def _bind(self) -> None:
        """Look up what is called while decoding."""
        function, names = self._library.function, self.names
        memory, sequence, state = c_void_p, c_int32, POINTER(c_uint8)
        self._decode = function("llama_decode", c_int32, c_void_p, self.structure)
        self._logits = function("llama_get_logits_ith", POINTER(c_float), c_void_p, c_int32)
        self._remove = function(names.remove, c_bool, memory, sequence, c_int32, c_int32)
        self._copy = function(names.copy, None, memory, sequence, sequence, c_int32, c_int32)
        self._size = function(names.state_size, c_size_t, c_void_p, sequence, c_uint32)
        moving = (c_void_p, state, c_size_t, sequence, c_uint32)
        self._save = function(names.state_save, c_size_t, *moving)
        self._restore = function(names.state_restore, c_size_t, *moving)
        text = (c_void_p, c_char_p, c_int32, POINTER(c_int32), c_int32, c_bool, c_bool)
        self._tokenize = function(names.tokenize, c_int32, *text)
        piece = (c_void_p, c_int32, c_char_p, c_int32, c_int32, c_bool)
        self._piece = function(names.piece, c_int32, *piece)
        self._ends = function("llama_vocab_is_eog", c_bool, c_void_p, c_int32)
        self._words = function("llama_model_get_vocab", c_void_p, c_void_p)(self._model)
        self.vocabulary: int = function("llama_vocab_n_tokens", c_int32, c_void_p)(self._words)
        assert self._context
        self._sequences = self._memory(self._context)
        # The library asks before every operation of a step. `strlen` gives 0 or 1 for this text,
        # which is its first byte, and needs no step of Python's in between.
        self._flag = ctypes.create_string_buffer(2)
        asking = ctypes.cast(ctypes.CDLL(None).strlen, c_void_p)
        set_abort = function("llama_set_abort_callback", None, c_void_p, c_void_p, c_void_p)
        set_abort(self._context, asking, ctypes.cast(self._flag, c_void_p))

    def tokenize(self, text: bytes) -> list[int]:
        """See `DecodingLibrary.tokenize`."""
        room = len(text) + 8
        tokens = (c_int32 * room)()
        count = self._tokenize(self._words, text, len(text), tokens, room, False, False)  # noqa: FBT003
        if count < 0:
            raise EngineFailed(f"llama.cpp gave {-count} tokens for {len(text)} bytes")
        return tokens[:count]

    def piece(self, token: int) -> bytes:
        """See `DecodingLibrary.piece`."""
        size = LONGEST_PIECE
        while True:
            text = ctypes.create_string_buffer(size)
            written = self._piece(self._words, token, text, size, 0, False)  # noqa: FBT003
            if written >= 0:
                return text.raw[:written]
            size = -written

    @property
    def tokenizer(self) -> tuple[int, int]:
        """See `DecodingLibrary.tokenizer`."""
        return self._words, ctypes.cast(self._tokenize, c_void_p).value or 0

    def ends(self, token: int) -> bool:
        """See `DecodingLibrary.ends`."""
        return self._ends(self._words, token)

    def decode(self, batch: Batch) -> None:
        """See `DecodingLibrary.decode`."""
        unknown = [token for token in batch.tokens if not 0 <= token < self.vocabulary]
        if unknown:
            # Some builds would read beyond their memory.
            raise EngineFailed(f"there is no token {unknown[0]}")
        code = self._decode(self._context, self._tokens.fill(batch))
        # Some builds say that a step went well which the flag has ended.
        if code == GIVEN_UP or self._flag.raw[0]:
            raise Aborted
        if code == NO_CELLS:
            raise NoRoom
        if code:
            raise EngineFailed(f"llama.cpp could not decode: {code}")

    def logits(self, row: int) -> Logits:
        """See `DecodingLibrary.logits`."""
        return np.ctypeslib.as_array(self._logits(self._context, row), (self.vocabulary,))

    def remove(self, sequence: int, start: int = 0) -> bool:
        """See `DecodingLibrary.remove`."""
        return self._remove(self._sequences, sequence, start, -1)

    def copy(self, source: int, target: int, end: int) -> None:
        """See `DecodingLibrary.copy`."""
        self._copy(self._sequences, source, target, 0, end)

    def save(self, sequence: int) -> State:
        """See `DecodingLibrary.save`."""
        state = np.empty(self._size(self._context, sequence, 0), np.uint8)
        where = state.ctypes.data_as(POINTER(c_uint8))
        written = self._save(self._context, where, state.size, sequence, 0)
        return state[:written]

    def restore(self, sequence: int, state: State) -> bool:
        """See `DecodingLibrary.restore`."""
        where = state.ctypes.data_as(POINTER(c_uint8))
        return self._restore(self._context, where, state.size, sequence, 0) > 0

    def abort(self) -> None:
        """See `DecodingLibrary.abort`."""
        self._flag[0] = b"\1"

    def go_on(self) -> None:
        """See `DecodingLibrary.go_on`."""
        self._flag[0] = b"\0"

    def close(self) -> None:
        """See `DecodingLibrary.close`."""
        if self._context:
            self._library.function("llama_free", None, c_void_p)(self._context)
        self._context = None
        self._free_model()

    def _free_model(self) -> None:
        if self._model:
            self._library.function(self.names.free_model, None, c_void_p)(self._model)
        self._model = None
