"""A second copy of the model, driven step by step through llama.cpp's C interface.

llama.cpp's server gives logits after a prompt's last token only, and cannot be told by request to
try tokens. Its C functions can; `xllamacpp` exports them without wrapping them. They are called
here with `ctypes`, with the structures that the decode loop has of the same library.
"""

import ctypes
from collections.abc import Sequence
from ctypes import POINTER, c_bool, c_char_p, c_float, c_int8, c_int32, c_void_p
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman.domain.errors import EngineFailed, EngineUnavailable
from dragoman.engines.llama_cpp.decoding.libllama import Q8_0, BatchStructure
from dragoman.engines.llama_cpp.decoding.upstream import (
    FLASH,
    VERSION,
    ContextParams,
    ModelParams,
)

STEP = 64
"""The most tokens of one step."""
LONGEST_PIECE = 256
"""Bytes; a token's text rarely has more than 20."""


def _function(library: Any, name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401 - ctypes
    try:
        function = getattr(library, name)
    except AttributeError as error:
        raise EngineUnavailable(f"this build of xllamacpp has no {name}") from error
    function.restype, function.argtypes = result, arguments
    return function


class ModelInstance:
    """One sequence of tokens, and the model's logits after those that are asked for."""

    def __init__(self, path: Path, context: int, threads: int, *, small: bool) -> None:
        """Load the weights in `path` a second time, with room for `context` tokens.

        `small`: what was read of them is kept in eight bits.

        Raises:
            EngineUnavailable: the library is of another release, does not show its functions, or
                cannot load them.
        """
        import xllamacpp  # noqa: PLC0415 - heavy, and reads the environment when imported

        package: Any = xllamacpp
        if package.__version__ != VERSION:
            raise EngineUnavailable(f"xllamacpp is {package.__version__}, not {VERSION}")
        library = ctypes.CDLL(package.xllamacpp.__file__)
        self._decode = _function(library, "llama_decode", c_int32, c_void_p, BatchStructure)
        self._logits = _function(
            library, "llama_get_logits_ith", POINTER(c_float), c_void_p, c_int32
        )
        self._remove = _function(
            library, "llama_memory_seq_rm", c_bool, c_void_p, c_int32, c_int32, c_int32
        )
        self._piece = _function(
            library,
            "llama_token_to_piece",
            *(c_int32, c_void_p, c_int32, c_char_p, c_int32, c_int32, c_bool),
        )
        self._ends = _function(library, "llama_vocab_is_eog", c_bool, c_void_p, c_int32)
        self._free = [
            _function(library, "llama_free", None, c_void_p),
            _function(library, "llama_model_free", None, c_void_p),
        ]
        defaults = _function(library, "llama_model_default_params", ModelParams)
        load = _function(library, "llama_model_load_from_file", c_void_p, c_char_p, ModelParams)
        self._model: int | None = load(str(path).encode(), defaults())
        if not self._model:
            raise EngineUnavailable(f"llama.cpp cannot load {path.name} a second time")
        defaults = _function(library, "llama_context_default_params", ContextParams)
        self._params = _fitted(defaults(), threads, small=small)
        self._new_context = _function(
            library, "llama_init_from_model", c_void_p, c_void_p, ContextParams
        )
        self._memory_of = _function(library, "llama_get_memory", c_void_p, c_void_p)
        self._context: int | None = None
        try:
            self.begin(context)
        except EngineUnavailable:
            self._free[1](self._model)
            raise
        one = _function(library, "llama_model_get_vocab", c_void_p, c_void_p)
        self._vocabulary = one(self._model)
        self._size: int = _function(library, "llama_vocab_n_tokens", c_int32, c_void_p)(
            self._vocabulary
        )
        self._batch = _batch()

    def begin(self, context: int) -> None:
        """Have room for `context` tokens; what was read before is forgotten.

        Raises:
            EngineUnavailable: there is no memory for them; the room is as it was.
        """
        self._params.n_ctx = context
        context_pointer = self._new_context(self._model, self._params)
        if not context_pointer:
            raise EngineUnavailable(f"llama.cpp has no memory for {context} more tokens")
        if self._context:
            self._free[0](self._context)
        self._context = context_pointer
        self._memory = self._memory_of(context_pointer)
        self.context = context

    def step(self, tokens: Sequence[int], at: int, *, with_logits: bool) -> None:
        """Read up to `STEP` tokens that stand at `at`; `with_logits`: their logits can be had.

        Raises:
            EngineFailed: the library could not.
        """
        batch = self._batch
        batch.n_tokens = len(tokens)
        for number, token in enumerate(tokens):
            batch.token[number] = token
            batch.pos[number] = at + number
            batch.logits[number] = with_logits
        if code := self._decode(self._context, batch):
            raise EngineFailed(f"llama.cpp could not decode: {code}")

    def logits(self, number: int) -> npt.NDArray[np.float32]:
        """The logits of the whole vocabulary after the step's `number`-th token.

        Valid until the next step.
        """
        return np.ctypeslib.as_array(self._logits(self._context, number), (self._size,))

    def forget(self, at: int) -> None:
        """Drop what was read from `at` on."""
        self._remove(self._memory, 0, at, -1)

    def text(self, token: int) -> bytes:
        """A token as bytes, perhaps a part of a character; control tokens have none."""
        piece = ctypes.create_string_buffer(LONGEST_PIECE)
        size = self._piece(self._vocabulary, token, piece, LONGEST_PIECE, 0, False)  # noqa: FBT003
        if size < 0:
            piece = ctypes.create_string_buffer(-size)
            size = self._piece(self._vocabulary, token, piece, -size, 0, False)  # noqa: FBT003
        return piece.raw[:size]

    def ends(self, token: int) -> bool:
        """Whether an answer is over with it."""
        return self._ends(self._vocabulary, token)

    def close(self) -> None:
        """Free the copy."""
        free, self._free = self._free, []
        for each, what in zip(free, (self._context, self._model), strict=False):
            each(what)


def _fitted(params: ContextParams, threads: int, *, small: bool) -> ContextParams:
    params.n_batch = params.n_ubatch = STEP
    params.n_outputs_max_per_seq = 0  # as many as a step has tokens
    params.n_threads = params.n_threads_batch = threads
    if small:
        params.flash_attn_type, params.type_k, params.type_v = FLASH, Q8_0, Q8_0
    return params


def _batch() -> BatchStructure:
    """Room for one step, of one sequence, which is number 0."""
    sequence = POINTER(c_int32)(c_int32(0))
    return BatchStructure(
        0,
        (c_int32 * STEP)(),
        None,
        (c_int32 * STEP)(),
        (c_int32 * STEP)(*[1] * STEP),
        (POINTER(c_int32) * STEP)(*[sequence] * STEP),
        (c_int8 * STEP)(),
    )
