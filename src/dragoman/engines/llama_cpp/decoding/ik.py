"""ik_llama.cpp, whose kernels are faster on processors: the library in `ik-llama-cpp-python`.

The package is never imported; only its shared libraries are opened. The structures are those of
the `llama.h` that lies in the wheel of `VERSION`; another release is refused.
"""

import ctypes
import platform
from ctypes import c_bool, c_char_p, c_float, c_int, c_int32, c_uint32, c_void_p
from pathlib import Path
from typing import Any, ClassVar

from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.llama_cpp.decoding.libllama import (
    F16,
    Q8_0,
    BatchStructure,
    CtypesLibrary,
    Names,
    pinned_package,
)
from dragoman.engines.llama_cpp.decoding.library import Loading

PACKAGE = "ik-llama-cpp-python"
VERSION = "0.1.5"
LIBRARY = "ik_llama_cpp/lib/libllama.so"
NEEDED = frozenset({"avx2", "fma", "f16c"})
"""The instruction sets that the wheel's kernels use without a check that the processor has them."""
FLASH_ATTENTION = False
"""This build's flash attention ends the whole process (`GGML_ASSERT(S > 0)`) where the cells hold
two sequences: it cannot do with a part of them in which a token may see nothing."""


class ModelParams(ctypes.Structure):
    """`llama_model_params`."""

    _fields_: ClassVar = [
        ("devices", c_char_p),
        *((name, c_int32) for name in ("n_gpu_layers", "mla", "split_mode", "main_gpu")),
        *((name, c_int32) for name in ("max_gpu", "ncmoe", "type_k", "type_v")),
        ("max_ctx_size", c_uint32),
        *((name, c_int32) for name in ("n_seq_max", "n_ubatch", "amb", "fit_margin")),
        ("fit", c_bool),
        ("worst_graph_tokens", c_int32),
        *((f"type_{name}", c_int32) for name in ("k_first", "k_last", "v_first", "v_last")),
        *((f"n_{name}", c_int32) for name in ("k_first", "k_last", "v_first", "v_last")),
        ("tensor_split", c_void_p),
        ("rpc_servers", c_char_p),
        *((f"progress_callback{name}", c_void_p) for name in ("", "_user_data")),
        ("kv_overrides", c_void_p),
        ("tensor_buft_overrides", c_void_p),
        *((name, c_bool) for name in ("vocab_only", "use_mmap", "use_mlock", "check_tensors")),
        *((name, c_bool) for name in ("repack_tensors", "use_thp", "validate_quants")),
        *((name, c_bool) for name in ("merge_qkv", "merge_up_gate_exps", "mtp", "dry_run")),
        ("flash_attn", c_bool),
    ]


class ContextParams(ctypes.Structure):
    """`llama_context_params`."""

    _fields_: ClassVar = [
        *((name, c_uint32) for name in ("seed", "n_ctx", "n_batch", "n_ubatch", "n_seq_max")),
        *((name, c_uint32) for name in ("n_threads", "n_threads_batch")),
        *((name, c_int32) for name in ("max_extra_alloc", "worst_case_tokens")),
        *((f"{name}_type", c_int32) for name in ("rope_scaling", "pooling", "attention")),
        *((f"rope_freq_{name}", c_float) for name in ("base", "scale")),
        *((f"yarn_{name}", c_float) for name in ("ext", "attn", "beta_fast", "beta_slow")),
        ("yarn_orig_ctx", c_uint32),
        ("defrag_thold", c_float),
        ("cb_eval", c_void_p),
        ("cb_eval_user_data", c_void_p),
        *((f"type_{name}", c_int32) for name in ("k", "v", "reduce")),
        *((f"type_{name}", c_int32) for name in ("k_first", "k_last", "v_first", "v_last")),
        *((f"n_{name}", c_int32) for name in ("k_first", "k_last", "v_first", "v_last")),
        *((name, c_bool) for name in ("logits_all", "embeddings", "offload_kqv", "flash_attn")),
        *((name, c_int) for name in ("mla_attn", "attn_max_batch")),
        *((name, c_bool) for name in ("fused_moe_up_gate", "grouped_expert_routing")),
        *((name, c_bool) for name in ("fused_up_gate", "fused_mmad", "rope_cache")),
        ("graph_reuse", c_bool),
        ("min_experts", c_int),
        ("thresh_experts", c_float),
        *((name, c_bool) for name in ("only_active_experts", "k_cache_hadamard")),
        *((name, c_bool) for name in ("v_cache_hadamard", "split_mode_graph_scheduling")),
        *((name, c_bool) for name in ("scheduler_async", "mtp")),
        ("mtp_op_type", c_int),
        *((name, c_void_p) for name in ("abort_callback", "abort_callback_data")),
        *((name, c_void_p) for name in ("offload_policy", "cuda_params")),
    ]


class IkBatch(BatchStructure):
    """`llama_batch`, with three fields more that are not used."""

    _fields_: ClassVar = [
        *((name, c_int32) for name in ("all_pos_0", "all_pos_1", "all_seq_id")),
    ]


class IkLibrary(CtypesLibrary):
    """See `library.DecodingLibrary`."""

    name: ClassVar = "ik"
    trial_cost: ClassVar = 0.3
    structure: ClassVar = IkBatch
    model_params: ClassVar = ModelParams
    context_params: ClassVar = ContextParams
    names: ClassVar = Names(
        remove="llama_kv_cache_seq_rm",
        copy="llama_kv_cache_seq_cp",
        state_size="llama_state_seq_get_size",
        state_save="llama_state_seq_get_data",
        state_restore="llama_state_seq_set_data",
        tokenize="llama_vocab_tokenize",
        piece="llama_token_to_piece_vocab",
        free_model="llama_free_model",
    )

    def _set_model(self, params: Any) -> None:  # noqa: ANN401 - a structure
        self._expect((params.type_k, params.use_mmap, params.repack_tensors), (F16, True, False))
        # Weights in the order in which the kernels read them; mapped ones cannot be put into it.
        params.repack_tensors, params.use_mmap = True, False
        params.flash_attn = FLASH_ATTENTION

    def _set_context(self, params: Any, *, eight_bits: bool) -> None:  # noqa: ANN401 - a structure
        params.flash_attn = FLASH_ATTENTION
        if eight_bits:
            params.type_k = Q8_0

    def _memory(self, context: int) -> int:
        return context

    def used_cells(self) -> int:
        """How many cells hold a token of any sequence."""
        count = self._library.function("llama_get_kv_cache_used_cells", c_int32, c_void_p)
        return count(self._context)


def features() -> frozenset[str]:
    """The processor's features by Linux's names; empty where the system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith("flags")), "")
    return frozenset(flags.partition(":")[2].split())


def load(loading: Loading) -> IkLibrary:
    """Load a model with ik_llama.cpp.

    Raises:
        EngineUnavailable: the package is missing or of another release, the processor lacks what
            it needs, or it cannot load the model.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise EngineUnavailable(f"{PACKAGE} is for Linux on x86-64 only")
    if missing := NEEDED - features():
        raise EngineUnavailable(f"the processor has no {', '.join(sorted(missing))}")
    path = Path(str(pinned_package(PACKAGE, VERSION).locate_file(LIBRARY)))
    return IkLibrary(path, f"{PACKAGE} {VERSION}", loading)
