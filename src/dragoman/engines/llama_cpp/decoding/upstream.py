"""llama.cpp: the C functions that the library of the package `xllamacpp` exports.

The structures are those of `include/llama.h` in the release `VERSION`; another release is refused.
"""

import ctypes
from ctypes import c_bool, c_float, c_int32, c_size_t, c_uint32, c_void_p
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.llama_cpp.decoding.libllama import (
    Q8_0,
    BatchStructure,
    CtypesLibrary,
    Names,
    pinned_package,
)
from dragoman.engines.llama_cpp.decoding.library import Loading

PACKAGE = "xllamacpp"
VERSION = "2026.10.11549"
FLASH = 1
"""LLAMA_FLASH_ATTN_TYPE_ENABLED."""


class ModelParams(ctypes.Structure):
    """`llama_model_params`."""

    _fields_: ClassVar = [
        ("devices", c_void_p),
        ("tensor_buft_overrides", c_void_p),
        ("n_gpu_layers", c_int32),
        ("split_mode", c_int32),
        ("load_mode", c_int32),
        ("lazy_mode", c_int32),
        ("main_gpu", c_int32),
        ("tensor_split", c_void_p),
        ("progress_callback", c_void_p),
        ("progress_callback_user_data", c_void_p),
        ("kv_overrides", c_void_p),
        *((name, c_bool) for name in ("vocab_only", "check_tensors", "use_extra_bufts")),
        *((name, c_bool) for name in ("no_host", "no_alloc", "load_mtp")),
    ]


class ContextParams(ctypes.Structure):
    """`llama_context_params`."""

    _fields_: ClassVar = [
        *((name, c_uint32) for name in ("n_ctx", "n_batch", "n_ubatch", "n_seq_max", "n_rs_seq")),
        *((name, c_uint32) for name in ("n_outputs_max", "n_outputs_max_per_seq")),
        *((name, c_int32) for name in ("n_threads", "n_threads_batch", "ctx_type")),
        *((f"{name}_type", c_int32) for name in ("rope_scaling", "pooling", "attention")),
        ("flash_attn_type", c_int32),
        *((f"rope_freq_{name}", c_float) for name in ("base", "scale")),
        *((f"yarn_{name}", c_float) for name in ("ext", "attn", "beta_fast", "beta_slow")),
        ("yarn_orig_ctx", c_uint32),
        ("defrag_thold", c_float),
        ("cb_eval", c_void_p),
        ("cb_eval_user_data", c_void_p),
        ("type_k", c_int32),
        ("type_v", c_int32),
        ("moe_cache_size", c_size_t),
        ("abort_callback", c_void_p),
        ("abort_callback_data", c_void_p),
        *((name, c_bool) for name in ("embeddings", "offload_kqv", "no_perf", "op_offload")),
        *((name, c_bool) for name in ("swa_full", "kv_unified")),
        ("samplers", c_void_p),
        ("n_samplers", c_size_t),
        ("ctx_other", c_void_p),
    ]


class UpstreamLibrary(CtypesLibrary):
    """See `library.DecodingLibrary`."""

    name: ClassVar = "llamacpp"
    trial_cost: ClassVar = 0.42
    structure: ClassVar = BatchStructure
    model_params: ClassVar = ModelParams
    context_params: ClassVar = ContextParams
    names: ClassVar = Names(
        remove="llama_memory_seq_rm",
        copy="llama_memory_seq_cp",
        state_size="llama_state_seq_get_size_ext",
        state_save="llama_state_seq_get_data_ext",
        state_restore="llama_state_seq_set_data_ext",
        tokenize="llama_tokenize",
        piece="llama_token_to_piece",
        free_model="llama_model_free",
    )

    def _set_model(self, params: Any) -> None:  # noqa: ANN401 - a structure
        """See `CtypesLibrary`: nothing is set."""

    def _set_context(self, params: Any, *, eight_bits: bool) -> None:  # noqa: ANN401 - a structure
        params.n_outputs_max_per_seq = 0  # as many as a step has tokens
        params.kv_unified = params.swa_full = True
        if eight_bits:
            params.flash_attn_type, params.type_k, params.type_v = FLASH, Q8_0, Q8_0

    def _memory(self, context: int) -> int:
        return self._library.function("llama_get_memory", c_void_p, c_void_p)(context)

    def length(self, sequence: int) -> int:
        """How many positions of a sequence have been read."""
        last = self._library.function("llama_memory_seq_pos_max", c_int32, c_void_p, c_int32)
        return last(self._sequences, sequence) + 1


def load(loading: Loading) -> UpstreamLibrary:
    """Load a model with llama.cpp.

    Raises:
        EngineUnavailable: the package is missing or of another release, or cannot load the model.
    """
    pinned_package(PACKAGE, VERSION)
    spec = find_spec(f"{PACKAGE}.{PACKAGE}")
    if spec is None or spec.origin is None:
        raise EngineUnavailable(f"{PACKAGE} {VERSION} holds no library")
    return UpstreamLibrary(Path(spec.origin), f"{PACKAGE} {VERSION}", loading)
