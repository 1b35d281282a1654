"""Small projectors with random weights: pictures go their real way, without sense."""

from pathlib import Path

import gguf
import numpy as np

SIDE, PATCH = 56, 14
TOKENS = (SIDE // PATCH) ** 2
"""Tokens of one picture, without marks around it."""
_WIDTH, _INNER, _LAYERS, _HEADS = 32, 64, 2, 2


def write_projector(path: Path, model_width: int) -> Path:
    """A vision transformer whose pictures become rows of `model_width` numbers (LLaVA's form)."""
    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "mlp")
    writer.add_bool("clip.use_gelu", True)
    writer.add_file_type(0)
    sizes = {
        "image_size": SIDE,
        "patch_size": PATCH,
        "embedding_length": _WIDTH,
        "feed_forward_length": _INNER,
        "block_count": _LAYERS,
        "projection_dim": model_width,
        "attention.head_count": _HEADS,
    }
    for name, size in sizes.items():
        writer.add_uint32(f"clip.vision.{name}", size)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    writer.add_array("clip.vision.image_mean", [0.48, 0.46, 0.41])
    writer.add_array("clip.vision.image_std", [0.27, 0.26, 0.27])
    _add_tensors(writer, model_width)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tensors(writer: gguf.GGUFWriter, model_width: int) -> None:
    dice = np.random.default_rng(0)

    def matrix(name: str, *shape: int) -> None:
        writer.add_tensor(name, (dice.standard_normal(shape) * 0.02).astype(np.float32))

    def affine(name: str, outputs: int, inputs: int) -> None:
        matrix(f"{name}.weight", outputs, inputs)
        writer.add_tensor(f"{name}.bias", np.zeros(outputs, np.float32))

    def norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(_WIDTH, np.float32))
        writer.add_tensor(f"{name}.bias", np.zeros(_WIDTH, np.float32))

    matrix("v.class_embd", _WIDTH)
    matrix("v.patch_embd.weight", _WIDTH, 3, PATCH, PATCH)
    matrix("v.position_embd.weight", TOKENS + 1, _WIDTH)
    norm("v.pre_ln")
    for layer in range(_LAYERS):
        block = f"v.blk.{layer}"
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            affine(f"{block}.{name}", _WIDTH, _WIDTH)
        norm(f"{block}.ln1")
        norm(f"{block}.ln2")
        affine(f"{block}.ffn_up", _INNER, _WIDTH)
        affine(f"{block}.ffn_down", _WIDTH, _INNER)
    affine("mm.0", model_width, _WIDTH)
    affine("mm.2", model_width, model_width)
